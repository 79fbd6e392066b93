/** Saves what the server rotated before anything uses it; Redis may be away for a moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../contract/problem.js';
import type { Refused, StoredGrant, TokenStore } from '../token-store.js';

/** A token set that Redis does not take at first is offered again, in all about ten seconds long. */
const PAUSES_MS = [50, 100, 200, 400, 800, 1_500, 3_000, 4_000];

/** @returns the new tokenVersion; `stale` also where the reply of an attempt before was lost: the next look finds it done */
export async function saveRefresh(
  tokenStore: Pick<TokenStore, 'saveRefresh'>,
  grant: StoredGrant,
  next: Parameters<TokenStore['saveRefresh']>[1],
): Promise<number | Refused> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await tokenStore.saveRefresh(grant, next);
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      if (error instanceof ProblemError || pause === undefined) throw error;
      await sleep(pause);
    }
  }
}
