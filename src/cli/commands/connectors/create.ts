/** mailgrant connectors create */
import { command } from '../../command.js';
import { connectorText } from '../../record-text.js';
import type { ShownConnector } from '../../shown.js';
import { CONNECTOR_OPTIONS, connectorSettings } from './settings.js';

export const createConnector = command({
  name: 'connectors create',
  summary: 'Create a connector: an Email Receive or an Email Send on a connection.',
  options: {
    type: { kind: 'text', value: 'type', meaning: 'email-receive or email-send.' },
    ...CONNECTOR_OPTIONS,
  },
  notes: [
    `Examples:
  mailgrant connectors create --type email-send --connection con_… --name "Orders out"
  mailgrant connectors create --type email-receive --connection con_… --name "Orders in" \\
      --every 1m --webhook-url https://example.com/hooks/mail --webhook-secret-file secret \\
      --post-processing markRead`,
  ],
  async run({ options, api, terminal, show }) {
    const body = {
      ...(await connectorSettings(terminal, options)),
      ...(options.type !== undefined && { type: options.type }),
    };
    const answer = await api.call<ShownConnector>('POST', '/connectors', { body });
    show(answer, (one) => `Created.\n${connectorText(one)}`);
  },
});
