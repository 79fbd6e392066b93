/** Sizes as people read them. */
const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;
const STEP = 1_000;

/** @param bytes whole @returns "312 bytes", "4.2 kB" */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
