/** Texts of the service itself: whether it can work, its set-up carried over, its encryption key. */
import { count } from './count.js';

export const service = {
  title: 'Service',
  state: 'Status',
  ready: 'Ready',
  notReady: 'Not ready',
  parts: { redis: 'Redis', spool: 'Spool', service: 'Service' } as Readonly<Record<string, string>>,
  check: { ok: 'OK', warning: 'Unsafe', failed: 'Broken' },
  carry: 'Carry the set-up over',
  carryText:
    'Applications, connections, connectors and alert channels, without secrets and without grants: for a second service, or from test to production.',
  export: 'Export the set-up',
  import: 'Import a set-up',
  file: 'Set-up file',
  filePlaceholder: 'Choose a file',
  onExisting: 'What is here already',
  existing: { skip: 'Leave as it is', update: 'Change to what the file says' } as Readonly<
    Record<string, string>
  >,
  look: 'See what would happen',
  write: (some: number) => `Write ${count(some, 'change', 'changes')}`,
  notJson: 'The file is no JSON. Choose one that was exported here or with mailgrant setup export.',
  would: 'What would happen',
  done: 'What was done',
  columns: { name: 'Name', kind: 'Kind', status: 'Outcome' },
  lists: {
    applications: 'Application',
    connections: 'Connection',
    connectors: 'Connector',
    alertChannels: 'Alert channel',
  } as Readonly<Record<string, string>>,
  statuses: {
    created: 'Created',
    updated: 'Changed',
    skipped: 'Left as it is',
    faulty: 'Cannot be taken',
  } as Readonly<Record<string, string>>,
  secrets: (pointers: readonly string[]) => `Secrets to be entered now: ${pointers.join(', ')}`,
  reseal: 'Encryption key',
  resealText:
    'After a new encryption key was put first, and every process was restarted with it, this seals everything anew with it; then the old key may go.',
  resealAct: 'Seal everything anew',
  resealAsk:
    'Every secret is read with the old keys and stored under the new one. The service goes on working meanwhile.',
  resealed: (some: number, keyId: string) =>
    `${count(some, 'value was', 'values were')} sealed anew with key ${keyId}.`,
  remaining: (some: number) =>
    some === 0
      ? 'The previous keys are needed no more.'
      : `${count(some, 'value is', 'values are')} still sealed with a previous key; run it again.`,
  unreadable: (names: readonly string[]) => `No key opens: ${names.join(', ')}`,
  more: 'More',
  links: {
    problems: 'Every problem and what to do about it',
    api: 'The API, as an OpenAPI document',
    metrics: 'Metrics for Prometheus',
  },
} as const;
