/** Hours and durations as the axes and tables of the charts say them. */
import { strings } from '../../strings/index.js';
import type { Range } from './statistics-query.js';

const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndHour = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
});

/** @param at ISO 8601 @returns in the reader's zone, as short as the time that is shown allows */
export const hourLabel = (at: string, range: Range): string =>
  (range === '24h' ? hour : dayAndHour).format(new Date(at));

/** With its date. */
export const wholeHour = (at: string): string => whole.format(new Date(at));

/** @returns "350 ms", "1.2 s", "4.5 min", "2 h" */
export function durationWords(ms: number | null): string {
  const words = strings.charts.latency;
  if (ms === null) return words.none;
  if (ms < 1_000) return words.ms(ms);
  if (ms < 60_000) return words.seconds(ms / 1_000);
  if (ms < 3_600_000) return words.minutes(ms / 60_000);
  return words.hours(ms / 3_600_000);
}
