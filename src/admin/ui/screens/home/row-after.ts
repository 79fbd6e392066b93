/** Which row of a list a key leads to. */

const PAGE = 10;

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at) => at + PAGE,
  PageUp: (at) => at - PAGE,
  Home: () => 0,
  End: (_at, last) => last,
};

/** @returns the row that the key leads to; `undefined` where it leads nowhere */
export function rowAfter(key: string, at: number, count: number): number | undefined {
  const step = Object.hasOwn(STEPS, key) ? STEPS[key] : undefined;
  if (!step || count === 0) return undefined;
  return Math.min(count - 1, Math.max(0, step(at, count - 1)));
}
