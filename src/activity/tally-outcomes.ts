/** What workers tell of their outcomes, tallied for statistics: by connector, hour by hour. */
import type { ConnectorId } from '../contract/ids.js';
import type { OutboundStatus } from '../contract/message.js';
import type { Problem } from '../contract/problem.js';
import type { Tally } from './tally.js';

/** For the drain: each attempt that ended, with what stopped it, and how long the message had waited. */
export const tallySent =
  (tally: Tally) =>
  (outcome: {
    connector: ConnectorId;
    status: OutboundStatus;
    problem: Problem | undefined;
    waitedMs: number;
  }): void => {
    const { connector, status, problem, waitedMs } = outcome;
    if (status === 'sent') {
      tally.count(connector, 'sent');
      tally.latency(connector, 'send', waitedMs);
    }
    if (status === 'failed') tally.count(connector, 'failed');
    if (problem) tally.problem(problem.code, connector);
  };

/** For the receive handler: what became of the messages of a batch. */
export const tallySettled =
  (tally: Tally) =>
  (settled: {
    connector: ConnectorId;
    delivered: number;
    quarantined: number;
    refusals: readonly Problem[];
    waitedMs: readonly number[];
  }): void => {
    const { connector } = settled;
    tally.count(connector, 'received', settled.delivered);
    tally.count(connector, 'quarantined', settled.quarantined);
    for (const { code } of settled.refusals) tally.problem(code, connector);
    for (const ms of settled.waitedMs) tally.latency(connector, 'receive', ms);
  };

/** For the receive handler: each poll that ended, with what stopped it or what it could not do. */
export const tallyPoll =
  (tally: Tally) =>
  (
    outcome: { connector: ConnectorId } & (
      | { result: { problem: Problem | undefined } }
      | { problem: Problem }
    ),
  ): void => {
    const { connector } = outcome;
    if ('problem' in outcome) tally.count(connector, 'failed');
    const found = 'problem' in outcome ? outcome.problem : outcome.result.problem;
    if (found) tally.problem(found.code, connector);
  };

/** For refreshes: what a token endpoint refused. A refresh is of a connection, so no connector is charged with it. */
export const tallyRefresh =
  (tally: Tally) =>
  (_outcome: string, found?: Problem): void => {
    if (found) tally.problem(found.code);
  };
