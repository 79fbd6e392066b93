/** mailgrant connections show */
import { command } from '../../command.js';
import { connectionText } from '../../record-text.js';
import type { ShownConnection } from '../../shown.js';

export const showConnection = command({
  name: 'connections show',
  summary: 'Show a connection: who is signed in, until when, and what is wrong with it.',
  args: { id: 'Id of the connection, con_….' },
  async run({ args, api, show }) {
    show(
      await api.call<ShownConnection>('GET', `/connections/${encodeURIComponent(args.id)}`),
      connectionText,
    );
  },
});
