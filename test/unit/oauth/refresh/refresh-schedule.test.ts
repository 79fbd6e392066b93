import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs, isGood, jitterOf, refreshAt } from '../../../../src/oauth/refresh/refresh-schedule.js';

const minutes = (n: number): number => n * 60_000;

it('refreshes a token of an hour between 42 and 48 minutes', () => {
  const life = { issuedAt: 0, expiresAt: minutes(60) };
  expect(refreshAt(life, 0)).toBe(minutes(42));
  expect(refreshAt(life, 1)).toBe(minutes(48));
});

it('keeps five minutes ahead where the lifetime allows it', () => {
  expect(refreshAt({ issuedAt: 0, expiresAt: minutes(20) }, 1)).toBe(minutes(15));
});

it('refreshes tokens of a few seconds while they are still good', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 7_200_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (ms, jitter) => {
        const life = { issuedAt: 1_000, expiresAt: 1_000 + ms };
        const at = refreshAt(life, jitter);
        return at > life.issuedAt && isGood(life, at);
      },
    ),
  );
});

it('hands no token out in its last minute, nor in the last tenth of a short life', () => {
  const hour = { issuedAt: 0, expiresAt: minutes(60) };
  expect([isGood(hour, minutes(59) - 1), isGood(hour, minutes(59))]).toEqual([true, false]);
  const short = { issuedAt: 0, expiresAt: 5_000 };
  expect([isGood(short, 4_499), isGood(short, 4_500)]).toEqual([true, false]);
});

it('doubles the wait after each failure up to two minutes', () => {
  let previousWaitMs: number | undefined;
  const waits: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    previousWaitMs = backoffMs({ previousWaitMs, random: 0.5 });
    waits.push(previousWaitMs);
  }
  expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waits.at(-1)).toBe(minutes(2));
});

it('gives one token set the same place in the spread each time', () => {
  expect(jitterOf('con_a:1')).toBe(jitterOf('con_a:1'));
  expect(jitterOf('con_a:1')).not.toBe(jitterOf('con_a:2'));
});
