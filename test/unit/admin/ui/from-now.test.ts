/** Durations as the web app says them: rounded, and never half of what they are. */
import { expect, it } from 'vitest';
import { fromNow } from '../../../../src/admin/ui/parts/from-now.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [0, 'just now'],
  [12 * SECOND, 'in 12 sec.'],
  [5 * MINUTE, 'in 5 min.'],
  [5 * MINUTE - SECOND, 'in 5 min.'],
  [59 * MINUTE + 40 * SECOND, 'in 1 hr.'],
  [HOUR, 'in 1 hr.'],
  [90 * MINUTE, 'in 1 hr. 30 min.'],
  [-90 * MINUTE, '1 hr. 30 min. ago'],
  [2 * HOUR - SECOND, 'in 2 hr.'],
  [-2 * HOUR, '2 hr. ago'],
  [DAY - MINUTE, 'in 1 day'],
  [30 * HOUR, 'in 1 day 6 hr.'],
  [30 * HOUR - SECOND, 'in 1 day 6 hr.'],
  [-47 * HOUR, '1 day 23 hr. ago'],
  [2 * DAY, 'in 2 days'],
  [-9 * DAY, '9 days ago'],
])('says %i ms as "%s"', (ms, said) => {
  expect(fromNow(ms)).toBe(said);
});
