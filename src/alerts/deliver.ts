/** Delivers to one channel what it is to be told, in order, one process at a time; a channel that is dead keeps only itself waiting. */
import type { AlertChannelId } from '../contract/ids.js';
import { asProblem, type Problem } from '../contract/problem.js';
import type { AlertChannel } from '../setup/alert-channel-record.js';
import { keys } from '../storage/keys.js';
import { acquireLease } from '../storage/lease.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import type { AlertStore } from './alert-store.js';
import type { Delivery, DeliveryStore } from './delivery-store.js';
import { type Notice, nextCount, noticeOf, remembered } from './notice.js';
import { type TellDeps, tell } from './tell.js';

const LEASE_MS = 30_000;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

export interface DeliverDeps extends TellDeps {
  redis: RedisClient;
  deliveries: DeliveryStore;
  store: Pick<AlertStore, 'forgetTold'>;
  log: Log;
  /** How long the work of a killed process waits; ms. */
  leaseMs?: number;
}

/** @param attempts that failed, at least one @returns ms until the next */
export const pauseMs = (attempts: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20));

/** @returns ms until there is something to do again; `undefined` when nothing waits, or another process is at it */
export async function deliver(
  deps: DeliverDeps,
  channel: AlertChannel,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { redis, deliveries, clock } = deps;
  const { id, settings } = channel;
  if (!settings.enabled) {
    await forget(deps, id);
    return undefined;
  }
  const lease = await acquireLease(redis, keys.alertDeliveryLease(id), deps.leaseMs ?? LEASE_MS);
  if (!lease) return undefined;
  const either = AbortSignal.any([signal, lease.signal]);
  try {
    for (;;) {
      either.throwIfAborted();
      const delivery = await deliveries.read(id);
      const now = clock.now();
      const waitMs = delivery.notice ? untilNextAttempt(delivery, now) : 0;
      if (waitMs > 0) return waitMs;
      const notice = delivery.notice ?? (await frozen(deps, { channel, delivery, owner: lease.owner }));
      if (notice === 'later') return FIRST_PAUSE_MS;
      if (notice === undefined) return undefined;
      const failed = await attempt(deps, { channel, notice, delivery, owner: lease.owner }, either);
      if (failed !== undefined) return failed;
    }
  } finally {
    await lease.release();
  }
}

/** What waits for a channel that is switched off; switched on again it is told of that, as far as it is open still. */
async function forget(
  { deliveries, store }: Pick<DeliverDeps, 'deliveries' | 'store'>,
  id: AlertChannelId,
): Promise<void> {
  const [{ notice }, waiting] = await Promise.all([deliveries.read(id), deliveries.waitingCount(id)]);
  if (notice !== undefined || waiting > 0) await store.forgetTold(id);
  await deliveries.clear(id);
}

/** A time that lies further ahead than any pause was set by a clock that has been put back since. */
function untilNextAttempt({ nextAttemptAt = 0 }: Delivery, now: number): number {
  const waitMs = nextAttemptAt - now;
  return waitMs > LONGEST_PAUSE_MS ? 0 : waitMs;
}

/** The next notice, taken out of the queue for good; `later` when the channel has been told enough for now. */
async function frozen(
  { deliveries, clock }: DeliverDeps,
  { channel, delivery, owner }: { channel: AlertChannel; delivery: Delivery; owner: string },
): Promise<Notice | 'later' | undefined> {
  const waiting = await deliveries.waitingCount(channel.id);
  if (waiting === 0) return undefined;
  const count = nextCount(waiting, delivery.recent, clock.now());
  if (count === 0) return 'later';
  const notice = noticeOf(await deliveries.waiting(channel.id, count), clock.now());
  return (await deliveries.freeze(channel.id, { owner, count, notice })) ? notice : undefined;
}

/** @returns ms until the next attempt; `undefined` when it was told */
async function attempt(
  deps: DeliverDeps,
  given: { channel: AlertChannel; notice: Notice; delivery: Delivery; owner: string },
  signal: AbortSignal,
): Promise<number | undefined> {
  const { deliveries, clock, log } = deps;
  const { channel, notice, delivery, owner } = given;
  const { id } = channel;
  const waiting = await deliveries.waitingCount(id);
  try {
    const { message, problem } = await tell(deps, { channel, notice }, { waiting, signal });
    const now = clock.now();
    const isWritten = await deliveries.write(id, owner, {
      ...{ notice: undefined, attempts: undefined, nextAttemptAt: undefined, message, problem },
      lastSuccessAt: now,
      recent: remembered(delivery.recent, now),
    });
    if (problem) log.warn({ channel: id, notice: notice.id, problem: problem.code }, problem.detail);
    // The lease was lost meanwhile: who has it now, or gets it next, tells the notice once more, with the same id.
    return isWritten ? undefined : FIRST_PAUSE_MS;
  } catch (error) {
    signal.throwIfAborted();
    const problem: Problem = asProblem(error);
    const attempts = delivery.attempts + 1;
    const waitMs = pauseMs(attempts);
    const nextAttemptAt = clock.now() + waitMs;
    await deliveries.write(id, owner, { attempts, nextAttemptAt, problem });
    log.warn(
      {
        channel: id,
        notice: notice.id,
        problem: problem.code,
        attempts,
        nextAttemptAt: new Date(nextAttemptAt).toISOString(),
      },
      problem.detail,
    );
    return waitMs;
  }
}
