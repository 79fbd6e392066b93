/** Texts of the screens under "charts". */
import { numbers, whole } from './count.js';

const RANGES: Readonly<Record<string, string>> = { '24h': '24 hours', '3d': '3 days', '7d': '7 days' };

export const charts = {
  title: 'Charts',
  range: 'How far back',
  ranges: RANGES,
  connector: 'Connector',
  allConnectors: 'All connectors',
  noConnector: 'No connector has that name',
  asTable: 'Show as table',
  asChart: 'Show as chart',
  tableOf: (title: string) => `${title}, as a table`,
  hour: 'Hour',
  zone: (zone: string) => `Hours are by clocks in ${zone}.`,
  number: whole,
  traffic: {
    title: 'Sent and received per hour',
    sent: 'Sent',
    received: 'Received',
    failed: 'Failed',
    quarantined: 'Quarantined',
    summary: (range: string, sent: number, received: number, peak: string) =>
      `In the last ${range}: ${whole(sent)} sent, ${whole(received)} received; the busiest hour began ${peak}.`,
    empty: 'Nothing was sent or received in this time',
    emptyText: 'Each hour stands here as a bar, as soon as mail goes through a connector.',
  },
  problems: {
    title: 'Failures by problem',
    code: 'Code',
    what: 'Problem',
    times: 'Times',
    meaning: (title: string) => `What “${title}” means, and what to do`,
    met: (count: number) => (count === 1 ? 'once' : `${whole(count)} times`),
    empty: 'No failure in this time',
    emptyText:
      'Each poll, attempt to send or refresh that fails is counted here by its problem, with a link to what it means and what to do.',
    more: (count: number) => `Show all ${whole(count)}`,
  },
  latency: {
    title: 'How long messages take',
    sendP50: 'Sending, half of them',
    sendP95: 'Sending, 95 of 100',
    receiveP50: 'Receiving, half of them',
    receiveP95: 'Receiving, 95 of 100',
    sending: (half: string, most: string) => `Sending: half within ${half}, 95 of 100 within ${most}.`,
    receiving: (half: string, most: string) => `Receiving: half within ${half}, 95 of 100 within ${most}.`,
    explained:
      'Sending counts from when a message was accepted, or was to go, until the server had it; receiving from when it came into the mailbox until its destination confirmed it.',
    none: '–',
    ms: (ms: number) => `${whole(ms)} ms`,
    seconds: (seconds: number) => `${numbers.format(Math.round(seconds * 10) / 10)} s`,
    minutes: (minutes: number) => `${numbers.format(Math.round(minutes * 10) / 10)} min`,
    hours: (hours: number) => `${numbers.format(Math.round(hours * 10) / 10)} h`,
    empty: 'No message went through in this time',
    emptyText: 'How long sending and receiving takes stands here, hour by hour.',
  },
  budgets: {
    title: 'Budgets of mailboxes',
    explained:
      'What a mailbox may send is limited by its provider. A message that finds the budget used up waits, and goes by itself.',
    mailbox: 'Mailbox',
    minute: 'Messages in the last minute',
    day: 'Recipients in the last 24 hours',
    smtpConnections: 'SMTP connections now',
    used: (used: number, limit: number) => `${whole(used)} of ${whole(limit)}`,
    empty: 'No mailbox sends yet',
    emptyText:
      'How much of its budget each mailbox has used stands here, once an Email Send connector is made.',
    more: 'Show more mailboxes',
  },
} as const;
