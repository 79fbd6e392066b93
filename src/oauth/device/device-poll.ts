/** One poll for the tokens of a device code (RFC 8628 §3.4), and what its answer means for the attempt. */
import { genericGrantRequest } from 'openid-client';
import { timeText } from '../../contract/date-text.js';
import { type Problem, problem } from '../../contract/problem.js';
import type { Connection } from '../../setup/model.js';
import type { OAuthClient } from '../client/client.js';
import { type GrantedTokens, requestTokens, type TokenOutcome } from '../client/token-request.js';
import { serverContext } from '../server/server-context.js';
import { problemOfServerError } from '../server/server-errors.js';
import { DEVICE_ANSWERS, pollPauseMs, SLOW_DOWN_MS } from './device-answers.js';
import type { WaitingDevice } from './device-attempts.js';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

/** tokens: somebody entered the code; wait: poll again as the attempt says now; failed: it has ended. */
export type PollResult =
  | { kind: 'tokens'; tokens: GrantedTokens }
  | { kind: 'wait'; attempt: WaitingDevice }
  | { kind: 'failed'; problem: Problem };

export interface DevicePoll {
  connection: Connection;
  attempt: WaitingDevice;
  /** ms */
  deadlineMs: number;
  now(): number;
}

export async function pollDevice(client: OAuthClient, poll: DevicePoll): Promise<PollResult> {
  const { attempt, deadlineMs } = poll;
  const outcome = await requestTokens(client, {
    grant: (configuration) =>
      genericGrantRequest(configuration, GRANT_TYPE, { device_code: attempt.deviceCode }),
    secrets: [attempt.deviceCode],
    deadlineMs,
  });
  if (outcome.kind === 'tokens') return outcome;
  if (outcome.kind === 'invalid')
    return { kind: 'failed', problem: problem('callback-invalid', { with: { what: outcome.what } }) };
  return afterFailure(client, poll, outcome);
}

function afterFailure(
  client: OAuthClient,
  { connection, attempt, now }: DevicePoll,
  { failure }: Extract<TokenOutcome, { kind: 'failure' }>,
): PollResult {
  const { user } = connection.settings;
  const answer = DEVICE_ANSWERS.get(failure.facts.error ?? '');
  const said = { serverWords: failure.words ?? '', foreign: failure.facts };
  if (answer === 'declined')
    return { kind: 'failed', problem: problem('device-code-declined', { with: { user }, ...said }) };
  if (answer === 'expired') return { kind: 'failed', problem: expiredCode(attempt, user) };
  const { pollProblem: _, ...kept } = attempt;
  if (answer !== undefined) {
    const intervalMs = attempt.intervalMs + (answer === 'slow-down' ? SLOW_DOWN_MS : 0);
    const next = { ...kept, intervalMs, failures: 0, nextPollAt: now() + intervalMs };
    return { kind: 'wait', attempt: next };
  }
  const named = problemOfServerError(failure, serverContext(client, connection.settings), now());
  if (named.class !== 'transient' && named.class !== 'loop')
    return { kind: 'failed', problem: named.problem };
  const failures = attempt.failures + 1;
  const pauseMs = pollPauseMs(attempt.intervalMs, failures);
  const nextPollAt = Math.max(now() + pauseMs, named.problem.retryAt ?? 0);
  return { kind: 'wait', attempt: { ...kept, failures, nextPollAt, pollProblem: named.problem } };
}

export const expiredCode = ({ expiresAt }: WaitingDevice, user: string): Problem =>
  problem('device-code-expired', { with: { user, at: timeText(expiresAt) } });
