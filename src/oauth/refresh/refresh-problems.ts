/** How a refresh that came to nothing is told: what is passing, what was cut off, and what nobody renews. */
import { timeText } from '../../contract/date-text.js';
import { type Problem, type ProblemError, problem, problemError } from '../../contract/problem.js';
import type { OAuthClient } from '../client/client.js';
import { serverContext } from '../server/server-context.js';
import type { ServerErrorClass } from '../server/server-errors.js';
import type { StoredGrant } from '../token-store.js';
import { appOnlyScope } from './renewal.js';

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
      at: timeText(tokens?.expiresAt ?? 0),
    },
  });

/** @returns the refusal of a refresh that a person asked for, where nobody can make one */
export const nothingToRefresh = ({ settings, tokens }: StoredGrant): ProblemError =>
  problemError('nothing-to-refresh', {
    with: {
      user: settings.user,
      tokenMode: settings.tokenMode,
      what: tokens?.refreshToken === undefined ? 'it holds no refresh token' : 'nothing is refreshed then',
    },
  });

/** A repair at the provider is noticed within this. */
const APP_ONLY_PAUSE_MS = 15 * 60_000;

/** No sign-in mends what the server has against the application itself; it is asked again by and by. */
export function appOnlyRefused(
  found: Problem,
  { grant, client, now }: { grant: Pick<StoredGrant, 'settings'>; client: OAuthClient; now: number },
): Problem {
  const context = serverContext(client, grant.settings);
  return problem('app-only-token-refused', {
    with: {
      host: context.host,
      application: context.application,
      clientId: context.clientId,
      scope: appOnlyScope(grant.settings, client) || 'its own permissions',
      what: found.serverWords?.split('\n')[0] ?? found.title,
      adminConsentUrl: context.adminConsentUrl ?? 'the provider’s admin consent page',
    },
    retryAt: Math.max(found.retryAt ?? 0, now + APP_ONLY_PAUSE_MS),
    ...(found.serverWords !== undefined && { serverWords: found.serverWords }),
    ...(found.foreign !== undefined && { foreign: found.foreign }),
  });
}
