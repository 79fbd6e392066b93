/**
 * A connector's health as people see it, derived at read time (law 9). The first of these that holds:
 *   paused    switched off, or its webhook answered 410
 *   held      its connection needs a person, or its own problem does
 *   stale     no success for longer than its schedule allows, or messages that are due and do not go out: silence is
 *             itself a problem
 *   waiting   told to wait until a time (throttled, budget), or it has not run yet
 *   backoff   the last run failed; the next one is set
 *   failing   the last run failed, and nothing is set to happen
 *   ok
 */
import { timeText } from '../contract/date-text.js';
import { durationMs } from '../contract/duration.js';
import { type Problem, problem } from '../contract/problem.js';
import type { ConnectionStatus, Connector, HealthStatus } from './model.js';
import { isRecord } from './schema-node.js';

/** Runs that may fail or be late before silence is a problem: three, and five minutes for a restart. */
const MISSED_RUNS = 3;
const GRACE_MS = 5 * 60_000;
/** What was seen of an outbox is looked at each minute; older news are no news. */
const OVERDUE_KNOWN_MS = 3 * 60_000;

export interface ConnectorHealth {
  status: HealthStatus;
  problem: Problem | undefined;
}

/** @param circumstances status and problem of its connection as shown; `now` in ms since the epoch */
export function connectorHealth(
  connector: Connector,
  circumstances: {
    connection: { status: ConnectionStatus; problem: Problem | undefined };
    now: number;
  },
): ConnectorHealth {
  const { enabled, health } = connector;
  const { connection, now } = circumstances;
  const own = health.problem;
  const isFailed = health.failures > 0 || own !== undefined;
  if (!enabled || health.paused) return { status: 'paused', problem: own };
  if (connection.status !== 'authorized') return { status: 'held', problem: connection.problem ?? own };
  if (own?.verdict === 'hold') return { status: 'held', problem: own };
  const stale = silence(connector, now);
  if (stale) return { status: 'stale', problem: own ?? stale };
  if (own?.verdict === 'wait-until' && (own.retryAt ?? 0) > now) return { status: 'waiting', problem: own };
  const overdue = stuckOutbox(connector, now);
  if (overdue) return { status: 'stale', problem: own ?? overdue };
  if (isFailed && (health.nextRunAt ?? 0) > now) return { status: 'backoff', problem: own };
  if (isFailed) return { status: 'failing', problem: own };
  return { status: health.lastRunAt === undefined ? 'waiting' : 'ok', problem: undefined };
}

/** `sender-stale` when messages are due, nobody told them to wait, and none has gone out for long. */
function stuckOutbox({ health }: Connector, now: number): Problem | undefined {
  const { overdue, lastSuccessAt } = health;
  if (!overdue || now - overdue.at > OVERDUE_KNOWN_MS) return undefined;
  if (now - Math.max(overdue.since, lastSuccessAt ?? 0) <= GRACE_MS) return undefined;
  const lastSuccess = lastSuccessAt === undefined ? 'never' : `at ${timeText(lastSuccessAt)}`;
  return problem('sender-stale', { with: { since: timeText(overdue.since), lastSuccess } });
}

/** `receiver-stale` when a connector on a schedule has not succeeded for longer than that allows. */
function silence({ settings, health, createdAt }: Connector, now: number): Problem | undefined {
  const schedule = isRecord(settings.schedule) ? settings.schedule : undefined;
  if (!schedule) return undefined;
  const every = typeof schedule.every === 'string' ? durationMs(schedule.every) : undefined;
  // A cron expression says no interval: there, it is the time set for the next run that must not pass by.
  const since =
    every === undefined
      ? Math.max(health.nextRunAt ?? createdAt, health.lastRunAt ?? 0, health.lastSuccessAt ?? 0)
      : (health.lastSuccessAt ?? createdAt);
  const allowedMs = (every ?? 0) * MISSED_RUNS + GRACE_MS;
  if (now - since <= allowedMs) return undefined;
  const lastSuccess = health.lastSuccessAt === undefined ? 'never' : `at ${timeText(health.lastSuccessAt)}`;
  return problem('receiver-stale', {
    with: { lastSuccess, allowed: `${Math.round(allowedMs / 1_000)} s of silence` },
  });
}
