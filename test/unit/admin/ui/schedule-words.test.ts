/** When a connector runs next, for a reader whose clock may be another than that of its schedule. */
import { expect, it } from 'vitest';
import { byItsClock } from '../../../../src/admin/ui/screens/schedules/schedule-words.js';

const now = Date.UTC(2026, 10, 21, 12);
const next = Date.UTC(2026, 10, 22, 5);

it.each([
  ['Europe/Vienna', 'tomorrow 06:00'],
  ['UTC', 'tomorrow 06:00 Europe/Berlin'],
])('names the zone only where its clocks differ from those in %s', (readers, said) => {
  expect(byItsClock(next, { timeZone: 'Europe/Berlin', now, readers })).toBe(said);
});
