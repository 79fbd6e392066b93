/** When a connector polls next, spread over its interval; and how long it waits after failures. */
import { createHash } from 'node:crypto';
import { durationMs } from '../contract/duration.js';
import type { Schedule } from '../contract/receive-settings.js';
import { nextCronTime } from '../contract/schedule.js';

/** No failure keeps a connector, or a message, away for longer. */
export const LONGEST_PAUSE_MS = 3_600_000;
/** Where neither every nor cron says anything readable. */
const DEFAULT_INTERVAL_MS = 300_000;

/**
 * The next poll. An interval is cut by a phase of the connector's own, so that a thousand connectors of five minutes
 * fire through all five minutes, and each keeps its place whatever a poll takes.
 * @param id of the connector
 * @param now ms since the epoch
 * @returns ms since the epoch, later than now
 */
export function nextPollAt(schedule: Schedule, id: string, now: number): number {
  if (schedule.cron !== undefined) {
    return nextCronTime(schedule.cron, schedule.timeZone, now) ?? now + DEFAULT_INTERVAL_MS;
  }
  const interval = intervalMs(schedule);
  const phase = createHash('sha256').update(id).digest().readUInt32BE() % interval;
  const sincePhase = (((now - phase) % interval) + interval) % interval;
  return now + interval - sincePhase;
}

/** The pause between polls; for cron, what counts as one where a failure is paced. */
export const intervalMs = (schedule: Schedule): number =>
  schedule.every === undefined ? DEFAULT_INTERVAL_MS : durationMs(schedule.every);

/**
 * The pause after a failure: the retry interval, doubled with each further failure, up to an hour.
 * @param failures how many there have been since the last success, at least 1
 * @param retryIntervalMs settings' retryInterval
 */
export const pauseMs = (failures: number, retryIntervalMs: number): number =>
  Math.min(LONGEST_PAUSE_MS, retryIntervalMs * 2 ** Math.min(20, Math.max(0, failures - 1)));
