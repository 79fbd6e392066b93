/** Schedules as people choose them, and the cron expressions that they stand for. */
import { describe, expect, it } from 'vitest';
import { cronMeaning, timeIn } from '../../../../src/admin/ui/parts/schema-form/schedule/cron-words.js';
import {
  cronOf,
  inKind,
  kindOf,
  timesOf,
} from '../../../../src/admin/ui/parts/schema-form/schedule/schedule-kind.js';

describe('a cron expression', () => {
  it.each([
    ['15 * * * *', 'hourly'],
    ['0 8 * * *', 'daily'],
    ['30 8 * * 1-5', 'weekly'],
    ['30 8 * * 1,3,7', 'weekly'],
    ['0 6 31 * *', 'monthly'],
    ['0 8 1 * 1', 'cron'],
    ['*/5 * * * *', 'cron'],
    ['0 0 8 * * *', 'cron'],
    ['0 8 * 1 *', 'cron'],
    ['0 24 * * *', 'cron'],
    ['', 'cron'],
  ])('%s is shown as %s', (cron, kind) => expect(kindOf({ cron })).toBe(kind));

  it('is meant where there is one, though it be empty: an interval that is cleared stays an interval', () => {
    expect(kindOf({})).toBe('interval');
    expect(kindOf({ every: '5m' })).toBe('interval');
    expect(kindOf({ every: '5m', cron: '' })).toBe('cron');
  });

  it('comes out of its form as it went in', () => {
    for (const cron of [
      '15 * * * *',
      '0 8 * * *',
      '30 8 * * 1-5',
      '30 8 * * 0,1,3-6',
      '0 9 * * 2,3',
      '0 6 31 * *',
    ]) {
      const times = timesOf(cron);
      expect(times && cronOf(times.kind, times)).toBe(cron);
    }
    expect(timesOf('30 8 * * 5-7')?.days).toEqual([0, 5, 6]);
  });
});

describe('another kind', () => {
  it('keeps what it can say, and takes the zone of whoever chooses', () => {
    expect(inKind({ every: '5m' }, 'daily', 'Europe/Vienna')).toEqual({
      ...{ cron: '0 8 * * *', timeZone: 'Europe/Vienna' },
    });
    const weekly = { cron: '30 9 * * 1', timeZone: 'Asia/Tokyo' };
    expect(inKind(weekly, 'daily', 'UTC')).toEqual({ cron: '30 9 * * *', timeZone: 'Asia/Tokyo' });
    expect(inKind(weekly, 'cron', 'UTC')).toEqual(weekly);
    expect(inKind(weekly, 'interval', 'UTC')).toEqual({ every: '5m' });
    // Without a zone it runs in UTC already: choosing another kind must not move it.
    expect(inKind({ cron: '0 8 * * *' }, 'weekly', 'Europe/Vienna').timeZone).toBeUndefined();
  });
});

describe('what it comes to', () => {
  const after = Date.parse('2026-11-20T12:00:00Z');
  it('is said in words, with the next times as clocks in its zone show them', () => {
    const meaning = cronMeaning('0 8 * * 1-5', 'Europe/Vienna', { after, count: 2 });
    expect(meaning?.words).toBe('At 08:00, Monday through Friday');
    expect(meaning?.next.map((at) => new Date(at).toISOString())).toEqual([
      '2026-11-23T07:00:00.000Z',
      '2026-11-24T07:00:00.000Z',
    ]);
    expect(timeIn('Europe/Vienna', meaning?.next[0] ?? 0)).toMatch(/Mon.*23 Nov 2026.*08:00/);
  });
  it('is nothing for what cannot be read, and never for what never comes', () => {
    expect(cronMeaning('0 8 * *', 'UTC', { after, count: 1 })).toBeUndefined();
    expect(cronMeaning('', 'UTC', { after, count: 1 })).toBeUndefined();
    expect(cronMeaning('0 8 30 2 *', 'UTC', { after, count: 1 })?.next).toEqual([]);
  });
});
