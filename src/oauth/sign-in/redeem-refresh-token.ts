/** Uses a refresh token that was brought from outside (pasted, imported), once: what comes back is checked like a sign-in (law 1). */
import { refreshTokenGrant } from 'openid-client';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import { type GrantedTokens, requestTokens } from '../client/token-request.js';
import { serverContext } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';

const DEADLINE_MS = 20_000;

export interface RefreshTokenToRedeem {
  refreshToken: string;
  connection: Pick<Connection, 'settings'>;
  /** ms; 20 seconds unless given */
  deadlineMs?: number;
}

/**
 * RFC 6749 §6. A server that names no new refresh token leaves the old one good. As at every refresh the id_token is
 * taken for what it came by (OpenID Connect Core §3.1.3.7, 6): were the issuer's keys out of reach for a moment, what a
 * server has just rotated would be lost.
 * @returns what was granted, always with a refresh token
 * @throws ProblemError by the table of server-errors, `callback-invalid` when the id_token does not hold
 */
export async function redeemRefreshToken(
  client: OAuthClient,
  { refreshToken, connection, deadlineMs = DEADLINE_MS }: RefreshTokenToRedeem,
): Promise<GrantedTokens & { refreshToken: string }> {
  const outcome = await requestTokens(client, {
    grant: (configuration) => refreshTokenGrant(configuration, refreshToken),
    secrets: [refreshToken],
    deadlineMs,
  });
  if (outcome.kind === 'tokens') {
    const { tokens } = outcome;
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }
  if (outcome.kind === 'invalid') throw problemError('callback-invalid', { with: { what: outcome.what } });
  const context = serverContext(client, connection.settings);
  throw new ProblemError(problemOfServerError(outcome.failure, context).problem);
}
