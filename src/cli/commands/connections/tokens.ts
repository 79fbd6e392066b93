/** mailgrant connections tokens */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { connectionText } from '../../record-text.js';
import { secretIfGiven, secretOption } from '../../secret-input.js';
import type { ShownConnection } from '../../shown.js';

export const supplyTokens = command({
  name: 'connections tokens',
  summary: 'Supply tokens by hand, that were obtained elsewhere.',
  operation: 'InitiateOAuth OFF, InitiateOAuth REFRESH',
  args: { id: 'Id of the connection, con_….' },
  options: {
    'refresh-token-file': secretOption('refresh token'),
    'access-token-file': secretOption('access token, where there is no refresh token'),
    'expires-at': {
      kind: 'text',
      value: 'time',
      meaning: 'When a bare access token ends, such as 2026-11-21T15:00:00Z; an hour from now if left out.',
    },
  },
  notes: [
    'A refresh token is refreshed once and checked like a sign-in: it must be of the User, and of this application. From then on it is refreshed by itself (Token Mode refresh or getAndRefresh).',
    'A bare access token is taken as it is, shown as asserted, and never refreshed: before it ends, paste the next one.',
  ],
  async run({ args, options, api, terminal, show }) {
    const refreshFile = options['refresh-token-file'];
    const accessFile = options['access-token-file'];
    if ((refreshFile === undefined) === (accessFile === undefined))
      throw new UsageError('Give one of --refresh-token-file and --access-token-file.');
    const refreshToken = await secretIfGiven(terminal, { file: refreshFile, name: 'Refresh token' });
    const accessToken = await secretIfGiven(terminal, { file: accessFile, name: 'Access token' });
    const expiresAt = options['expires-at'];
    const body = {
      ...(refreshToken !== undefined && { refreshToken }),
      ...(accessToken !== undefined && { accessToken }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    const path = `/connections/${encodeURIComponent(args.id)}/tokens`;
    const answer = await api.call<ShownConnection>('POST', path, { body });
    show(answer, (one) => `Taken.\n${connectionText(one)}`);
  },
});
