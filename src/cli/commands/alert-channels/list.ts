/** mailgrant alert-channels list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownAlertChannel } from '../../shown.js';
import { table, time } from '../../text.js';
import { placeOf } from './channel-text.js';

export const listAlertChannels = command({
  name: 'alert-channels list',
  summary: 'List alert channels: whom alerts are told to.',
  options: LIST_OPTIONS,
  async run({ options, api, show }) {
    const answer = await api.call<Page<ShownAlertChannel>>('GET', '/alert-channels', { query: options });
    const columns = {
      id: (one: ShownAlertChannel) => one.id,
      name: (one: ShownAlertChannel) => one.name,
      type: (one: ShownAlertChannel) => (one.enabled ? one.type : `${one.type}, off`),
      to: placeOf,
      'last told': (one: ShownAlertChannel) => time(one.delivery.lastSuccessAt),
      waiting: (one: ShownAlertChannel) => String(one.delivery.waiting),
      problem: (one: ShownAlertChannel) => one.delivery.problem?.title,
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no alert channels.'), page));
  },
});
