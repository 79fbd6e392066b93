/** Goes through what is found piece by piece, in turns with the rest of the process. */
import { createTurns } from '../contract/turns.js';

/** @param pieces made as they are asked for @returns all that is in them */
export async function inPieces<Item>(pieces: Iterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  const nextTurn = createTurns();
  for (const piece of pieces) {
    all.push(...piece);
    await nextTurn();
  }
  return all;
}
