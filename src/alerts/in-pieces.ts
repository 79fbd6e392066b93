/** Long work in pieces: whatever else the process has to do gets its turn in between. */
import { setImmediate as turn } from 'node:timers/promises';

/** Worked at most between two turns, and one piece; ms. */
const TURN_MS = 10;

/** @param pieces made as they are asked for @returns all that is in them */
export async function inPieces<Item>(pieces: Iterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  let since = performance.now();
  for (const piece of pieces) {
    all.push(...piece);
    if (performance.now() - since < TURN_MS) continue;
    await turn();
    since = performance.now();
  }
  return all;
}
