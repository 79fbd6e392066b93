/** Get New Access Token and Refresh Access Token, as a person asks for them: what does not need a browser. */
import type { ConnectionId } from '../../contract/ids.js';
import type { Connections } from '../../setup/connections.js';
import type { FirstToken } from '../sign-in/first-token.js';
import type { AccessTokens } from './access-tokens.js';
import { isAppOnly } from './renewal.js';

/** @throws ProblemError of access-tokens with `force`, and of first-token for an app-only connection without a grant */
export type RefreshNow = (id: ConnectionId) => Promise<void>;

export function createRefreshNow(deps: {
  connections: Pick<Connections, 'read'>;
  accessTokens: Pick<AccessTokens, 'accessToken'>;
  firstToken: FirstToken;
}): RefreshNow {
  const { connections, accessTokens, firstToken } = deps;
  return async (id) => {
    const { settings, authorization } = await connections.read(id);
    if (isAppOnly(settings) && authorization.status !== 'authorized') return firstToken(id);
    await accessTokens.accessToken(id, { force: true });
  };
}
