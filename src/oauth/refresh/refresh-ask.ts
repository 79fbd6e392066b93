/** Asks for new tokens; what is thrown on the way (no assertion to be had, no managed identity) is a problem as well. */
import { type Problem, ProblemError } from '../../contract/problem.js';
import type { TokenOutcome } from '../client/token-request.js';
import type { StoredGrant, TokenStore } from '../token-store.js';
import type { Renewal } from './renewal.js';

/**
 * @param how `deadlineMs` of the request; `unanswered`: refreshes of this token set that got no answer before
 * @throws ProblemError what says nothing of grant or application (`address-refused`)
 */
export async function askRenewal(
  tokenStore: Pick<TokenStore, 'note'>,
  grant: StoredGrant,
  { renewal, deadlineMs, unanswered }: { renewal: Renewal; deadlineMs: number; unanswered: number },
): Promise<TokenOutcome | { problem: Problem }> {
  try {
    return await renewal.request(deadlineMs);
  } catch (error) {
    const why = error instanceof ProblemError ? error.problem : undefined;
    if (why && (why.reach === 'application' || why.verdict === 'retry')) return { problem: why };
    await tokenStore.note(grant, grant.authorization.refreshProblem, { unanswered });
    throw error;
  }
}
