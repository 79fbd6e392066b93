/** mailgrant connections update */
import { command } from '../../command.js';
import { connectionText } from '../../record-text.js';
import { IF_VERSION_OPTION, refuseNothing, versionOf } from '../../settings-input.js';
import type { ShownConnection } from '../../shown.js';
import { CONNECTION_OPTIONS, connectionSettings } from './settings.js';

export const updateConnection = command({
  name: 'connections update',
  summary:
    'Change a connection. A new User, Scope, application or host ends the grant: sign in again afterwards.',
  args: { id: 'Id of the connection, con_….' },
  options: { ...CONNECTION_OPTIONS, ...IF_VERSION_OPTION },
  notes: ['What is not given stays as it is; null in a settings file removes.'],
  async run({ args, options, api, terminal, show }) {
    const body = refuseNothing(await connectionSettings(terminal, options));
    const ifVersion = versionOf(options['if-version']);
    const path = `/connections/${encodeURIComponent(args.id)}`;
    const answer = await api.change<ShownConnection>('PATCH', path, { body, ifVersion });
    show(answer, (one) => `Changed.\n${connectionText(one)}`);
  },
});
