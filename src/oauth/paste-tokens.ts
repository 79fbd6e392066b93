/**
 * Tokens supplied by hand (InitiateOAuth OFF and REFRESH): a refresh token is refreshed once and checked like any other
 * (law 1); a bare access token is taken as it is, marked as asserted, and never renewed.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectionId } from '../contract/ids.js';
import { ProblemError, problemError } from '../contract/problem.js';
import type { Connections } from '../setup/connections.js';
import type { Connection } from '../setup/model.js';
import { type AcceptGrant, ASSUMED_LIFETIME_SECONDS } from './accept-grant.js';
import type { OAuthClient, OAuthClients } from './client.js';
import type { Renewals } from './renewal.js';
import { isAppOnly } from './renewal.js';
import { serverContext } from './server-context.js';
import { problemOfServerError } from './server-errors.js';
import { clientOfConnection } from './sign-in-allowed.js';
import type { GrantedTokens } from './token-request.js';

const DEADLINE_MS = 20_000;

export interface PastedTokens {
  accessToken?: string | undefined;
  refreshToken?: string | undefined;
  /** When a bare access token ends; ISO 8601. An hour from now where nobody knows. */
  expiresAt?: string | undefined;
}

/**
 * @returns the user whom the server named; `undefined` where nothing was proved
 * @throws ProblemError `invalid-request`, `app-only-signs-nobody-in`, by the table of server-errors, and of acceptGrant
 */
export type PasteTokens = (id: ConnectionId, tokens: PastedTokens) => Promise<{ user: string | undefined }>;

export function createPasteTokens(deps: {
  connections: Pick<Connections, 'read'>;
  clients: OAuthClients;
  renewals: Renewals;
  acceptGrant: AcceptGrant;
  clock?: Clock;
}): PasteTokens {
  const { connections, clients, acceptGrant, clock = systemClock } = deps;
  return async (id, { accessToken, refreshToken, expiresAt }) => {
    const connection = await connections.read(id);
    const { settings, epoch } = connection;
    const client = await clientOfConnection(clients, connection);
    if (isAppOnly(settings))
      throw problemError('app-only-signs-nobody-in', { with: { user: settings.user } });
    if (refreshToken !== undefined) {
      if (settings.tokenMode === 'off')
        throw invalid(
          'Token Mode is off, so a refresh token would never be used: paste the access token alone, or set Token Mode to refresh first.',
        );
      const tokens = await refreshedOnce(connection, client, refreshToken);
      return acceptGrant({ connection, client, tokens, epoch });
    }
    if (accessToken === undefined) throw invalid('Give accessToken or refreshToken.');
    const until = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    if (until !== undefined && !(until > clock.now()))
      throw invalid('expiresAt is no time that lies ahead: the access token has ended already.');
    const left = until === undefined ? ASSUMED_LIFETIME_SECONDS : Math.floor((until - clock.now()) / 1_000);
    const nothing = { refreshToken: undefined, scope: undefined, claims: undefined };
    const tokens = { accessToken, expiresInSeconds: left, ...nothing };
    return acceptGrant({ connection, client, tokens, epoch, isAsserted: true });
  };

  /** What comes back is used from then on: a server may take the pasted one no more. */
  async function refreshedOnce(
    { settings }: Connection,
    client: OAuthClient,
    refreshToken: string,
  ): Promise<GrantedTokens> {
    const tokens = { accessToken: '', refreshToken, issuedAt: 0, expiresAt: 0 };
    // Whatever the Token Mode says of later, this once it is asked for.
    const renewal = deps.renewals.of({ settings, tokens }, client);
    const outcome = await renewal?.request(DEADLINE_MS);
    if (outcome?.kind === 'tokens')
      return { ...outcome.tokens, refreshToken: outcome.tokens.refreshToken ?? refreshToken };
    if (outcome?.kind !== 'failure')
      throw problemError('callback-invalid', { with: { what: outcome?.what ?? 'no request was made' } });
    throw new ProblemError(problemOfServerError(outcome.failure, serverContext(client, settings)).problem);
  }
}

const invalid = (detail: string): ProblemError => problemError('invalid-request', { detail });
