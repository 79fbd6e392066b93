/**
 * One refresh at a time per connection, over all processes (law 4): join the one in flight here, else take the lock, read
 * again, mark, ask with a deadline shorter than the lock, and write token set and status in one conditional step.
 *
 * What a refresh comes to: refreshed → saved before it is used; refused for the application's sake → the application
 * fails, the grant stays; grant refused → read again, and only if it still is that grant, ended; anything else → noted,
 * and the grant stays.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../contract/clock.js';
import type { ConnectionId } from '../../contract/ids.js';
import type { Problem } from '../../contract/problem.js';
import type { ChangeListener } from '../../setup/model.js';
import type { Log } from '../../telemetry/log.js';
import type { ApplicationFailures } from '../application-failure.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import { serverContext } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';
import { ASSUMED_LIFETIME_SECONDS } from '../sign-in/accept-grant.js';
import type { StoredGrant, TokenSet, TokenStore } from '../token-store.js';
import { askRenewal } from './refresh-ask.js';
import type { HeldLock, RefreshLock } from './refresh-lock.js';
import {
  appOnlyRefused,
  endOfUnrenewable,
  interrupted,
  nothingToRefresh,
  passing,
  unavailable,
} from './refresh-problems.js';
import { saveRefresh } from './refresh-save.js';
import { createRefreshVerdicts } from './refresh-verdicts.js';
import {
  abortable,
  notSignedIn,
  refuseOtherClient,
  refuseWhileWaiting,
  refuseWithoutGrant,
} from './refresh-wait.js';
import { refreshedIdentity } from './refreshed-identity.js';
import { isAppOnly, type Renewal, type Renewals } from './renewal.js';

/** How long a token endpoint may take unless the caller says otherwise; a hang is an outage. */
const REQUEST_DEADLINE_MS = 10_000;
/** Kept of the lock for saving the answer. */
const SAVE_RESERVE_MS = 2_000;
/** How long a caller waits for a refresh that another process makes: that one's lock, and a bit. */
const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 60;

export interface RefreshRequest {
  /** Whether a token set as it stands makes the refresh unnecessary. */
  isSatisfied(grant: StoredGrant): boolean;
  /** Asks the server although a failure says to wait: a person, or a probe of the application. */
  isForced?: boolean;
  signal?: AbortSignal | undefined;
}

export interface Refresh {
  /**
   * Refreshes, unless it is unnecessary by then.
   * @param grant as it was just read
   * @returns the grant that satisfies the request
   * @throws ProblemError what ended the grant, the application's failure, or what is passing
   */
  run(grant: StoredGrant, request: RefreshRequest): Promise<StoredGrant>;
  /** Waits for the refreshes in flight: an answer that is not saved may be lost for good. */
  settled(): Promise<void>;
}

/** refreshed; kept: it failed in passing; ended: the grant; application-failed: for all connections of it. */
export type RefreshOutcome = 'refreshed' | 'kept' | 'ended' | 'application-failed';

export interface RefreshDependencies {
  tokenStore: TokenStore;
  clients: OAuthClients;
  failures: ApplicationFailures;
  lock: RefreshLock;
  renewals: Renewals;
  listener: Pick<ChangeListener, 'connectionChanged'>;
  log: Log;
  clock?: Clock;
  /** ms */
  requestDeadlineMs?: number;
  /** Told of each answer of a token endpoint, for metrics and events. */
  onOutcome?(outcome: RefreshOutcome, problem: Problem | undefined, connection: ConnectionId): void;
}

export function createRefresh(deps: RefreshDependencies): Refresh {
  const { tokenStore, clients, failures, lock, renewals, clock = systemClock } = deps;
  const { requestDeadlineMs = REQUEST_DEADLINE_MS } = deps;
  const { standing, refuseApplication, end, keep } = createRefreshVerdicts({ ...deps, clock });
  const inFlight = new Map<ConnectionId, Promise<StoredGrant>>();

  /** Takes the lock, or waits for whoever holds it. */
  async function refresh(first: StoredGrant, request: RefreshRequest): Promise<StoredGrant> {
    const startedAt = clock.now();
    const giveUpAt = startedAt + WAIT_MS;
    let grant = first;
    for (;;) {
      refuseWithoutGrant(grant);
      if (grant !== first && request.isSatisfied(grant)) return grant;
      const client = await clientOf(grant);
      refuseOtherClient(grant, client);
      refuseWhileWaiting(grant, client, { startedAt, isForced: request.isForced === true });
      const held = await lock.acquire(grant.id);
      if (held) {
        try {
          const result = await refreshHeld(grant, client, held);
          if (result !== 'stale') return result;
        } finally {
          void held.release();
        }
      } else {
        await nextChange(grant, giveUpAt);
      }
      if (clock.now() > giveUpAt)
        throw unavailable(grant, 'another process has been refreshing for too long');
      grant = await tokenStore.read(grant.id);
    }
  }

  /** @returns the new grant; `stale`: the token set was replaced meanwhile, look again */
  async function refreshHeld(
    grant: StoredGrant,
    client: OAuthClient,
    held: HeldLock,
  ): Promise<StoredGrant | 'stale'> {
    const { tokens } = grant;
    if (!tokens) return 'stale';
    const renewal = renewals.of(grant, client);
    if (!renewal && tokens.expiresAt > clock.now()) throw nothingToRefresh(grant);
    if (!renewal) return end(grant, endOfUnrenewable(grant));
    const unanswered = await begin(grant, renewal, held);
    if (unanswered === 'stale') return 'stale';
    const deadlineMs = Math.min(requestDeadlineMs, held.remainingMs() - SAVE_RESERVE_MS);
    const sentAt = clock.now();
    if (deadlineMs <= 0) return 'stale';
    const outcome = await askRenewal(tokenStore, grant, { renewal, deadlineMs, unanswered });
    if ('problem' in outcome) {
      const { problem: why } = outcome;
      if (why.reach === 'application') return refuseApplication(grant, client, { problem: why, unanswered });
      return keep(grant, why, unanswered);
    }

    if (outcome.kind === 'tokens')
      return accept(grant, client, { tokens: outcome.tokens, old: tokens, sentAt, held });
    if (outcome.kind === 'invalid') return distrust(grant, client, { ...outcome, old: tokens, unanswered });
    const named = problemOfServerError(outcome.failure, serverContext(client, grant.settings), clock.now());
    if (named.class === 'application')
      return refuseApplication(grant, client, { problem: named.problem, unanswered });
    if (named.class === 'sign-in-again' && isAppOnly(grant.settings))
      return keep(grant, appOnlyRefused(named.problem, { grant, client, now: clock.now() }), 0);
    if (named.class === 'sign-in-again') {
      if ((await standing(grant, client, unanswered)) === undefined) return 'stale';
      const isInterrupted = named.problem.code === 'grant-invalid' && unanswered > 0 && renewal.mayBeUsedUp;
      return end(grant, isInterrupted ? interrupted(grant, named.problem) : named.problem);
    }
    return keep(
      grant,
      passing(named.problem, grant, named.class),
      unanswered + (outcome.mayHaveActed ? 1 : 0),
    );
  }

  /**
   * Reads again under the lock. A refresh is marked as sent where its lost answer would cost the grant; where old
   * refresh tokens stay good nobody needs the mark, and the write that it takes.
   * @returns how many refreshes of this token set were never answered
   */
  async function begin(grant: StoredGrant, renewal: Renewal, held: HeldLock): Promise<number | 'stale'> {
    if (!renewal.mayBeUsedUp) return (await tokenStore.isCurrent(grant)) ? 0 : 'stale';
    const { id, tokenVersion } = grant;
    const begun = await tokenStore.begin(id, { tokenVersion, owner: held.owner });
    return begun === 'stale' || begun === 'missing' ? 'stale' : begun.unanswered;
  }

  async function accept(
    grant: StoredGrant,
    client: OAuthClient,
    answer: { tokens: GrantedTokens; old: TokenSet; sentAt: number; held: HeldLock },
  ): Promise<StoredGrant | 'stale'> {
    const { tokens, old, sentAt, held } = answer;
    if (old.isUnproved && !tokens.claims) {
      const what = 'none came to prove the account';
      return distrust(grant, client, { what, refreshToken: tokens.refreshToken, old, unanswered: 0 });
    }
    const refreshed = refreshedIdentity(grant, client, tokens);
    if ('problem' in refreshed) return end(grant, refreshed.problem);
    const refreshToken = tokens.refreshToken ?? old.refreshToken;
    const expiresAt = sentAt + (tokens.expiresInSeconds ?? ASSUMED_LIFETIME_SECONDS) * 1_000;
    const { refreshProblem: _, ...kept } = grant.authorization;
    const next = {
      tokens: {
        accessToken: tokens.accessToken,
        // No new one: the old one stays (RFC 6749 §6).
        ...(refreshToken !== undefined && { refreshToken }),
        issuedAt: sentAt,
        expiresAt,
      },
      authorization: {
        ...kept,
        ...refreshed.names,
        grantedScope: tokens.scope ?? kept.grantedScope,
        accessTokenExpiresAt: expiresAt,
        lastRefreshAt: sentAt,
      },
    };
    const tokenVersion = await saveRefresh(tokenStore, grant, { ...next, owner: held.owner });
    if (typeof tokenVersion !== 'number') return 'stale';
    if (client.application.failure) await heal(client);
    deps.onOutcome?.('refreshed', undefined, grant.id);
    return { ...grant, ...next, tokenVersion };
  }

  /**
   * Tokens came with an id_token that does not hold. Who they belong to is not proved, so the access token is not used;
   * but the refresh token took the place of the old one, and a server that rotates strictly takes no other any more:
   * it is kept, and proves itself by a good id_token of a later try or not at all.
   */
  async function distrust(
    grant: StoredGrant,
    client: OAuthClient,
    answer: { what: string; refreshToken: string | undefined; old: TokenSet; unanswered: number },
  ): Promise<'stale'> {
    const { what, refreshToken, old, unanswered } = answer;
    const why = unavailable(grant, `its id_token does not hold: ${what}`, client).problem;
    if (refreshToken === undefined || refreshToken === old.refreshToken)
      return keep(grant, why, unanswered + 1);
    const tokenVersion = await saveRefresh(tokenStore, grant, {
      tokens: { ...old, refreshToken, isUnproved: true },
      authorization: grant.authorization,
    });
    return typeof tokenVersion === 'number' ? keep({ ...grant, tokenVersion }, why, 0) : 'stale';
  }

  async function heal(client: OAuthClient): Promise<void> {
    await failures.heal(client.application.id);
    clients.forget(client.application.id);
  }

  async function nextChange(grant: StoredGrant, giveUpAt: number): Promise<void> {
    while (clock.now() <= giveUpAt) {
      await sleep(LOOK_EVERY_MS * (0.75 + Math.random() * 0.5));
      const { tokenVersion, isLocked } = await tokenStore.progress(grant.id);
      if (tokenVersion !== grant.tokenVersion || !isLocked) return;
    }
  }

  async function clientOf(grant: StoredGrant): Promise<OAuthClient> {
    const { application } = grant.settings;
    if (application === undefined) throw notSignedIn(grant);
    return clients.of(application);
  }

  return {
    async run(grant, request) {
      for (let current = grant; ; ) {
        let running = inFlight.get(grant.id);
        if (!running) {
          running = refresh(current, request).finally(() => inFlight.delete(grant.id));
          inFlight.set(grant.id, running);
        }
        current = await abortable(running, request.signal);
        if (request.isSatisfied(current)) return current;
      }
    },
    async settled() {
      while (inFlight.size > 0) await Promise.allSettled(inFlight.values());
    },
  };
}
