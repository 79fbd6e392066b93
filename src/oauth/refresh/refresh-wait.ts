/** Who need not ask the server, and how long one waits: the grants and moments at which no refresh is tried. */
import { ProblemError, problemError } from '../../contract/problem.js';
import { refuseOtherTenant } from '../../setup/identity.js';
import type { OAuthClient } from '../client/client.js';
import type { StoredGrant, TokenSet } from '../token-store.js';

/** @throws ProblemError `not-signed-in`, or the problem that ended the grant */
export function refuseWithoutGrant(grant: StoredGrant): asserts grant is StoredGrant & { tokens: TokenSet } {
  const { status, problem: ended } = grant.authorization;
  if (status !== 'authorized' && ended) throw new ProblemError(ended);
  if (!grant.tokens || status !== 'authorized') throw notSignedIn(grant);
}

/**
 * A refresh token is bound to the client it was given to: sent by another one it is refused as if it had ended, and a
 * Client Id pasted by mistake would cost every grant of the application.
 * @throws ProblemError `client-changed`, `tenant-changed`
 */
export function refuseOtherClient(
  { authorization, settings, tokens }: StoredGrant,
  client: OAuthClient,
): void {
  // An application's own tokens, and pasted access tokens, are bound to no client of before.
  if (tokens?.refreshToken === undefined) return;
  const { clientId, account } = authorization;
  const { name, clientId: expected } = client.settings;
  refuseOtherTenant({ account, tenant: client.server.tenant, user: settings.user, application: name });
  if (clientId === undefined || clientId === expected) return;
  throw problemError('client-changed', {
    with: { user: settings.user, application: name, actual: clientId, expected },
  });
}

/** While a failure says to wait, nobody asks the server again; one that another process met just now counts for all who waited. */
export function refuseWhileWaiting(
  grant: StoredGrant,
  client: OAuthClient,
  { startedAt, isForced }: { startedAt: number; isForced: boolean },
): void {
  const { refreshProblem } = grant.authorization;
  const isFromThisWait = refreshProblem !== undefined && refreshProblem.at > startedAt;
  if (isFromThisWait) throw new ProblemError(refreshProblem);
  if (isForced) return;
  if (client.application.failure) throw new ProblemError(client.application.failure);
  if (refreshProblem?.retryAt !== undefined && refreshProblem.retryAt > startedAt)
    throw new ProblemError(refreshProblem);
}

export const notSignedIn = (grant: StoredGrant): ProblemError =>
  problemError('not-signed-in', { with: { user: grant.settings.user } });

/** A caller that gives up leaves the refresh running: its answer must be saved all the same. */
export function abortable<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return running;
  running.catch(() => undefined);
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
