/** mailgrant people list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownPerson } from '../../shown.js';
import { table, time } from '../../text.js';

export const listPeople = command({
  name: 'people list',
  summary: 'List who may sign in to the page, and as what.',
  options: LIST_OPTIONS,
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownPerson>>('GET', '/people', { query: options });
    const columns = {
      id: (one: ShownPerson) => one.id,
      name: (one: ShownPerson) => one.name,
      role: (one: ShownPerson) => one.role,
      status: (one: ShownPerson) => one.status,
      'last sign-in': (one: ShownPerson) => time(one.lastSignInAt),
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no people.'), page));
  },
});
