/** What workers tell of their outcomes, counted: messages by outcome, problems by code. */
import type { OutboundStatus } from '../contract/message.js';
import type { Problem } from '../contract/problem.js';
import type { Metrics } from './metrics.js';

type Counters = Pick<Metrics, 'sent' | 'received' | 'problems' | 'polls' | 'refreshes'>;

const countProblem = ({ problems }: Counters, found: Problem | undefined): void => {
  if (found) problems.add({ code: found.code });
};

/** For the drain: each attempt that ended, with what stopped it. */
export const countSent =
  (counters: Counters) =>
  ({ status, problem }: { status: OutboundStatus; problem: Problem | undefined }): void => {
    counters.sent.add({ outcome: status });
    countProblem(counters, problem);
  };

type PollOutcome = { durationMs: number } & (
  | { result: { problem: Problem | undefined } }
  | { problem: Problem }
);

/** For refreshes: each answer of a token endpoint, with what it refused. */
export const countRefresh =
  (counters: Counters) =>
  (outcome: string, found?: Problem): void => {
    counters.refreshes.add({ outcome });
    countProblem(counters, found);
  };

/** For the receive handler: each poll that ended, with what stopped it or what it could not do. */
export const countPoll =
  (counters: Counters) =>
  (outcome: PollOutcome): void => {
    counters.polls.observe({ outcome: 'problem' in outcome ? 'failed' : 'ok' }, outcome.durationMs);
    countProblem(counters, 'problem' in outcome ? outcome.problem : outcome.result.problem);
  };

/** For the receive handler: what became of the messages of a batch, whether or not its poll fails afterwards. */
export const countSettled =
  ({ received }: Pick<Counters, 'received'>) =>
  ({ delivered, quarantined }: { delivered: number; quarantined: number }): void => {
    received.add({ outcome: 'delivered' }, delivered);
    received.add({ outcome: 'quarantined' }, quarantined);
  };
