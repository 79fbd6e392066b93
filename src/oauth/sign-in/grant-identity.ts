/**
 * Who is behind tokens that were granted (law 1): the user whom the server names, the application itself, or nobody that
 * anybody has proved.
 */
import { mailboxKeyBeforeSignIn } from '../../setup/connection-record.js';
import { type Authorization, accountMailboxKey, type Connection } from '../../setup/model.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import { appOnlyScope, isAppOnly } from '../refresh/renewal.js';
import { checkRefreshToken, checkScope } from './grant-checks.js';
import { proveIdentity } from './prove-identity.js';

export type GrantIdentity = Pick<
  Authorization,
  'identity' | 'authenticatedUser' | 'saslUser' | 'account' | 'grantedScope' | 'mailboxKey'
>;

/**
 * @param question `isAsserted`: a bare access token that was pasted, of which nobody says whose it is
 * @throws ProblemError `offline-access-not-granted`, `scope-for-graph`, `scope-not-granted`, and of proveIdentity
 */
export async function identityOf(
  clients: OAuthClients,
  client: OAuthClient,
  question: { connection: Connection; tokens: GrantedTokens; isAsserted: boolean },
): Promise<GrantIdentity> {
  const { connection, tokens, isAsserted } = question;
  const { settings } = connection;
  if (isAsserted || isAppOnly(settings)) {
    // Application permissions are roles in the token, which nobody here may read; a pasted token says nothing at all.
    const named = tokens.scope ?? (isAsserted ? [] : appOnlyScope(settings, client).split(' '));
    return {
      identity: isAsserted ? 'asserted' : 'application',
      saslUser: settings.user,
      grantedScope: named.filter((scope) => scope !== ''),
      mailboxKey: mailboxKeyBeforeSignIn(settings),
    };
  }
  checkRefreshToken(tokens);
  const grantedScope = checkScope(tokens, client, connection);
  const proved = await proveIdentity(clients, client, { tokens, connection });
  return { identity: 'proved', ...proved, grantedScope, mailboxKey: accountMailboxKey(proved.account) };
}
