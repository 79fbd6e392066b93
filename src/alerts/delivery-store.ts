/**
 * What is on its way to each channel, as stored.
 *
 * waiting (queued events) → frozen (a notice with its id, taken out of the queue in one step) → tried, again and again
 * → told (forgotten). A process that dies in between leaves the notice frozen; the next one sends that same notice.
 */
import type { AlertChannelId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import type { Notice, QueuedEvent } from './notice.js';

export interface Delivery {
  /** What is being told now. */
  notice: Notice | undefined;
  /** Of this notice. */
  attempts: number;
  /** ms since the epoch */
  nextAttemptAt: number | undefined;
  lastSuccessAt: number | undefined;
  /** Why the last attempt failed; or, of mail, why what was handed over does not go out. */
  problem: Problem | undefined;
  /** Message that the last notice went out as; mail only. */
  message: string | undefined;
  /** When the last notices went out; ms since the epoch. */
  recent: number[];
}

/** What is written; `undefined` removes. */
export type DeliveryPatch = { [Name in keyof Delivery]?: Delivery[Name] | undefined };

const FIELDS = [
  'notice',
  'attempts',
  'nextAttemptAt',
  'lastSuccessAt',
  'problem',
  'message',
  'recent',
] as const;

const EVENTS_AT_ONCE = 200;

const freeze = script<number>(`
-- Takes events from a channel's queue and makes them the notice that is told now.
-- KEYS[1] the queue   KEYS[2] the delivery   KEYS[3] lease of the channel's deliveries
-- ARGV[1] owner of the lease   ARGV[2] number of events   ARGV[3] the notice   returns 1 done, 0 lease lost, or one is there
if redis.call('GET', KEYS[3]) ~= ARGV[1] or redis.call('HEXISTS', KEYS[2], 'notice') == 1 then return 0 end
redis.call('LTRIM', KEYS[1], ARGV[2], -1)
redis.call('HSET', KEYS[2], 'notice', ARGV[3])
return 1
`);

const write = script<number>(`
-- Writes fields of a delivery.
-- KEYS[1] the delivery   KEYS[2] lease of the channel's deliveries   ARGV[1] owner of the lease
-- ARGV[2] number of removed fields, their names, then field, value, …   returns 1 done, 0 lease lost
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local removed = tonumber(ARGV[2])
for i = 3, 2 + removed do redis.call('HDEL', KEYS[1], ARGV[i]) end
for i = 3 + removed, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
`);

export interface DeliveryStore {
  read(id: AlertChannelId): Promise<Delivery>;
  /** The first of what waits, oldest first. @param count how many */
  waiting(id: AlertChannelId, count: number): Promise<QueuedEvent[]>;
  /** How many events wait, those of the notice left out. */
  waitingCount(id: AlertChannelId): Promise<number>;
  /** @param options `owner` of the lease; `count` of events that the notice tells @returns whether it was done */
  freeze(id: AlertChannelId, options: { owner: string; count: number; notice: Notice }): Promise<boolean>;
  /** Writes what the patch has. @returns false when the lease was lost */
  write(id: AlertChannelId, owner: string, patch: DeliveryPatch): Promise<boolean>;
  /** The channel's settings changed: what failed before says nothing any more. */
  retryNow(id: AlertChannelId): Promise<void>;
  /** Forgets all that was to be told. */
  clear(id: AlertChannelId): Promise<void>;
}

export function createDeliveryStore(redis: RedisClient): DeliveryStore {
  return {
    async read(id) {
      const stored = await redis.hgetall(keys.alertDelivery(id));
      const time = (name: string): number | undefined =>
        stored[name] === undefined ? undefined : Number(stored[name]);
      return {
        notice: stored.notice === undefined ? undefined : (JSON.parse(stored.notice) as Notice),
        attempts: time('attempts') ?? 0,
        nextAttemptAt: time('nextAttemptAt'),
        lastSuccessAt: time('lastSuccessAt'),
        problem: stored.problem === undefined ? undefined : (JSON.parse(stored.problem) as Problem),
        message: stored.message,
        recent: JSON.parse(stored.recent ?? '[]') as number[],
      };
    },
    async waiting(id, count) {
      const events: QueuedEvent[] = [];
      // Page by page: thousands at once would keep everything else waiting.
      for (let from = 0; from < count; from += EVENTS_AT_ONCE) {
        const last = Math.min(from + EVENTS_AT_ONCE, count) - 1;
        const page = await redis.lrange(keys.alertQueue(id), from, last);
        for (const text of page) events.push(JSON.parse(text) as QueuedEvent);
      }
      return events;
    },
    waitingCount: (id) => redis.llen(keys.alertQueue(id)),
    async freeze(id, { owner, count, notice }) {
      const names = [keys.alertQueue(id), keys.alertDelivery(id), keys.alertDeliveryLease(id)];
      return (await freeze.run(redis, names, [owner, count, JSON.stringify(notice)])) === 1;
    },
    async write(id, owner, patch) {
      const given = FIELDS.filter((name) => name in patch);
      const removed = given.filter((name) => patch[name] === undefined);
      const set = given.flatMap((name) => (patch[name] === undefined ? [] : [name, textOf(patch[name])]));
      const names = [keys.alertDelivery(id), keys.alertDeliveryLease(id)];
      return (await write.run(redis, names, [owner, removed.length, ...removed, ...set])) === 1;
    },
    retryNow: async (id) =>
      void (await redis.hdel(keys.alertDelivery(id), 'attempts', 'nextAttemptAt', 'problem')),
    clear: async (id) => void (await redis.unlink(keys.alertQueue(id), keys.alertDelivery(id))),
  };
}

const textOf = (value: Delivery[keyof Delivery]): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
