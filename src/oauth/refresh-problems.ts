/** How a refresh that came to nothing is told: what is passing, what was cut off, and what nobody renews. */
import { type Problem, type ProblemError, problem, problemError } from '../contract/problem.js';
import type { OAuthClient } from './client.js';
import type { ServerErrorClass } from './server-errors.js';
import type { StoredGrant } from './token-store.js';

export function unavailable(grant: StoredGrant, what: string, client?: OAuthClient): ProblemError {
  const host = client ? new URL(client.server.metadata.token_endpoint).host : `of ${grant.settings.user}`;
  return problemError('token-endpoint-unavailable', { with: { host, what } });
}

/** What says nothing of the grant is noted and tried again; an error of the sign-in page makes no sense at a refresh. */
export function passing(
  found: Problem,
  { settings: { user } }: StoredGrant,
  errorClass: ServerErrorClass,
): Problem {
  if (errorClass === 'transient' || errorClass === 'loop') return found;
  return problem('provider-refused', {
    with: { error: found.foreign?.error ?? 'nothing usable', user },
    verdict: 'retry',
    ...(found.serverWords !== undefined && { serverWords: found.serverWords }),
    ...(found.foreign !== undefined && { foreign: found.foreign }),
  });
}

export const interrupted = (grant: StoredGrant, refused: Problem): Problem =>
  problem('refresh-interrupted', {
    with: { user: grant.settings.user },
    ...(refused.serverWords !== undefined && { serverWords: refused.serverWords }),
    ...(refused.foreign !== undefined && { foreign: refused.foreign }),
  });

/** An access token that nobody renews has reached its end. */
export const endOfUnrenewable = ({ settings, tokens }: StoredGrant): Problem =>
  problem('access-token-ended', {
    with: {
      user: settings.user,
      tokenMode: settings.tokenMode,
      at: new Date(tokens?.expiresAt ?? 0).toISOString(),
    },
  });
