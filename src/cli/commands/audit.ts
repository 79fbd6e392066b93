/** mailgrant audit */
import type { Page } from '../api-client.js';
import { command } from '../command.js';
import { LIST_OPTIONS, listText } from '../list-options.js';
import { table, time } from '../text.js';

interface ShownParty {
  kind: string;
  id?: string;
  name?: string;
}

interface ShownEntry {
  at: string;
  actor: ShownParty;
  from: string;
  action: string;
  subject?: ShownParty;
  outcome: string;
  problem?: string;
  detail?: string;
  changes?: { field: string; from?: string; to?: string }[];
}

const party = (one: ShownParty | undefined): string | undefined => one && (one.name ?? one.id ?? one.kind);

const change = ({ field, from, to }: { field: string; from?: string; to?: string }): string => {
  if (from === undefined && to === undefined) return field;
  return `${field}: ${from ?? 'nothing'} → ${to ?? 'nothing'}`;
};

export const audit = command({
  name: 'audit',
  summary: 'Show the audit trail: who changed what, when, from where; newest first.',
  options: {
    subject: { kind: 'text', value: 'id or name', meaning: 'Only what was done to this one.' },
    actor: {
      kind: 'text',
      value: 'id or name',
      meaning: 'Only what this one did: an API key, environment, password, or the account that signed in.',
    },
    action: {
      kind: 'text',
      value: 'action',
      meaning: 'Only this action, such as connection.update, or all of a kind: connection.',
    },
    since: { kind: 'text', value: 'time', meaning: 'From then on, such as 2026-01-31 or 2026-01-31T12:00Z.' },
    until: { kind: 'text', value: 'time', meaning: 'Up to then.' },
    ...LIST_OPTIONS,
  },
  notes: ['Values of secrets are never written down; --json has all that there is of each entry.'],
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownEntry>>('GET', '/audit', { query: options });
    const columns = {
      when: (one: ShownEntry) => time(one.at),
      who: (one: ShownEntry) => party(one.actor),
      from: (one: ShownEntry) => one.from,
      what: (one: ShownEntry) => one.action,
      'to what': (one: ShownEntry) => party(one.subject),
      outcome: (one: ShownEntry) => (one.problem ? `${one.outcome}: ${one.problem}` : one.outcome),
      changed: (one: ShownEntry) => one.changes?.map(change).join(', ') ?? one.detail,
    };
    show(answer, (page) => listText(table(page.items, columns, 'Nothing was written down.'), page));
  },
});
