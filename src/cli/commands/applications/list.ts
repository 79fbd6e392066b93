/** mailgrant applications list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownApplication } from '../../shown.js';
import { table } from '../../text.js';

export const listApplications = command({
  name: 'applications list',
  summary: 'List applications: client registrations at an authorization server.',
  options: LIST_OPTIONS,
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownApplication>>('GET', '/applications', { query: options });
    const columns = {
      id: (one: ShownApplication) => one.id,
      name: (one: ShownApplication) => one.name,
      provider: (one: ShownApplication) => one.provider,
      'client id': (one: ShownApplication) => one.clientId,
      problem: (one: ShownApplication) => (one.problem ?? one.warnings?.[0])?.title,
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no applications.'), page));
  },
});
