/** Asks an issuer whether a token endpoint is its own: then refresh tokens that it gave may go there (law 4, law 7). */
import type { CustomFetch } from 'openid-client';
import { ProblemError, problemError } from '../../contract/problem.js';
import { discover } from './authorization-server.js';
import { failureOfSilence } from './server-answer.js';

/**
 * @param deps `fetch`: the guarded one of outgoing
 * @returns a function that says whether the discovery document of an issuer, fetched now, names that very endpoint. An
 *   issuer without such a document, or one that calls itself otherwise, vouches for nothing
 * @throws ProblemError `issuer-unreachable` where the issuer cannot be asked just now: that is neither yes nor no;
 *   `tls-required`
 */
export function createVouchedEndpoint(deps: { fetch: CustomFetch }) {
  return async (issuer: string, tokenEndpoint: string): Promise<boolean> => {
    let status: number | undefined;
    let silence: unknown;
    const fetch: CustomFetch = async (url, options) => {
      try {
        const response = await deps.fetch(url, options);
        status = response.status;
        return response;
      } catch (error) {
        silence = error;
        throw error;
      }
    };
    try {
      const metadata = await discover(issuer, fetch);
      return metadata.token_endpoint !== undefined && sameUrl(metadata.token_endpoint, tokenEndpoint);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'issuer-unreachable') throw error;
      if (isPassing(status, silence)) {
        const what = `${error.problem.detail} Without it nobody can say whether ${tokenEndpoint} belongs to it; try again when it answers.`;
        throw problemError('issuer-unreachable', { with: { issuer, what }, cause: error });
      }
      return false;
    }
  };
}

const sameUrl = (left: string, right: string): boolean => new URL(left).href === new URL(right).href;

/** A host that does not exist, and a page that is not there, will not vouch later either. */
const isPassing = (status: number | undefined, silence: unknown): boolean =>
  status === undefined
    ? silence !== undefined && failureOfSilence(silence).silence !== 'unknown-host'
    : status === 429 || status >= 500;
