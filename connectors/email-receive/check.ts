/** Rules between settings of email-receive that JSON Schema cannot say. */
import { durationMs } from '../../src/contract/duration.js';
import type { ReceiveSettings } from '../../src/contract/receive-settings.js';
import { cronFault, timeZoneFault } from '../../src/contract/schedule.js';

export interface Fault {
  /** JSON pointer */
  path: string;
  message: string;
}

type Rule = (settings: ReceiveSettings) => Fault | undefined;

/** Polling faster than this would be a busy loop; push mail comes with IDLE. */
const SHORTEST_INTERVAL_MS = 1_000;

const allNeedsToLeaveTheMailbox: Rule = ({ selection, postProcessing }) =>
  selection === 'all' && postProcessing.action !== 'move' && postProcessing.action !== 'delete'
    ? {
        path: '/selection',
        message:
          '"all" needs post-processing move or delete; else each poll would hand over the whole mailbox again',
      }
    : undefined;

const moveLeadsElsewhere: Rule = ({ mailbox, postProcessing }) =>
  (postProcessing.action === 'move' || postProcessing.action === 'copy') &&
  folded(postProcessing.mailbox) === folded(mailbox)
    ? {
        path: '/postProcessing/mailbox',
        message: 'is the mailbox that is read, so its messages would come round for ever',
      }
    : undefined;

const oneKindOfSchedule: Rule = ({ schedule: { every, cron } }) =>
  (every === undefined) === (cron === undefined)
    ? { path: '/schedule', message: 'give either every or cron' }
    : undefined;

const intervalIsLongEnough: Rule = ({ schedule: { every } }) =>
  every !== undefined && durationMs(every) < SHORTEST_INTERVAL_MS
    ? { path: '/schedule/every', message: 'must be at least 1s' }
    : undefined;

const timeZoneIsKnown: Rule = ({ schedule: { timeZone } }) => {
  const message = timeZone === undefined ? undefined : timeZoneFault(timeZone);
  return message ? { path: '/schedule/timeZone', message } : undefined;
};

const cronIsReadable: Rule = ({ schedule: { cron, timeZone } }) => {
  if (cron === undefined || (timeZone !== undefined && timeZoneFault(timeZone))) return undefined;
  const message = cronFault(cron, timeZone);
  return message ? { path: '/schedule/cron', message } : undefined;
};

const startDateExists: Rule = ({ startFrom }) =>
  startFrom !== 'now' && startFrom !== 'all' && Number.isNaN(Date.parse(startFrom))
    ? { path: '/startFrom', message: 'is no date of the calendar' }
    : undefined;

const urlIsPlain: Rule = ({ destination }) => {
  if (destination.type !== 'webhook') return undefined;
  const fault = (message: string): Fault => ({ path: '/destination/url', message });
  if (!URL.canParse(destination.url)) return fault('is no URL');
  const url = new URL(destination.url);
  return url.username || url.password
    ? fault('carries a user name or password; requests are signed instead')
    : undefined;
};

const RULES: readonly Rule[] = [
  allNeedsToLeaveTheMailbox,
  moveLeadsElsewhere,
  oneKindOfSchedule,
  intervalIsLongEnough,
  timeZoneIsKnown,
  cronIsReadable,
  startDateExists,
  urlIsPlain,
];

/** Every fault of the settings, which have passed their schema and carry its defaults. */
export const checkSettings = (settings: ReceiveSettings): Fault[] =>
  RULES.map((rule) => rule(settings)).filter((fault) => fault !== undefined);

/** INBOX is one name in any case (RFC 9051 §5.1); others are as they are. */
const folded = (mailbox: string): string => (mailbox.toUpperCase() === 'INBOX' ? 'INBOX' : mailbox);
