/** Cron expressions with time zones, as schedules of connectors use them. */
import { Cron } from 'croner';

/**
 * What is wrong with a cron expression.
 * @param cron five fields, or six with seconds first
 * @param timeZone IANA name, such as `Europe/Vienna`
 * @returns `undefined` when it is well and has a next time
 */
export function cronFault(cron: string, timeZone = 'UTC'): string | undefined {
  try {
    const next = new Cron(cron, { timezone: timeZone, paused: true }).nextRun();
    return next ? undefined : `"${cron}" never comes`;
  } catch (error) {
    return error instanceof Error ? error.message : 'not readable';
  }
}

/** What is wrong with a time zone's name; `undefined` when the runtime knows it. */
export function timeZoneFault(timeZone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return undefined;
  } catch {
    return `"${timeZone}" is no IANA time zone, such as Europe/Vienna`;
  }
}

/**
 * The next time a cron expression names.
 * @param after ms since the epoch
 * @returns ms since the epoch; `undefined` when it never comes again
 */
export function nextCronTime(cron: string, timeZone: string | undefined, after: number): number | undefined {
  const next = new Cron(cron, { timezone: timeZone ?? 'UTC', paused: true }).nextRun(new Date(after));
  return next?.getTime();
}
