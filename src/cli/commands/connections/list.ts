/** mailgrant connections list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownConnection } from '../../shown.js';
import { table, time } from '../../text.js';

export const listConnections = command({
  name: 'connections list',
  summary: 'List connections: mailboxes, each with its sign-in.',
  options: LIST_OPTIONS,
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownConnection>>('GET', '/connections', { query: options });
    const columns = {
      id: (one: ShownConnection) => one.id,
      name: (one: ShownConnection) => one.name,
      user: (one: ShownConnection) => one.user,
      status: (one: ShownConnection) => one.status,
      'token until': (one: ShownConnection) => time(one.accessTokenExpiresAt),
      problem: (one: ShownConnection) => (one.problem ?? one.refreshProblem ?? one.warnings?.[0])?.title,
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no connections.'), page));
  },
});
