/** How long ago something was, or how long it is until then, as people say it. */
import { strings } from '../strings/index.js';

// "Tomorrow" would be a word about the calendar, for what is 30 hours ahead.
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** With what is said beside one of them: half of an hour, or of a day, is too much to leave out. */
const UNITS = [
  { unit: 'day', size: DAY_MS, part: { unit: 'hour', size: HOUR_MS } },
  { unit: 'hour', size: HOUR_MS, part: { unit: 'minute', size: MINUTE_MS } },
] as const;

/** @param ms from now; negative is past @returns "in 5 min.", "in 1 hr. 30 min.", "2 hr. ago", "just now" */
export function fromNow(ms: number): string {
  const span = Math.abs(ms);
  const said = (count: number, unit: Intl.RelativeTimeFormatUnit): string =>
    relative.format(ms < 0 ? -count : count, unit);
  for (const { unit, size, part } of UNITS) {
    if (span >= 2 * size - part.size / 2) return said(Math.round(span / size), unit);
    const rest = Math.round((span - size) / part.size);
    if (rest > 0) return joined(said(1, unit), said(rest, part.unit));
    if (span >= size - part.size / 2) return said(1, unit);
  }
  if (span >= MINUTE_MS) return said(Math.round(span / MINUTE_MS), 'minute');
  if (span < 10_000) return ms <= 0 ? strings.parts.justNow : strings.parts.inAMoment;
  return said(Math.trunc(span / 1_000), 'second');
}

/** "in 1 hr." and "in 30 min." are "in 1 hr. 30 min."; "1 hr. ago" and "30 min. ago" are "1 hr. 30 min. ago". */
const joined = (first: string, second: string): string =>
  `${first.replace(/ ago$/, '')} ${second.replace(/^in /, '')}`;
