/** Dates that people write: the same moment wherever the process runs, and none where there is no such day. */
import { afterEach, expect, it } from 'vitest';
import { momentOf, timeText } from '../../../src/contract/date-text.js';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

it.each(['America/New_York', 'Asia/Kolkata', 'UTC'])('are UTC unless they say otherwise, in %s', (here) => {
  process.env.TZ = here;
  expect(momentOf('2026-01-31')).toBe(Date.UTC(2026, 0, 31));
  expect(momentOf('2026-01-31T08:00')).toBe(Date.UTC(2026, 0, 31, 8));
  expect(momentOf('2026-01-31T08:00:00.500Z')).toBe(Date.UTC(2026, 0, 31, 8, 0, 0, 500));
  expect(momentOf('2026-01-31T08:00+02:00')).toBe(Date.UTC(2026, 0, 31, 6));
  expect(momentOf('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
});

it.each(['2026-02-31', '2026-13-01', '2025-02-29', '2026-01-31T25:00', '2026-01-31T', 'soon', ''])(
  'do not exist as %j',
  (text) => expect(momentOf(text)).toBeUndefined(),
);

it('are read to the minute, in UTC', () => {
  process.env.TZ = 'Asia/Kolkata';
  expect(timeText(Date.parse('2026-11-21T19:33:59.999Z'))).toBe('2026-11-21 19:33 UTC');
});
