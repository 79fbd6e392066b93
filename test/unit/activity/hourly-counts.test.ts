import { describe, expect, it } from 'vitest';
import { addDay, countsOfHour, noCounts, placeOf } from '../../../src/activity/hourly-counts.js';
import { daysOf, HOUR_MS, hourOf } from '../../../src/activity/hours.js';

const MIDNIGHT = Date.UTC(2026, 10, 21);
const DAY = hourOf(MIDNIGHT) / 24;

/** A day's string in which each number is its own place. */
const day = (length: number): Buffer => {
  const stored = Buffer.alloc(length * 4);
  for (let place = 0; place < length; place++) stored.writeUInt32BE(place, place * 4);
  return stored;
};

describe('hourly counts', () => {
  it('have a place each for every hour and kind', () => {
    expect(placeOf('sent', MIDNIGHT)).toBe(0);
    expect(placeOf('quarantined', MIDNIGHT + HOUR_MS - 1)).toBe(3);
    expect(placeOf('received', MIDNIGHT + 13 * HOUR_MS)).toBe(13 * 4 + 1);
  });

  it('are read where they were counted', () => {
    expect(countsOfHour(day(96), 23)).toEqual({ sent: 92, received: 93, failed: 94, quarantined: 95 });
  });

  it('are none in hours that a short string does not reach, wholly or in part', () => {
    expect(countsOfHour(null, 0)).toEqual(noCounts());
    expect(countsOfHour(day(4), 1)).toEqual(noCounts());
    // Redis makes a string as long as the last number that was written.
    expect(countsOfHour(day(6), 1)).toEqual({ sent: 4, received: 5, failed: 0, quarantined: 0 });
  });

  it('add up over the hours asked for, and no others', () => {
    const sum = noCounts();
    addDay(sum, day(96), { day: DAY, span: { first: hourOf(MIDNIGHT) + 22, last: hourOf(MIDNIGHT) + 30 } });
    expect(sum).toEqual({ sent: 88 + 92, received: 89 + 93, failed: 90 + 94, quarantined: 91 + 95 });
  });

  it('of a span that passes midnight lie in several days', () => {
    const first = hourOf(MIDNIGHT) - 1;
    expect(daysOf({ first, last: first + 25 })).toEqual([DAY - 1, DAY, DAY + 1]);
    expect(daysOf({ first, last: first })).toEqual([DAY - 1]);
  });
});
