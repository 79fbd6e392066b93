/** Handles wake-ups of the queue `refresh`: refreshes a connection that is due, paced, and says when to come again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../contract/clock.js';
import type { ApplicationId, ConnectionId } from '../../contract/ids.js';
import { type Problem, ProblemError } from '../../contract/problem.js';
import type { Connections } from '../../setup/connections.js';
import type { ChangeListener } from '../../setup/model.js';
import { type ApplicationFailures, PROBE_EVERY_MS } from '../application-failure.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import type { StoredGrant, TokenStore } from '../token-store.js';
import type { AccessTokens } from './access-tokens.js';
import type { Pace } from './pace.js';
import { jitterOf, refreshAt } from './refresh-schedule.js';
import { isRenewable } from './renewal.js';

/** A place in line this near is waited for; for one further off the worker goes on with other connections. */
const LONGEST_PLACE_MS = 1_000;
/** When to look again at what cannot be known yet (a server without metadata, Redis away). */
const LOOK_AGAIN_MS = 60_000;

export interface RefreshHandlerDependencies {
  tokenStore: TokenStore;
  clients: OAuthClients;
  failures: ApplicationFailures;
  accessTokens: AccessTokens;
  pace: Pace;
  connections: Pick<Connections, 'ofApplication'>;
  listener: Pick<ChangeListener, 'connectionChanged'>;
  clock?: Clock;
}

/** @returns the handler: a connection's id in, when to wake it next out (ms since the epoch); `undefined`: nothing to keep fresh */
export function createRefreshHandler(deps: RefreshHandlerDependencies) {
  const { tokenStore, clients, failures, accessTokens, pace, clock = systemClock } = deps;

  async function atItsTime(
    grant: StoredGrant,
    client: OAuthClient,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const dueAt = nextRefreshAt(grant);
    if (dueAt === undefined || dueAt > clock.now()) return dueAt;
    const place = { subject: grant.id, longestWaitMs: LONGEST_PLACE_MS };
    const placeMs = await pace.reserve(client.server.metadata.token_endpoint, place);
    if (placeMs > LONGEST_PLACE_MS) return clock.now() + placeMs;
    if (placeMs > 0) await sleep(placeMs, undefined, { signal });
    return refreshed(grant, false);
  }

  /** With a failed application: one connection asks the server every 15 minutes, all others wait for it. */
  async function asProbe(grant: StoredGrant, application: ApplicationId): Promise<number | undefined> {
    const waitMs = await failures.probe(application);
    if (waitMs > 0) return clock.now() + waitMs;
    const next = await refreshed(grant, true);
    const after = (await clients.of(application, { fresh: true })).application.failure;
    // The probe told nothing: its grant has ended, or the server could not be reached.
    if (after && next !== undefined && next < clock.now() + PROBE_EVERY_MS)
      await failures.releaseProbe(application);
    if (after && next === undefined) {
      await failures.releaseProbe(application);
      await wakeAnother(application, grant.id);
    }
    return next;
  }

  async function refreshed(grant: StoredGrant, isProbe: boolean): Promise<number | undefined> {
    try {
      const after = await accessTokens.refreshAhead(grant.id, { tokenVersion: grant.tokenVersion, isProbe });
      return nextRefreshAt(after);
    } catch (error) {
      if (error instanceof ProblemError) return afterProblem(error.problem, clock.now());
      throw error;
    }
  }

  /** The next connection of the application, round the list; each ended grant drops out, so this ends. */
  async function wakeAnother(application: ApplicationId, id: ConnectionId): Promise<void> {
    const all = (await deps.connections.ofApplication(application)).sort();
    const another = all.find((each) => each > id) ?? all[0];
    if (another !== undefined && another !== id) await deps.listener.connectionChanged(another);
  }

  return async (subject: string, signal: AbortSignal): Promise<number | undefined> => {
    try {
      const grant = await tokenStore.read(subject as ConnectionId);
      const { application } = grant.settings;
      if (!grant.tokens || grant.authorization.status !== 'authorized' || application === undefined)
        return undefined;
      const client = await clients.of(application);
      return client.application.failure && isRenewable(grant)
        ? await asProbe(grant, application)
        : await atItsTime(grant, client, signal);
    } catch (error) {
      if (error instanceof ProblemError) return afterProblem(error.problem, clock.now());
      throw error;
    }
  };
}

/** When a grant is refreshed next: ahead of expiry, but not before a failure says. */
export function nextRefreshAt(grant: StoredGrant): number | undefined {
  const { tokens, authorization, id, tokenVersion } = grant;
  if (!tokens || authorization.status !== 'authorized') return undefined;
  // Nobody renews it: at its end the connection says so.
  if (!isRenewable(grant)) return tokens.expiresAt;
  const at = refreshAt(tokens, jitterOf(`${id}:${tokenVersion}`));
  return Math.max(at, authorization.refreshProblem?.retryAt ?? 0);
}

/** @returns when to come again; `undefined`: only a person or a change brings this connection back */
function afterProblem(problem: Problem, now: number): number | undefined {
  if (problem.reach === 'application') return now + PROBE_EVERY_MS;
  if (problem.code === 'not-found' || problem.code === 'not-signed-in') return undefined;
  if (problem.retryAt !== undefined) return Math.max(problem.retryAt, now + 100);
  return problem.verdict === 'hold' ? undefined : now + LOOK_AGAIN_MS;
}
