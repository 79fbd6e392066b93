/** mailgrant connections create */
import { command } from '../../command.js';
import { connectionText } from '../../record-text.js';
import type { ShownConnection } from '../../shown.js';
import { paragraphs } from '../../text.js';
import { CONNECTION_OPTIONS, connectionSettings } from './settings.js';

export const createConnection = command({
  name: 'connections create',
  summary: 'Create a connection: one mailbox, to be signed in.',
  options: CONNECTION_OPTIONS,
  notes: [
    'Servers and Scope come from the preset of the application; give them to differ from it.',
    `Example:
  mailgrant connections create --application app_… --user orders@contoso.com`,
  ],
  async run({ options, api, terminal, show }) {
    const settings = await connectionSettings(terminal, options);
    const body = { ...(settings.user !== undefined && { name: settings.user }), ...settings };
    const answer = await api.call<ShownConnection>('POST', '/connections', { body });
    show(answer, (one) => paragraphs(`Created.\n${connectionText(one)}`));
  },
});
