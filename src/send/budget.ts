/**
 * The budget of a mailbox, over all processes (law 6): messages in any 60 seconds and recipients in any 24 hours, the
 * latter in buckets of five minutes. What is taken for a message that has certainly not gone is given back.
 */
import { randomUUID } from 'node:crypto';
import type { MailboxKey, MessageId } from '../contract/ids.js';
import type { ProviderLimits } from '../contract/provider.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BUCKET_MS = 300_000;
/** How long the counters outlive their last use. */
const MINUTE_KEPT_MS = 2 * MINUTE_MS;
const DAY_KEPT_MS = DAY_MS + 2 * BUCKET_MS;

const take = script<[number, number]>(`
-- Takes one message and its recipients out of the budget.
-- KEYS[1] minute   KEYS[2] day
-- ARGV[1] transaction   ARGV[2] now, ms   ARGV[3] messages a minute   ARGV[4] recipients   ARGV[5] recipients a day
-- ARGV[6] minute, ms   ARGV[7] day, ms   ARGV[8] bucket, ms   ARGV[9], ARGV[10] expiry of the two keys, ms
-- returns {0, bucket} taken, {1, ms} the minute is full until then, {2, ms} the day is full until then
local now, bucketMs, dayMs = tonumber(ARGV[2]), tonumber(ARGV[8]), tonumber(ARGV[7])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[6])
-- What a clock that has been set back since put into the future counts from now on, or it would count for as long.
for _, sent in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf')) do redis.call('ZADD', KEYS[1], now, sent) end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {1, tonumber(oldest[2]) + ARGV[6]}
end
local bucket = math.floor(now / bucketMs)
if redis.call('HGET', KEYS[2], 'swept') ~= tostring(bucket) then
  local total, all = 0, redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    local number = tonumber(all[i])
    if number then
      if (number + 1) * bucketMs + dayMs <= now then redis.call('HDEL', KEYS[2], all[i])
      else total = total + tonumber(all[i + 1]) end
      if number > bucket then
        redis.call('HDEL', KEYS[2], all[i])
        redis.call('HINCRBY', KEYS[2], bucket, all[i + 1])
      end
    end
  end
  redis.call('HSET', KEYS[2], 'swept', bucket, 'total', total)
end
local total, most = tonumber(redis.call('HGET', KEYS[2], 'total') or '0'), tonumber(ARGV[5])
local wanted = math.min(tonumber(ARGV[4]), most)
if total + wanted > most then
  local numbers, all = {}, redis.call('HGETALL', KEYS[2])
  local counts = {}
  for i = 1, #all, 2 do
    local number = tonumber(all[i])
    if number then
      table.insert(numbers, number)
      counts[number] = tonumber(all[i + 1])
    end
  end
  table.sort(numbers)
  for _, number in ipairs(numbers) do
    total = total - counts[number]
    if total + wanted <= most then return {2, (number + 1) * bucketMs + dayMs} end
  end
  return {2, now + bucketMs}
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[9])
redis.call('HINCRBY', KEYS[2], bucket, wanted)
redis.call('HINCRBY', KEYS[2], 'total', wanted)
redis.call('PEXPIRE', KEYS[2], ARGV[10])
return {0, bucket}
`);

const giveBack = script<number>(`
-- Gives back what was taken for a message that has certainly not gone.
-- KEYS[1] minute   KEYS[2] day   ARGV[1] transaction   ARGV[2] bucket   ARGV[3] recipients   returns 1
redis.call('ZREM', KEYS[1], ARGV[1])
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], ARGV[2], -ARGV[3])
  redis.call('HINCRBY', KEYS[2], 'total', -ARGV[3])
end
return 1
`);

export type BudgetLimits = Pick<ProviderLimits, 'messagesPerMinute' | 'recipientsPerDay'>;

/** Room was taken, or there is none until a time (ms since the epoch), and which limit says so. */
export type BudgetAnswer =
  | { taken: true; giveBack(): Promise<void> }
  | { taken: false; until: number; limit: 'minute' | 'day' };

export interface Budget {
  /** Takes room for one message. Limits may differ between connectors of a mailbox; the counters are the mailbox's. */
  take(
    mailbox: MailboxKey,
    message: { id: MessageId; recipients: number },
    options: { limits: BudgetLimits; now: number },
  ): Promise<BudgetAnswer>;
}

const noValue = (): void => {};

export function createBudget(redis: RedisClient): Budget {
  return {
    async take(mailbox, { id, recipients }, { limits, now }) {
      const names = [keys.minuteBudget(mailbox), keys.dayBudget(mailbox)];
      // Each part of a message that is sent in parts is a transaction of its own.
      const transaction = `${id}:${randomUUID().slice(0, 8)}`;
      const [answer, value] = await take.run(redis, names, [
        transaction,
        now,
        limits.messagesPerMinute,
        recipients,
        limits.recipientsPerDay,
        MINUTE_MS,
        DAY_MS,
        BUCKET_MS,
        MINUTE_KEPT_MS,
        DAY_KEPT_MS,
      ]);
      if (answer !== 0) return { taken: false, until: value, limit: answer === 1 ? 'minute' : 'day' };
      const counted = Math.min(recipients, limits.recipientsPerDay);
      return {
        taken: true,
        // What is not given back only makes the mailbox wait longer; the message's outcome matters more.
        giveBack: () => giveBack.run(redis, names, [transaction, value, counted]).then(noValue, noValue),
      };
    },
  };
}
