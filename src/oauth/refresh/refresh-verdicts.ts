/**
 * What a refresh that brought no tokens comes to: the application fails, for all its connections; the grant ends; or it is
 * kept, and tried again later. Each is believed only of what still stands, and each that is told is thrown.
 */
import type { Clock } from '../../contract/clock.js';
import type { ConnectionId } from '../../contract/ids.js';
import { type Problem, ProblemError } from '../../contract/problem.js';
import type { ChangeListener } from '../../setup/model.js';
import type { Log } from '../../telemetry/log.js';
import type { ApplicationFailures } from '../application-failure.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import { withHistory } from '../grant-history.js';
import type { StoredGrant, TokenStore } from '../token-store.js';
import { backoffMs } from './refresh-schedule.js';

/** A server that asks for less is not waited for so long: the wait that grows by itself counts. */
const SHORTEST_ASKED_MS = 1_000;

export interface RefreshVerdictDependencies {
  tokenStore: Pick<TokenStore, 'note' | 'end'>;
  clients: Pick<OAuthClients, 'of' | 'forget'>;
  failures: Pick<ApplicationFailures, 'told' | 'raise'>;
  listener: Pick<ChangeListener, 'connectionChanged'>;
  log: Log;
  clock: Clock;
  /** Told of each, for metrics. */
  onOutcome?(
    outcome: 'kept' | 'ended' | 'application-failed',
    problem: Problem,
    connection: ConnectionId,
  ): void;
}

/** @returns functions that throw ProblemError what they told; where they return `stale`, the grant is to be looked at again */
export function createRefreshVerdicts(deps: RefreshVerdictDependencies) {
  const { tokenStore, clients, failures, listener, log, clock } = deps;

  /**
   * The client, if what was refused still is what stands: one that was changed this very moment (a secret replaced, a
   * Client Id set back) has not been refused yet.
   * @returns `undefined`: it was changed, ask again with what it is now
   */
  async function standing(
    grant: StoredGrant,
    client: OAuthClient,
    unanswered: number,
  ): Promise<OAuthClient | undefined> {
    const { id, version } = client.application;
    await tokenStore.note(grant, grant.authorization.refreshProblem, { unanswered });
    const now = await clients.of(id, { fresh: true });
    return now.application.version === version ? now : undefined;
  }

  /** The application is refused: believed only if what was refused still is what stands. */
  async function refuseApplication(
    grant: StoredGrant,
    client: OAuthClient,
    refusal: { problem: Problem; unanswered: number },
  ): Promise<'stale'> {
    const { id } = client.application;
    const now = await standing(grant, client, refusal.unanswered);
    if (now === undefined) return 'stale';
    const told = await failures.told(id, refusal.problem);
    if (await failures.raise(now.application, told)) await listener.connectionChanged(grant.id);
    clients.forget(id);
    deps.onOutcome?.('application-failed', told, grant.id);
    throw new ProblemError(told);
  }

  /** Ends the grant, if it still is the one that was refused. */
  async function end(grant: StoredGrant, ended: Problem): Promise<'stale'> {
    const { signedInAt, authorization } = grant;
    const { lastRefreshAt } = authorization;
    const why = withHistory(ended, { signedInAt, lastRefreshAt, endedAt: clock.now() });
    const result = await tokenStore.end(grant, why);
    if (typeof result !== 'number') return 'stale';
    log.warn(
      { connection: grant.id, problem: why.code, foreign: why.foreign },
      `${why.title}: the grant has ended`,
    );
    await listener.connectionChanged(grant.id);
    deps.onOutcome?.('ended', why, grant.id);
    throw new ProblemError(why);
  }

  /**
   * Notes what is passing, and when the next try is due.
   * @param unanswered refreshes of this token set that remain without an answer
   */
  async function keep(grant: StoredGrant, why: Problem, unanswered: number): Promise<'stale'> {
    const before = grant.authorization.refreshProblem;
    const previousWaitMs = before?.retryAt === undefined ? undefined : before.retryAt - before.at;
    const ownMs = backoffMs({ previousWaitMs, random: Math.random() });
    const askedMs = (why.retryAt ?? 0) - clock.now();
    // `Retry-After: 0`, or a date that has passed, is no leave to ask without a pause.
    const retryAt = clock.now() + (askedMs < SHORTEST_ASKED_MS ? ownMs : askedMs);
    const noted = { ...why, at: clock.now(), retryAt };
    if (typeof (await tokenStore.note(grant, noted, { unanswered })) !== 'number') return 'stale';
    const at = new Date(retryAt).toISOString();
    log.warn({ connection: grant.id, problem: why.code, retryAt: at, foreign: why.foreign }, why.detail);
    deps.onOutcome?.('kept', noted, grant.id);
    throw new ProblemError(noted);
  }

  return { standing, refuseApplication, end, keep };
}
