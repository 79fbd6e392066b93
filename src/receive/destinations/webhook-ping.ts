/** The event that tests a webhook: a signed `ping`, and what a refusal of it means. */
import { ProblemError, problemError } from '../../contract/problem.js';

/** @param now ms since the epoch */
export const pingBody = (now: number): string =>
  JSON.stringify({ type: 'ping', timestamp: new Date(now).toISOString(), data: { from: 'Mailgrant' } });

/** A ping stops nothing, and a refusal of it says what a message's would not: that it is about the signature. */
export function pingProblem(error: unknown, { url, isSigned }: { url: string; isSigned: boolean }): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { code, foreign, serverWords } = error.problem;
  const status = foreign?.status ?? 0;
  const words = serverWords === undefined ? {} : { serverWords };
  if (isSigned && (status === 401 || status === 403))
    return problemError('webhook-signature-refused', { with: { url, status }, ...words, cause: error });
  if (code === 'webhook-gone')
    return problemError(code, { with: { url }, detail: `${url} answered 410.`, ...words, cause: error });
  return error;
}
