/** Texts of the alerts and of the channels that they are told over. */
import { count } from './count.js';

const waitingNotices = (waiting: number): string =>
  waiting === 1 ? '1 notice that waits is' : `${count(waiting, 'notice', 'notices')} that wait are`;

export const alerts = {
  title: 'Alerts',
  tabs: { open: 'Open', resolved: 'Resolved', channels: 'Channels' },
  none: {
    title: 'No alert is open',
    text: 'An alert opens when something has stopped or is about to: a sign-in that ended, a connector that went silent, a secret that expires. It closes by itself when that is over.',
  },
  noneResolved: { title: 'No alert yet', text: 'Alerts that are over are kept here for a while.' },
  openedAt: 'since',
  resolvedAt: 'over',
  /** @returns `undefined` where it stops nothing */
  affects(some: number, what: string, names: readonly string[]): string | undefined {
    if (some === 0) return undefined;
    const affected = count(some, what.replace(/s$/, ''), what);
    if (what === 'messages') return `${affected} in quarantine`;
    if (names.length === 0) return `Stops ${affected}`;
    return `Stops ${affected}: ${names.join(', ')}${some > names.length ? ', …' : ''}`;
  },
  severity: { critical: 'Critical: it has stopped', warning: 'Warning: it will stop, or limps' } as Readonly<
    Record<string, string>
  >,
  look: 'Look at it',
  kinds: {
    'application-failed': 'An application is refused',
    'connection-stopped': 'A connection needs a person',
    'refresh-failing': 'Token refreshes get no answer',
    'connector-failing': 'A connector fails',
    'connector-stale': 'A connector is silent',
    'credential-ends': 'A secret or certificate ends',
    'sign-in-ends': 'A sign-in ends soon',
    quarantine: 'Messages are in quarantine',
    service: 'The service itself is unsafe',
  } as Readonly<Record<string, string>>,
  channel: {
    new: 'New channel',
    edit: (name: string) => `Change ${name}`,
    none: {
      title: 'Nobody is told of alerts yet',
      text: 'A channel tells alerts to a webhook (Standard Webhooks, signed) or by mail through one of your Email Send connectors, so that a mailbox that went silent is not found out after ten days.',
    },
    columns: { name: 'Channel', told: 'Told what', delivery: 'Delivery', acts: 'Actions' },
    name: 'Name',
    enabled: 'Tells alerts',
    off: 'Switched off',
    type: 'How',
    types: { webhook: 'Webhook', mail: 'Mail' } as Readonly<Record<string, string>>,
    minimumSeverity: 'Told of',
    severities: { warning: 'Warnings and what has stopped', critical: 'Only what has stopped' } as Readonly<
      Record<string, string>
    >,
    only: 'Kinds',
    onlyText: 'All kinds unless some are chosen.',
    url: 'URL',
    urlText: 'Each notice is posted there; any 2xx confirms it.',
    secret: 'Signing secret',
    secretText: 'whsec_ and 24 to 64 random bytes in base64; it signs each request. It is never shown again.',
    secretKept: 'Leave it empty to keep the secret there is.',
    makeSecret: 'Make one',
    connector: 'Email Send connector',
    connectorText: 'The mail goes out by its connection.',
    to: 'To',
    toText: 'One or more addresses; Enter adds one.',
    waiting: (count: number) => `${count} waiting to be told`,
    lastTold: 'last told',
    neverTold: 'nothing told yet',
    test: 'Send test alert',
    tested: 'The test alert was taken.',
    change: 'Change',
    deleteTitle: (name: string) => `Delete ${name}?`,
    deleteText: (waiting: number) =>
      waiting > 0
        ? `Nothing is told over it any more, and ${waitingNotices(waiting)} dropped. Other channels go on.`
        : 'Nothing is told over it any more. Other channels go on.',
    deleted: (name: string) => `${name} was deleted.`,
    switchOff: {
      title: (name: string) => `Switch ${name} off?`,
      text: (waiting: number) =>
        waiting > 0
          ? `Nothing is told over it until it is switched on again, and ${waitingNotices(waiting)} dropped. Other channels go on.`
          : 'Nothing is told over it until it is switched on again. Other channels go on.',
      act: 'Switch it off',
    },
    keepMine: 'Keep my changes on top of theirs',
    showStored: 'Show theirs, without my changes',
    formLabel: 'Alert channel',
  },
} as const;
