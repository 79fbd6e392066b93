/** mailgrant messages list, mailgrant messages search */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownMessage } from '../../shown.js';
import { paragraphs, table, time } from '../../text.js';

const STATUS = {
  kind: 'text',
  value: 'status',
  meaning:
    'Only these, with commas. Sent: scheduled, queued, held, sending, sent, uncertain, failed, cancelled. Received: pending, delivered, quarantined.',
} as const;
const SINCE = { kind: 'text', value: 'date', meaning: 'Only from then on, ISO 8601.' } as const;
const UNTIL = { kind: 'text', value: 'date', meaning: 'Only up to then, ISO 8601.' } as const;
const WAITING = {
  kind: 'flag',
  meaning: 'What waits to be sent, next due first, instead of everything.',
} as const;

type MessagePage = Page<ShownMessage> & { searchedUntil: string | null };

const columns = {
  id: (one: ShownMessage) => one.id,
  since: (one: ShownMessage) => time(one.createdAt),
  status: (one: ShownMessage) => one.status,
  from: (one: ShownMessage) => one.from,
  to: (one: ShownMessage) => one.to.join(', '),
  subject: (one: ShownMessage) => one.subject,
  problem: (one: ShownMessage) => one.problem?.title,
};

/** A search ends after a moment, whether it has found anything or not. */
const pageText = (page: MessagePage): string => {
  const none = page.searchedUntil === null ? 'There are no such messages.' : 'None so far.';
  const reached = page.searchedUntil !== null && `Looked through back to ${time(page.searchedUntil)}.`;
  return listText(paragraphs(table(page.items, columns, none), reached), page);
};

const asked = <Asked extends { waiting: boolean }>({ waiting, ...query }: Asked) => ({
  ...query,
  ...(waiting && { waiting: 'true' }),
});

export const listMessages = command({
  name: 'messages list',
  summary: 'List the messages of a connector, newest first.',
  args: { connector: 'Id of the connector, ctr_….' },
  options: {
    status: STATUS,
    search: {
      kind: 'text',
      value: 'text',
      meaning: 'Any part of an address, of the subject or of a Message-ID, in any case.',
    },
    ...{ since: SINCE, until: UNTIL, waiting: WAITING, ...LIST_OPTIONS },
  },
  async run({ args, options: { search, ...options }, api, show }) {
    const path = `/connectors/${encodeURIComponent(args.connector)}/messages`;
    const query = { ...asked(options), q: search };
    show(await api.call<MessagePage>('GET', path, { query }), pageText);
  },
});

export const searchMessages = command({
  name: 'messages search',
  summary: 'Search the messages of all connectors, newest first.',
  args: {
    text: 'Any part of an address, of the subject or of a Message-ID, in any case; "" for every message.',
  },
  options: { status: STATUS, since: SINCE, until: UNTIL, waiting: WAITING, ...LIST_OPTIONS },
  async run({ args, options, api, show }) {
    const query = { ...asked(options), ...(args.text !== '' && { q: args.text }) };
    show(await api.call<MessagePage>('GET', '/messages', { query }), pageText);
  },
});
