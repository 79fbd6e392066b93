/**
 * Law 1 at a refresh: a refreshed id_token must be of the account that signed in. Where that account was renamed, the new
 * name is taken over if it still proves the User (SMTP signs in with the UPN); else the connection needs a person, since
 * the old name may be somebody else's by now.
 */
import { sameAddress } from '../../contract/address.js';
import { type Problem, ProblemError, problem } from '../../contract/problem.js';
import { accountOf, checkIdentity, sameAccount } from '../../setup/identity.js';
import type { Authorization } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import type { StoredGrant } from '../token-store.js';

/** @returns what of the authorization is otherwise now, or what ends the grant */
export function refreshedIdentity(
  { authorization, settings }: Pick<StoredGrant, 'authorization' | 'settings'>,
  client: OAuthClient,
  { claims }: Pick<GrantedTokens, 'claims'>,
): { names: Pick<Authorization, 'authenticatedUser' | 'saslUser'> } | { problem: Problem } {
  const { account: known, authenticatedUser: before = settings.user } = authorization;
  const account = claims && accountOf(claims);
  if (account && known && !sameAccount(account, known))
    return { problem: problem('account-changed', { with: { signedIn: before } }) };
  const name = claims?.preferred_username;
  if (!account || !known || typeof name !== 'string' || name === before || sameAddress(name, before))
    return { names: {} };
  try {
    const { authenticatedUser, saslUser } = checkIdentity({
      claims,
      expectedUser: settings.user,
      expectedTenant: client.server.tenant,
      multiTenantNames: client.preset.multiTenantNames,
      previousAccount: known,
      trustEmailClaim: client.preset.trustEmailClaim,
    });
    return { names: { authenticatedUser, saslUser } };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.problem.code !== 'wrong-user') return { problem: error.problem };
    const values = { user: settings.user, before, signedIn: name };
    return { problem: problem('user-renamed', { with: values }) };
  }
}
