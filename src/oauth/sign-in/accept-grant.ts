/**
 * The tail of every way in (code, device code, pasted or imported tokens, client credentials): what a token endpoint
 * granted is checked and becomes the grant of a connection. A list of steps, of which the last but two stores; nothing is
 * stored before it.
 */
import { type Clock, systemClock } from '../../contract/clock.js';
import { problemError } from '../../contract/problem.js';
import type { Connections } from '../../setup/connections.js';
import type { Authorization, ChangeListener, Connection } from '../../setup/model.js';
import type { Log } from '../../telemetry/log.js';
import type { ApplicationFailures } from '../application-failure.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import type { TokenStore } from '../token-store.js';
import { type GrantIdentity, identityOf } from './grant-identity.js';

/** Where the server names no lifetime (RFC 6749 §5.1 only recommends it). */
export const ASSUMED_LIFETIME_SECONDS = 3_600;

export interface GrantToAccept {
  /** As it was read before the tokens were asked for. */
  connection: Connection;
  client: OAuthClient;
  tokens: GrantedTokens;
  /** Epoch of the connection that the way in was started in. */
  epoch: number;
  /** A bare access token that was pasted: taken as it is, and shown so. */
  isAsserted?: boolean;
}

export interface AcceptGrantDependencies {
  connections: Pick<Connections, 'moveMailbox'>;
  tokenStore: Pick<TokenStore, 'saveSignIn'>;
  clients: OAuthClients;
  failures: Pick<ApplicationFailures, 'heal'>;
  listener: Pick<ChangeListener, 'connectionChanged'>;
  log: Log;
  clock?: Clock;
}

/**
 * @returns who signed in; `undefined` for an application, which is nobody
 * @throws ProblemError of the first check that fails, and `sign-in-superseded` when the connection has another epoch by now
 */
export type AcceptGrant = (grant: GrantToAccept) => Promise<{ user: string | undefined }>;

export function createAcceptGrant(deps: AcceptGrantDependencies): AcceptGrant {
  const { connections, clients, tokenStore, clock = systemClock } = deps;

  /** @throws ProblemError `sign-in-superseded` */
  async function store(
    { connection, client, tokens, epoch }: GrantToAccept,
    identity: GrantIdentity,
  ): Promise<void> {
    const { id } = connection;
    const issuedAt = clock.now();
    const expiresAt = issuedAt + (tokens.expiresInSeconds ?? ASSUMED_LIFETIME_SECONDS) * 1_000;
    const authorization: Authorization = {
      status: 'authorized',
      ...identity,
      clientId: client.settings.clientId,
      accessTokenExpiresAt: expiresAt,
      lastRefreshAt: issuedAt,
    };
    const { accessToken, refreshToken } = tokens;
    const { mailboxKey } = identity;
    await connections.moveMailbox(id, undefined, mailboxKey);
    const saved = await tokenStore.saveSignIn(
      id,
      { epoch },
      {
        tokens: { accessToken, ...(refreshToken !== undefined && { refreshToken }), issuedAt, expiresAt },
        authorization,
      },
    );
    if (typeof saved !== 'number') throw problemError('sign-in-superseded');
    await connections.moveMailbox(id, connection.authorization.mailboxKey, mailboxKey);
  }

  return async (grant) => {
    const { connection, client, isAsserted = false } = grant;
    const identity = await identityOf(clients, client, { ...grant, isAsserted });
    await store(grant, identity);
    // What was pasted bare did not come from the token endpoint, and says nothing of the application.
    if (client.application.failure && !isAsserted) {
      await deps.failures.heal(client.application.id);
      clients.forget(client.application.id);
    }
    deps.log.info(
      { connection: connection.id },
      identity.identity === 'proved' ? 'Signed in' : 'Tokens taken',
    );
    await deps.listener.connectionChanged(connection.id);
    return { user: identity.authenticatedUser };
  };
}
