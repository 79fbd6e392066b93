/** mailgrant messages show */
import { command } from '../../command.js';
import { messageText } from '../../record-text.js';
import type { ShownMessage } from '../../shown.js';

export const showMessage = command({
  name: 'messages show',
  summary: "Show a message with its transaction log: every attempt, with the server's own words.",
  args: { id: 'Id of the message, msg_….' },
  async run({ args, api, show }) {
    show(await api.call<ShownMessage>('GET', `/messages/${encodeURIComponent(args.id)}`), messageText);
  },
});
