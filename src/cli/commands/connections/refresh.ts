/** mailgrant connections refresh */
import { command } from '../../command.js';
import type { ShownConnection } from '../../shown.js';
import { time } from '../../text.js';

export const refreshConnection = command({
  name: 'connections refresh',
  summary:
    'Refresh the access token now; of an app-only connection also get the first. It is refreshed by itself before it ends.',
  operation: 'RefreshOAuthAccessToken, AzureServicePrincipal, AzureMSI',
  args: { id: 'Id of the connection, con_….' },
  async run({ args, api, show }) {
    const path = `/connections/${encodeURIComponent(args.id)}/refresh`;
    const answer = await api.call<ShownConnection>('POST', path);
    show(answer, (one) => `Refreshed. The access token is good until ${time(one.accessTokenExpiresAt)}.`);
  },
});
