/** A cron expression in words, and the times that it comes to. */
import cronstrue from 'cronstrue';
import { cronFault, nextCronTime } from '../../../../../contract/schedule.js';

export interface CronMeaning {
  /** "At 08:00, Monday through Friday" */
  words: string;
  /** ms since the epoch, the next first; empty where it never comes. */
  next: number[];
}

/** @returns `undefined` for what is no cron expression */
export function cronMeaning(
  cron: string,
  timeZone: string | undefined,
  { after, count }: { after: number; count: number },
): CronMeaning | undefined {
  // The service's own reading decides; the words are for people.
  const fault = readFault(cron, timeZone);
  if (fault === 'unreadable') return undefined;
  const next: number[] = [];
  for (let from = after; next.length < count && fault === undefined; ) {
    const at = nextCronTime(cron, timeZone, from);
    if (at === undefined) break;
    next.push(at);
    from = at;
  }
  return { words: inWords(cron), next };
}

function readFault(cron: string, timeZone: string | undefined): 'unreadable' | 'never' | undefined {
  if (cron.trim() === '') return 'unreadable';
  const fault = cronFault(cron, timeZone);
  if (fault === undefined) return undefined;
  return fault.endsWith('never comes') ? 'never' : 'unreadable';
}

/** What the words library cannot say stands as it is written. */
function inWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true });
  } catch {
    return cron;
  }
}

/** @param at ms since the epoch @returns "Mon, 23 Nov 2026, 08:00" as clocks there show it */
export const timeIn = (timeZone: string | undefined, at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...{
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    },
    timeZone: timeZone ?? 'UTC',
  }).format(at);
