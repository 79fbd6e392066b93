/** Who signed in: claims of the id_token, with userinfo where those name no user, put to the identity rule (law 1). */
import { fetchUserInfo, skipSubjectCheck } from 'openid-client';
import { problemError, problemIn } from '../../contract/problem.js';
import { checkIdentity, type ProvedIdentity } from '../../setup/identity.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import { type GrantedTokens, record } from '../client/token-request.js';

const USERINFO_DEADLINE_MS = 10_000;

type Claims = Readonly<Record<string, unknown>>;

/** @throws ProblemError `identity-unprovable`, `wrong-user`, `wrong-tenant`, `account-changed`, `sign-in-unfinished` */
export async function proveIdentity(
  clients: OAuthClients,
  client: OAuthClient,
  { tokens, connection }: { tokens: GrantedTokens; connection: Connection },
): Promise<ProvedIdentity> {
  const { claims } = tokens;
  const namesUser = claims?.preferred_username !== undefined || claims?.email !== undefined;
  const all = namesUser ? claims : await withUserInfo(clients, client, tokens);
  return checkIdentity({
    claims: all,
    expectedUser: connection.settings.user,
    expectedTenant: client.server.tenant,
    multiTenantNames: client.preset.multiTenantNames,
    previousAccount: connection.authorization.account,
    trustEmailClaim: client.preset.trustEmailClaim,
  });
}

/** Claims and userinfo together; the id_token's own go first. `undefined` where the server gives neither. */
async function withUserInfo(
  clients: OAuthClients,
  client: OAuthClient,
  tokens: GrantedTokens,
): Promise<Claims | undefined> {
  const endpoint = await clients.userinfoEndpoint(client);
  if (endpoint === undefined) return tokens.claims;
  const recording = record(client.fetch, USERINFO_DEADLINE_MS);
  const configuration = client.configuration({
    fetch: recording.fetch,
    endpoints: { userinfo_endpoint: endpoint },
  });
  const subject = typeof tokens.claims?.sub === 'string' ? tokens.claims.sub : skipSubjectCheck;
  try {
    const userinfo = await fetchUserInfo(configuration, tokens.accessToken, subject);
    return { iss: client.server.metadata.issuer, ...userinfo, ...tokens.claims };
  } catch (error) {
    const refusal = problemIn(recording.cause());
    if (refusal) throw refusal;
    const status = recording.answer()?.status;
    if (status === undefined || status >= 500) {
      const what = status === undefined ? 'userinfo gave no answer' : `userinfo answered HTTP ${status}`;
      throw problemError('sign-in-unfinished', {
        with: { host: new URL(endpoint).host, what },
        cause: error,
      });
    }
    return tokens.claims;
  }
}
