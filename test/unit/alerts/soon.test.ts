/** Work that is wanted soon is done once for all who want it, and leaves pauses. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSoon } from '../../../src/alerts/soon.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const counted = (given: { restFactor?: number; takesMs?: number } = {}) => {
  const seen = { runs: 0, errors: 0 };
  const soon = createSoon({
    async work() {
      seen.runs += 1;
      if (given.takesMs) await new Promise((resolve) => setTimeout(resolve, given.takesMs));
    },
    onError: () => {
      seen.errors += 1;
    },
    ...(given.restFactor !== undefined && { restFactor: given.restFactor }),
  });
  return { seen, soon };
};

it('does the work once for many wishes, at the earliest of their times', async () => {
  const { seen, soon } = counted();
  for (const ms of [5_000, 2_000, 9_000]) soon.in(ms);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(seen.runs).toBe(0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(seen.runs).toBe(1);
});

it('does it once more for a wish that came while it was at it, after a pause', async () => {
  const { seen, soon } = counted({ takesMs: 100, restFactor: 10 });
  soon.in(0);
  await vi.advanceTimersByTimeAsync(50);
  soon.in(0);
  soon.in(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen.runs).toBe(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(seen.runs).toBe(2);
});

it('begins nothing once it is closed, and tells of work that failed', async () => {
  let errors = 0;
  const soon = createSoon({
    work: async () => {
      throw new Error('Redis is away');
    },
    onError: () => {
      errors += 1;
    },
  });
  soon.in(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(errors).toBe(1);
  soon.in(10);
  await soon.close();
  await vi.advanceTimersByTimeAsync(100);
  soon.in(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(errors).toBe(1);
});
