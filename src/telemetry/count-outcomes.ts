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
  (outcome: OutboundStatus, found: Problem | undefined): void => {
    counters.sent.add({ outcome });
    countProblem(counters, found);
  };

type PollOutcome = { durationMs: number } & (
  | { result: { delivered: number; quarantined: number; problem: Problem | undefined } }
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
    if ('problem' in outcome) {
      countProblem(counters, outcome.problem);
      return;
    }
    const { delivered, quarantined, problem } = outcome.result;
    counters.received.add({ outcome: 'delivered' }, delivered);
    counters.received.add({ outcome: 'quarantined' }, quarantined);
    countProblem(counters, problem);
  };
