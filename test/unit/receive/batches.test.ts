import { expect, it } from 'vitest';
import { BATCH_BYTES, BATCH_MESSAGES, planBatches } from '../../../src/receive/batches.js';
import { createUidSet } from '../../../src/receive/uid-set.js';

const heads = (sizes: number[]) => sizes.map((size, i) => ({ uid: i + 1, size, seen: false }));

it('bounds batches by count', () => {
  const batches = planBatches(heads(new Array(BATCH_MESSAGES + 1).fill(10)), createUidSet());
  expect(batches.map(({ length }) => length)).toEqual([BATCH_MESSAGES, 1]);
});

it('bounds batches by size, and gives a larger message one of its own', () => {
  const half = BATCH_BYTES / 2;
  expect(planBatches(heads([half, half, half, BATCH_BYTES * 3, 10]), createUidSet())).toEqual([
    [1, 2],
    [3],
    [4],
    [5],
  ]);
});

it('fetches alone, and last, what may have ended a session', () => {
  expect(planBatches(heads([1, 1, 1, 1]), createUidSet('1-2'))).toEqual([[3, 4], [1], [2]]);
});
