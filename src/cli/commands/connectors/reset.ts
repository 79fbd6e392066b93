/** mailgrant connectors reset */
import { command } from '../../command.js';
import { connectorText } from '../../record-text.js';
import type { ShownConnector } from '../../shown.js';

export const resetConnector = command({
  name: 'connectors reset',
  summary: 'Reset backoff: forget failures, problem and pause, and run.',
  args: { id: 'Id of the connector, ctr_….' },
  async run({ args, api, show }) {
    const path = `/connectors/${encodeURIComponent(args.id)}/reset`;
    show(await api.call<ShownConnector>('POST', path), (one) => `Reset.\n${connectorText(one)}`);
  },
});
