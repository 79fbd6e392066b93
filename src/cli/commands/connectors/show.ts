/** mailgrant connectors show */
import { command } from '../../command.js';
import { connectorText } from '../../record-text.js';
import type { ShownConnector } from '../../shown.js';

export const showConnector = command({
  name: 'connectors show',
  summary: 'Show a connector: its settings, its last success and next run, and what is wrong with it.',
  args: { id: 'Id of the connector, ctr_….' },
  async run({ args, api, show }) {
    show(await api.call<ShownConnector>('GET', `/connectors/${encodeURIComponent(args.id)}`), connectorText);
  },
});
