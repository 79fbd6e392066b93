/** Texts of the screens under "schedules". */
import { count, numbers } from './count.js';

const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  ms: ['millisecond', 'milliseconds'],
  s: ['second', 'seconds'],
  m: ['minute', 'minutes'],
  h: ['hour', 'hours'],
  d: ['day', 'days'],
};

export const schedules = {
  title: 'Schedules and outbox',
  every: (some: number, unit: string) =>
    some === 1 ? `every ${UNITS[unit]?.[0]}` : `every ${some} ${UNITS[unit]?.[1]}`,
  everyDay: (time: string) => `every day at ${time}`,
  everyWeekday: (time: string) => `every weekday at ${time}`,
  everyDayOfWeek: (day: string, time: string) => `every ${day} at ${time}`,
  everyMonth: (day: number, time: string) => `on day ${day} of every month at ${time}`,
  days: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  inZone: (when: string, zone: string) => `${when} ${zone}`,
  today: (time: string) => `today ${time}`,
  tomorrow: (time: string) => `tomorrow ${time}`,
  weekday: (day: string, time: string) => `next ${day} ${time}`,
  runs: {
    title: 'Next runs',
    label: 'Connectors on a schedule',
    connector: 'Connector',
    mailbox: 'User',
    when: 'Runs',
    next: 'Next run',
    dueNow: 'due now',
    soon: 'soon',
    search: 'Search connector or User',
    doesNotRun: 'does not run',
    fiveOf: (name: string) => `The next five runs of ${name}`,
    inZone: (zone: string) => `by clocks in ${zone}:`,
    more: (left: number) => `Show more (${numbers.format(left)} left)`,
    found: (some: number, all: number) =>
      some === all
        ? count(all, 'connector on a schedule', 'connectors on a schedule')
        : `${numbers.format(some)} of ${count(all, 'connector', 'connectors')}`,
    empty: 'No connector runs on a schedule',
    emptyText:
      'An Email Receive connector polls its mailbox every so often, or at times such as “every weekday at 08:00 Europe/Berlin”. Its next runs stand here.',
    nothing: 'No connector has that name or User.',
  },
  outbox: {
    title: 'Waiting to be sent',
    empty: 'Nothing waits to be sent',
    emptyText:
      'Messages with a time to be sent at stand here until then; so does what is held because a mailbox needs signing in, or because its budget for this minute or day is used up.',
    of: (user: string) => `Outbox of ${user}`,
    waits: (some: number) => count(some, 'message shown', 'messages shown'),
    openConnection: 'Open connection',
    signIn: 'Sign in',
    signInAgain: 'Sign in again',
    message: 'Message',
    status: 'Status',
    why: 'Why it waits',
    when: 'When it goes',
    acts: 'Actions',
    to: (to: string) => `to ${to}`,
    through: (connector: string) => `through ${connector}`,
    noSubject: '(no subject)',
    more: 'Show more messages',
    sendNow: 'Send now',
    sendNowOf: (subject: string) => `Send now: ${subject}`,
    cancel: 'Cancel',
    cancelOf: (subject: string) => `Cancel: ${subject}`,
    retried: 'The message is tried now.',
    cancelled: 'The message is cancelled.',
    cancelTitle: (subject: string) => `Cancel “${subject}”?`,
    cancelText: (to: string) =>
      `It will not be sent to ${to}. A cancelled message cannot be brought back; its content and log stay readable.`,
    cancelAct: 'Cancel the message',
    sendTitle: (subject: string) => `Send “${subject}” again?`,
    sendText: (to: string) =>
      `It is not known whether the server took it. If it did, ${to} gets it a second time.`,
    sendAct: 'Send it again',
    earlyTitle: (subject: string) => `Send “${subject}” now?`,
    earlyText: (to: string, at: string) =>
      `It was to go to ${to} at ${at}. What was sent cannot be taken back.`,
    earlyAct: 'Send it now',
  },
  why: {
    scheduled: 'It has a time to be sent at.',
    signIn: (what: string) => `Held: ${what}. It goes when the connection is signed in.`,
    application: (what: string) => `Held: ${what}. It goes when the application works again.`,
    unknown: 'the connection needs a person',
    paused: (connector: string) => `Held: ${connector} is paused. It goes when that is resumed.`,
    held: 'Held: it needs a person.',
    problem: (title: string, attempts: number) =>
      attempts === 0 ? `${title}.` : `${title}; tried ${count(attempts, 'time', 'times')}.`,
    uncertain:
      'Nobody knows whether the server took it. Look for it at the recipient, then send it again or cancel it.',
    sending: 'It is being sent.',
    queued: 'It is its mailbox’s turn next.',
  },
  when: {
    person: 'when somebody has acted',
    now: 'now',
  },
} as const;
