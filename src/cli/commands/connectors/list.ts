/** mailgrant connectors list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownConnector } from '../../shown.js';
import { table, time } from '../../text.js';

export const listConnectors = command({
  name: 'connectors list',
  summary: 'List connectors: the Email Receives and Email Sends.',
  options: LIST_OPTIONS,
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownConnector>>('GET', '/connectors', { query: options });
    const columns = {
      id: (one: ShownConnector) => one.id,
      name: (one: ShownConnector) => one.name,
      type: (one: ShownConnector) => one.type,
      health: (one: ShownConnector) => one.health.status,
      'last success': (one: ShownConnector) => time(one.health.lastSuccessAt),
      'next run': (one: ShownConnector) => time(one.health.nextRunAt),
      problem: (one: ShownConnector) => one.health.problem?.title,
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no connectors.'), page));
  },
});
