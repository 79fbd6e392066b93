/**
 * Sign-out: Mailgrant forgets the grant, always and first; then the tokens are revoked at the provider, where it has an
 * endpoint for that (RFC 7009). What is in flight for the grant comes to nothing; the mailbox itself is not touched.
 */
import { tokenRevocation } from 'openid-client';
import type { ConnectionId } from '../contract/ids.js';
import { type Problem, ProblemError, problem } from '../contract/problem.js';
import type { Connections } from '../setup/connections.js';
import type { ChangeListener } from '../setup/model.js';
import { voidGrant } from '../setup/void-grant.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import type { OAuthClient, OAuthClients } from './client/client.js';
import type { ClientCredential } from './client/client-credential.js';
import { withEitherSecret } from './client/either-secret.js';
import { record } from './client/token-request.js';
import { failureOfAnswer, failureOfSilence } from './server/server-answer.js';
import type { ServerFailure } from './server/server-errors.js';
import type { StoredGrant, TokenStore } from './token-store.js';

const DEADLINE_MS = 10_000;

/**
 * What became of the tokens at the provider: revoked; nothing-held (there was no grant); not-offered (it has no endpoint
 * for that, as Entra); failed, with the problem.
 */
export type Revocation =
  | { outcome: 'revoked' | 'nothing-held' | 'not-offered' }
  | { outcome: 'failed'; problem: Problem };

/** @throws ProblemError `not-found` */
export type SignOut = (id: ConnectionId) => Promise<Revocation>;

export function createSignOut(deps: {
  redis: RedisClient;
  connections: Pick<Connections, 'read'>;
  tokenStore: Pick<TokenStore, 'read'>;
  clients: OAuthClients;
  listener: ChangeListener;
  log: Log;
}): SignOut {
  const { connections, tokenStore, clients, log } = deps;

  async function revoke(grant: StoredGrant, tokens: NonNullable<StoredGrant['tokens']>): Promise<Revocation> {
    const { application, user } = grant.settings;
    if (application === undefined) return { outcome: 'nothing-held' };
    const failed = (host: string, what: string): Revocation => ({
      outcome: 'failed',
      problem: problem('not-revoked', { with: { user, host, what } }),
    });
    try {
      const client = await clients.of(application);
      const endpoint = await clients.endpoint(client, 'revocation_endpoint');
      if (endpoint === undefined) return { outcome: 'not-offered' };
      const refused = await revokedAt(endpoint, client, tokens);
      return refused === undefined ? { outcome: 'revoked' } : failed(new URL(endpoint).host, refused);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return failed('the provider', error.problem.detail);
    }
  }

  return async (id) => {
    await connections.read(id);
    const grant = await tokenStore.read(id);
    await voidGrant(deps, id);
    if (!grant.tokens) return { outcome: 'nothing-held' };
    const revocation = await revoke(grant, grant.tokens);
    if (revocation.outcome === 'failed')
      log.warn({ connection: id, problem: revocation.problem.code }, revocation.problem.detail);
    else log.info({ connection: id, revocation: revocation.outcome }, 'Signed out');
    return revocation;
  };
}

/**
 * Revokes the refresh token, with which a server ends all that came from it (RFC 7009 §2.1); without one the access token.
 * @returns why it was refused
 */
async function revokedAt(
  endpoint: string,
  client: OAuthClient,
  { accessToken, refreshToken }: NonNullable<StoredGrant['tokens']>,
): Promise<string | undefined> {
  const hint = refreshToken === undefined ? 'access_token' : 'refresh_token';
  const secrets = [...client.secrets, accessToken, refreshToken ?? ''].filter((each) => each !== '');
  const attempt = async (credential: ClientCredential): Promise<ServerFailure | undefined> => {
    const recording = record(client.fetch, DEADLINE_MS);
    const configuration = client.configuration({
      fetch: recording.fetch,
      endpoints: { revocation_endpoint: endpoint },
      credential,
    });
    try {
      await tokenRevocation(configuration, refreshToken ?? accessToken, { token_type_hint: hint });
      return undefined;
    } catch (error) {
      const answer = recording.answer();
      if (answer?.status === 200) return undefined;
      return answer ? failureOfAnswer(answer, secrets) : failureOfSilence(recording.cause() ?? error);
    }
  };
  const { outcome } = await withEitherSecret(client, attempt, (failure) => failure?.facts);
  return outcome && (outcome.words?.split('\n')[0] || (outcome.facts.error ?? 'no usable answer'));
}
