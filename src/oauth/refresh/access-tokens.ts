/** What connectors' contexts ask for: an access token that is good now. One refresh at a time, over all processes (law 4). */
import { type Clock, systemClock } from '../../contract/clock.js';
import { timeText } from '../../contract/date-text.js';
import type { ConnectionId } from '../../contract/ids.js';
import { ProblemError, problemError } from '../../contract/problem.js';
import type { StoredGrant, TokenSet } from '../token-store.js';
import { createRefresh, type RefreshDependencies } from './refresh.js';
import { nothingToRefresh } from './refresh-problems.js';
import { isGood } from './refresh-schedule.js';
import { refuseWithoutGrant } from './refresh-wait.js';
import { isRenewable } from './renewal.js';

/**
 * A token that replaced a refused one and is refused as well is not at fault: something else is (SMTP AUTH off, IMAP off,
 * another user name). For this long no further refresh is made for such a refusal, or a connector that tries again and
 * again would hammer the token endpoint until the provider stops the whole account (50196).
 */
const REPLACEMENT_MS = 60_000;

export interface UsableToken {
  accessToken: string;
  /** Version of the token set; hand it back as `rejected` when a server refuses the token. */
  version: number;
  /** SASL user name. */
  saslUser: string;
  /** ms since the epoch */
  expiresAt: number;
}

export interface AccessTokens {
  /**
   * The stored access token while it is good, else that of the one refresh in flight, else of one that is made now.
   * @param options `rejected`: version that a server has just refused; a newer stored one is returned without a refresh,
   *   and the very same where it was itself made for a refusal a moment ago: then the token is not what is refused.
   *   `force`: refresh even though the token is good (Refresh Access Token).
   * @throws ProblemError `not-signed-in`, the problem that ended the grant, the application's failure, or a transient one
   *   (`token-endpoint-unavailable`) once the stored token is no longer good
   */
  accessToken(
    id: ConnectionId,
    options?: { rejected?: number; force?: boolean; signal?: AbortSignal },
  ): Promise<UsableToken>;
  /**
   * Refreshes ahead of expiry.
   * @param options `tokenVersion`: the token set that is due; a newer one is left alone. `isProbe`: although the
   *   application has a failure
   * @returns the grant as it stands afterwards
   */
  refreshAhead(id: ConnectionId, options: { tokenVersion: number; isProbe: boolean }): Promise<StoredGrant>;
  /** Waits for the refreshes in flight, at shutdown. */
  settled(): Promise<void>;
}

/** @param deps `lock`: createRefreshLock, or what a test puts in its place */
export function createAccessTokens(deps: RefreshDependencies): AccessTokens {
  const { tokenStore, clock = systemClock } = deps;
  const refresh = createRefresh(deps);

  /** A token that nobody renews is used until it ends; then the grant ends with it, and says so. */
  async function unrenewed(
    grant: StoredGrant & { tokens: TokenSet },
    { rejected, force }: { rejected: number | undefined; force: boolean },
  ): Promise<UsableToken> {
    if (force) throw nothingToRefresh(grant);
    if (!isStillGood(grant, clock))
      return usable(await stored(() => refresh.run(grant, { isSatisfied: (each) => each !== grant })));
    if (rejected === undefined || grant.tokenVersion > rejected) return usable(grant);
    const at = timeText(grant.tokens.expiresAt);
    throw problemError('access-token-refused', { with: { user: grant.settings.user, at } });
  }

  return {
    async accessToken(id, { rejected, force = false, signal } = {}) {
      const grant = await stored(() => tokenStore.read(id));
      refuseWithoutGrant(grant);
      if (!isRenewable(grant)) return unrenewed(grant, { rejected, force });
      const isNew = ({ tokenVersion }: StoredGrant): boolean =>
        (rejected === undefined || tokenVersion > rejected) &&
        !(force && tokenVersion === grant.tokenVersion);
      const isUsable = (each: StoredGrant): boolean =>
        isNew(each) && each.tokens !== undefined && isGood(each.tokens, clock.now());
      if (isUsable(grant)) return usable(grant);
      if (rejected === grant.tokenVersion && !force && isGood(grant.tokens, clock.now())) {
        if (await stored(() => tokenStore.isReplacement(grant))) return usable(grant);
      }
      try {
        // A token set that was made for this request is used even where its life is very short.
        const isSatisfied = (each: StoredGrant): boolean =>
          isNew(each) &&
          each.tokens !== undefined &&
          (each.tokenVersion > grant.tokenVersion || isUsable(each));
        const after = await stored(
          () => refresh.run(grant, { isSatisfied, isForced: force, signal }),
          signal,
        );
        if (rejected !== undefined && after.epoch === grant.epoch)
          await stored(() => tokenStore.markReplacement(after, REPLACEMENT_MS));
        return usable(after);
      } catch (error) {
        if (isStillGood(grant, clock) && isNew(grant) && isPassing(error)) return usable(grant);
        throw error;
      }
    },
    async refreshAhead(id, { tokenVersion, isProbe }) {
      const grant = await stored(() => tokenStore.read(id));
      refuseWithoutGrant(grant);
      const isSatisfied = (each: StoredGrant): boolean => each.tokenVersion !== tokenVersion;
      if (isSatisfied(grant)) return grant;
      return stored(() => refresh.run(grant, { isSatisfied, isForced: isProbe }));
    },
    settled: () => refresh.settled(),
  };
}

/** In the last moments of its life a token is better than none, when none can be had. */
const isStillGood = (grant: StoredGrant & { tokens: TokenSet }, clock: Clock): boolean =>
  clock.now() < grant.tokens.expiresAt;

const isPassing = (error: unknown): boolean =>
  error instanceof ProblemError &&
  (error.problem.verdict === 'retry' || error.problem.verdict === 'wait-until');

function usable(grant: StoredGrant): UsableToken {
  refuseWithoutGrant(grant);
  const { tokens, tokenVersion, authorization, settings } = grant;
  return {
    accessToken: tokens.accessToken,
    version: tokenVersion,
    saslUser: authorization.saslUser ?? settings.user,
    expiresAt: tokens.expiresAt,
  };
}

/** What Redis throws is named here; problems and a caller's own abort pass. */
async function stored<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ProblemError || signal?.aborted) throw error;
    const what = error instanceof Error ? error.message : 'no reply';
    throw problemError('storage-unavailable', { with: { what }, cause: error });
  }
}
