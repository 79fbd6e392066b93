/**
 * Tokens supplied by hand (InitiateOAuth OFF and REFRESH): a refresh token is refreshed once and checked like any other
 * (law 1); a bare access token is taken as it is, marked as asserted, and never renewed.
 */
import { type Clock, systemClock } from '../../contract/clock.js';
import type { ConnectionId } from '../../contract/ids.js';
import { type ProblemError, problemError } from '../../contract/problem.js';
import type { Connections } from '../../setup/connections.js';
import type { OAuthClients } from '../client/client.js';
import { isAppOnly } from '../refresh/renewal.js';
import { type AcceptGrant, ASSUMED_LIFETIME_SECONDS } from './accept-grant.js';
import { redeemRefreshToken } from './redeem-refresh-token.js';
import { clientOfConnection } from './sign-in-allowed.js';
import { type SignInEnded, told } from './sign-in-ended.js';

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
  acceptGrant: AcceptGrant;
  onEnded?: SignInEnded;
  clock?: Clock;
}): PasteTokens {
  const { connections, clients, acceptGrant, clock = systemClock } = deps;
  return (id, tokens) => told(deps.onEnded, id, () => paste(id, tokens));

  async function paste(id: ConnectionId, { accessToken, refreshToken, expiresAt }: PastedTokens) {
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
      const tokens = await redeemRefreshToken(client, { refreshToken, connection });
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
  }
}

const invalid = (detail: string): ProblemError => problemError('invalid-request', { detail });
