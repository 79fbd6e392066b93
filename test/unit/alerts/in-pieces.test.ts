/** Thousands of records are gone through without keeping everything else waiting. */
import { expect, it } from 'vitest';
import { inPieces } from '../../../src/alerts/in-pieces.js';

it('lets others have their turn while pieces are made, and keeps their order', async () => {
  let turns = 0;
  let isOver = false;
  const other = (): void => {
    turns += 1;
    if (!isOver) setImmediate(other);
  };
  setImmediate(other);
  function* pieces(): Generator<readonly number[]> {
    for (let piece = 0; piece < 20; piece += 1) {
      const until = performance.now() + 5;
      while (performance.now() < until);
      yield piece % 2 === 0 ? [] : [piece];
    }
  }
  const found = await inPieces(pieces());
  isOver = true;
  expect(found).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  // A hundred milliseconds of work, ten at a time.
  expect(turns).toBeGreaterThanOrEqual(5);
});
