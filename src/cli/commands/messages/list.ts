/** mailgrant messages list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownMessage } from '../../shown.js';
import { table, time } from '../../text.js';

export const listMessages = command({
  name: 'messages list',
  summary: 'List the messages of a connector, newest first.',
  args: { connector: 'Id of the connector, ctr_….' },
  options: {
    status: {
      kind: 'text',
      value: 'status',
      meaning:
        'Only these. Sent: scheduled, queued, held, sending, sent, uncertain, failed, cancelled. Received: pending, delivered, quarantined.',
    },
    ...LIST_OPTIONS,
  },
  async run({ args, options, api, show }) {
    const path = `/connectors/${encodeURIComponent(args.connector)}/messages`;
    const answer = await api.call<Page<ShownMessage>>('GET', path, { query: options });
    const columns = {
      id: (one: ShownMessage) => one.id,
      since: (one: ShownMessage) => time(one.createdAt),
      status: (one: ShownMessage) => one.status,
      from: (one: ShownMessage) => one.from,
      to: (one: ShownMessage) => one.to.join(', '),
      subject: (one: ShownMessage) => one.subject,
      problem: (one: ShownMessage) => one.problem?.title,
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no such messages.'), page));
  },
});
