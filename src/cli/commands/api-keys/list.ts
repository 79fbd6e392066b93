/** mailgrant api-keys list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownApiKey } from '../../shown.js';
import { table, time } from '../../text.js';

export const listApiKeys = command({
  name: 'api-keys list',
  summary: 'List API keys; the keys themselves are not kept.',
  options: LIST_OPTIONS,
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownApiKey>>('GET', '/api-keys', { query: options });
    const columns = {
      id: (one: ShownApiKey) => one.id,
      name: (one: ShownApiKey) => one.name,
      scopes: (one: ShownApiKey) => one.scopes.join(', '),
      since: (one: ShownApiKey) => time(one.createdAt),
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no API keys.'), page));
  },
});
