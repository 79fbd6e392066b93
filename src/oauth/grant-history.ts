/** What a grant was before it ended: without that, whoever reads why it ended cannot tell how long it held. */
import { timeText } from '../contract/date-text.js';
import type { Problem } from '../contract/problem.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface GrantHistory {
  /** ms since the epoch, as the others */
  signedInAt?: number | undefined;
  lastRefreshAt?: number | undefined;
  endedAt: number;
}

/** The problem that ended a grant, with when it was given, when it last worked, and how long it held. */
export function withHistory(ended: Problem, { signedInAt, lastRefreshAt, endedAt }: GrantHistory): Problem {
  const said = [
    ...(signedInAt === undefined ? [] : [`Signed in ${timeText(signedInAt)}`]),
    ...(lastRefreshAt === undefined ? [] : [`last token ${timeText(lastRefreshAt)}`]),
    ...(signedInAt === undefined ? [] : [`it held for ${spanOf(endedAt - signedInAt)}`]),
  ].join(', ');
  if (said === '') return ended;
  return { ...ended, detail: `${ended.detail} ${said.charAt(0).toUpperCase()}${said.slice(1)}.` };
}

function spanOf(ms: number): string {
  const [count, unit] =
    ms >= 2 * DAY_MS
      ? [ms / DAY_MS, 'day']
      : ms >= 2 * HOUR_MS
        ? [ms / HOUR_MS, 'hour']
        : [ms / MINUTE_MS, 'minute'];
  const whole = Math.max(0, Math.floor(count));
  return whole === 0 ? 'less than a minute' : `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
