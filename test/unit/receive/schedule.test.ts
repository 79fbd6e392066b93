import { describe, expect, it } from 'vitest';
import { nextPollAt, pauseMs } from '../../../src/receive/schedule.js';

const NOON = Date.UTC(2026, 5, 1, 12);

describe('an interval', () => {
  it('spreads a thousand connectors over itself', () => {
    const slots = new Array(10).fill(0);
    for (let i = 0; i < 1_000; i++) {
      const wait = nextPollAt({ every: '5m' }, `ctr_${i}`, NOON) - NOON;
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(300_000);
      slots[Math.min(9, Math.floor(wait / 30_000))]++;
    }
    expect(Math.min(...slots)).toBeGreaterThan(50);
    expect(Math.max(...slots)).toBeLessThan(200);
  });

  it('keeps a connector at its place, however long a poll took', () => {
    const first = nextPollAt({ every: '5m' }, 'ctr_a', NOON);
    expect(nextPollAt({ every: '5m' }, 'ctr_a', first)).toBe(first + 300_000);
    expect(nextPollAt({ every: '5m' }, 'ctr_a', first + 123_456)).toBe(first + 300_000);
  });
});

it('reads a cron expression in its time zone', () => {
  const next = nextPollAt({ cron: '0 8 * * *', timeZone: 'America/New_York' }, 'ctr_a', NOON);
  expect(new Date(next).toISOString()).toBe('2026-06-02T12:00:00.000Z');
});

it('doubles the pause with each failure, up to an hour', () => {
  expect([1, 2, 3, 20].map((failures) => pauseMs(failures, 60_000))).toEqual([
    60_000, 120_000, 240_000, 3_600_000,
  ]);
});
