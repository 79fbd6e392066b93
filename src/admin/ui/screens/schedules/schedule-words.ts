/** A connector's schedule as a person reads it: "every 5 minutes", "every weekday at 08:00 Europe/Berlin". */
import { cronMeaning } from '../../parts/schema-form/schedule/cron-words.js';
import { strings } from '../../strings/index.js';

export interface Schedule {
  every?: string;
  cron?: string;
  timeZone?: string;
}

const words = strings.schedules;

/** @param settings of a connector @returns nothing where it runs by no schedule */
export function scheduleIn(settings: Readonly<Record<string, unknown>>): Schedule | undefined {
  const { schedule } = settings;
  if (typeof schedule !== 'object' || schedule === null) return undefined;
  const { every, cron, timeZone } = schedule as Record<string, unknown>;
  if (typeof every !== 'string' && typeof cron !== 'string') return undefined;
  return {
    ...(typeof every === 'string' && { every }),
    ...(typeof cron === 'string' && { cron }),
    ...(typeof timeZone === 'string' && { timeZone }),
  };
}

/** @returns with the zone, where its clocks decide */
export function scheduleWords({ every, cron, timeZone }: Schedule): string {
  if (cron !== undefined) return words.inZone(cronWords(cron), zoneOf({ timeZone }));
  const [, amount, unit] = /^(\d+)(\w+)$/.exec(every ?? '') ?? [];
  return amount === undefined || unit === undefined ? (every ?? '') : words.every(Number(amount), unit);
}

export const zoneOf = ({ timeZone }: { timeZone?: string | undefined }): string => timeZone ?? 'UTC';

/** The forms that forms make, said shorter than by the library, which says all others. */
function cronWords(cron: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = cron.trim().split(/\s+/);
  const isTime = /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour) && month === '*' && more.length === 0;
  if (isTime) {
    const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
    if (day === '*' && weekday === '*') return words.everyDay(time);
    if (day === '*' && /^(1-5|mon-fri)$/i.test(weekday)) return words.everyWeekday(time);
    const name = /^[0-7]$/.test(weekday) ? words.days[Number(weekday) % 7] : undefined;
    if (day === '*' && name) return words.everyDayOfWeek(name, time);
    if (weekday === '*' && /^\d{1,2}$/.test(day)) return words.everyMonth(Number(day), time);
  }
  const said = cronMeaning(cron, 'UTC', { after: 0, count: 0 })?.words ?? cron;
  return said.charAt(0).toLowerCase() + said.slice(1);
}

/**
 * @param at ms since the epoch
 * @param now the same
 * @returns "today 17:45", "tomorrow 08:00", "next Monday 08:00", "Mon, 7 Dec, 08:00", by clocks in the zone
 */
export function dayAndTime(at: number, { timeZone, now }: { timeZone: string; now: number }): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at);
  const days = daysBetween(now, at, timeZone);
  if (days === 0) return words.today(time);
  if (days === 1) return words.tomorrow(time);
  const isThisWeek = days > 1 && days < 7;
  const day = new Intl.DateTimeFormat('en-GB', {
    ...(isThisWeek ? { weekday: 'long' } : { weekday: 'short', day: 'numeric', month: 'short' }),
    timeZone,
  }).format(at);
  return isThisWeek ? words.weekday(day, time) : `${day}, ${time}`;
}

/**
 * {@link dayAndTime}, with the zone where its clocks and the reader's show different times.
 * @param readers the reader's time zone; the browser's unless given
 */
export function byItsClock(
  at: number,
  { timeZone, now, readers }: { timeZone: string; now: number; readers?: string },
): string {
  const shown = dayAndTime(at, { timeZone, now });
  const clock = (zone: string | undefined): string =>
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }).format(at);
  return clock(readers) === clock(timeZone) ? shown : words.inZone(shown, timeZone);
}

const DAY_MS = 86_400_000;

/** Whole days by the calendar there: tomorrow is 1, however few hours away. */
function daysBetween(from: number, to: number, timeZone: string): number {
  const dayOf = (at: number): number =>
    Date.parse(new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }).format(at));
  return Math.round((dayOf(to) - dayOf(from)) / DAY_MS);
}
