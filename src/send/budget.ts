/**
 * The budget of a mailbox, over all processes (law 6): messages in any 60 seconds and recipients in any 24 hours, the
 * latter in buckets of five minutes. What is taken for a message that has certainly not gone is given back.
 *
 * Where there is plenty of room, a script call takes some more for the messages that wait behind. They count from then
 * on, and as if they were sent at the last moment at which they may be: never for less time than they must.
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
/** Taken at once for messages that wait behind; what a killed process took counts as if it had been sent. */
const MOST_AHEAD = 16;
/** Longer than three connections take for so many messages; after it they are given back. */
const AHEAD_MS = 1_000;
/** One in so many of the messages left: with the 30 a minute of Exchange Online each takes its own. */
const SHARE_AHEAD = 100;

const take = script<[number, number, number?]>(`
-- Takes a message and its recipients out of the budget, and ahead of their time some more messages of as many recipients.
-- KEYS[1] minute   KEYS[2] day
-- ARGV[1] transaction   ARGV[2] now, ms   ARGV[3] messages a minute   ARGV[4] recipients   ARGV[5] recipients a day
-- ARGV[6] minute, ms   ARGV[7] day, ms   ARGV[8] bucket, ms   ARGV[9], ARGV[10] expiry of the two keys, ms
-- ARGV[11] messages ahead, at most   ARGV[12] how long these may be used, ms   ARGV[13] one in so many of the room left
-- returns {0, bucket, ahead} taken, as ARGV[1] and ARGV[1]:1 to :ahead;
-- {1, ms} the minute is full until then, {2, ms} the day is full until then
local now, bucketMs, dayMs = tonumber(ARGV[2]), tonumber(ARGV[8]), tonumber(ARGV[7])
local aheadUntil = now + ARGV[12]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[6])
-- What a clock that has been set back since put into the future counts from now on, or it would count for as long.
for _, sent in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. aheadUntil, '+inf')) do redis.call('ZADD', KEYS[1], now, sent) end
local free = tonumber(ARGV[3]) - redis.call('ZCARD', KEYS[1])
if free <= 0 then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {1, tonumber(oldest[2]) + ARGV[6]}
end
local bucket = math.floor(now / bucketMs)
if redis.call('HGET', KEYS[2], 'swept') ~= tostring(bucket) then
  local total, all = 0, redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    local number = tonumber(all[i])
    if not number and string.sub(all[i], 1, 5) == 'back:' and tonumber(all[i + 1]) ~= bucket - 1 then redis.call('HDEL', KEYS[2], all[i]) end
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
local ahead = 0
if wanted > 0 and math.floor(aheadUntil / bucketMs) == bucket then
  local share = tonumber(ARGV[13])
  ahead = math.min(tonumber(ARGV[11]), math.floor((free - 1) / share), math.floor((most - total - wanted) / wanted / share))
end
local sent = {now, ARGV[1]}
for i = 1, ahead do
  table.insert(sent, aheadUntil)
  table.insert(sent, ARGV[1] .. ':' .. i)
end
redis.call('ZADD', KEYS[1], unpack(sent))
redis.call('PEXPIRE', KEYS[1], ARGV[9])
redis.call('HINCRBY', KEYS[2], bucket, wanted * (1 + ahead))
redis.call('HINCRBY', KEYS[2], 'total', wanted * (1 + ahead))
redis.call('PEXPIRE', KEYS[2], ARGV[10])
return {0, bucket, ahead}
`);

const giveBack = script<number>(`
-- Gives back what was taken for messages that have certainly not gone.
-- KEYS[1] minute   KEYS[2] day   ARGV[1] bucket   ARGV[2] recipients of all   ARGV[3]… transactions
-- returns 1 given back, 0 had been before: a command whose reply was lost is sent again
local swept = redis.call('HGET', KEYS[2], 'swept')
if swept and redis.call('HSETNX', KEYS[2], 'back:' .. ARGV[3], swept) == 0 then return 0 end
redis.call('ZREM', KEYS[1], unpack(ARGV, 3))
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[2], ARGV[1], -ARGV[2])
  redis.call('HINCRBY', KEYS[2], 'total', -ARGV[2])
end
return 1
`);

export type BudgetLimits = Pick<ProviderLimits, 'messagesPerMinute' | 'recipientsPerDay'>;

/** Room was taken, or there is none until a time (ms since the epoch), and which limit says so. */
export type BudgetAnswer =
  | { taken: true; giveBack(): Promise<void> }
  | { taken: false; until: number; limit: 'minute' | 'day' };

export interface Budget {
  /**
   * Takes room for one message. Limits may differ between connectors of a mailbox; the counters are the mailbox's.
   * @param options `now`: ms since the epoch; `waiting`: how many messages are known to wait behind this one
   */
  take(
    mailbox: MailboxKey,
    message: { id: MessageId; recipients: number },
    options: { limits: BudgetLimits; now: number; waiting?: number },
  ): Promise<BudgetAnswer>;
  /** Gives back what was taken ahead and not used. */
  giveBackUnused(mailbox: MailboxKey): Promise<void>;
}

/** Messages that one script call can take room for. */
interface Kind {
  recipients: number;
  limits: BudgetLimits;
  /** ms since the epoch */
  now: number;
}

/** Room for messages of one kind, which nobody has used yet. */
interface TakenAhead extends Omit<Kind, 'now'> {
  transactions: string[];
  bucket: number;
  /** ms since the epoch */
  from: number;
  /** The same by a clock that nobody sets; ms. */
  startedAt: number;
}

const noValue = (): void => {};

/** @param monotonic ms by a clock that nobody sets: one that is set back must not bring back what was taken ahead */
export function createBudget(redis: RedisClient, monotonic: () => number = () => performance.now()): Budget {
  const ahead = new Map<MailboxKey, TakenAhead>();
  const asking = new Map<MailboxKey, Promise<unknown>>();
  const names = (mailbox: MailboxKey): string[] => [keys.minuteBudget(mailbox), keys.dayBudget(mailbox)];

  // What is not given back only makes the mailbox wait longer; the message's outcome matters more.
  const returned = async (mailbox: MailboxKey, { transactions, ...of }: TakenAhead): Promise<void> => {
    if (transactions.length === 0) return;
    const counted = Math.min(of.recipients, of.limits.recipientsPerDay) * transactions.length;
    await giveBack.run(redis, names(mailbox), [of.bucket, counted, ...transactions]).then(noValue, noValue);
  };
  const granted = (mailbox: MailboxKey, from: TakenAhead, transaction: string): BudgetAnswer => ({
    taken: true,
    giveBack: () => returned(mailbox, { ...from, transactions: [transaction] }),
  });
  const giveBackUnused = async (mailbox: MailboxKey): Promise<void> => {
    const unused = ahead.get(mailbox);
    ahead.delete(mailbox);
    if (unused) await returned(mailbox, unused);
  };

  const isInTime = ({ from, startedAt }: TakenAhead, now: number): boolean =>
    now >= from && now <= from + AHEAD_MS && monotonic() <= startedAt + AHEAD_MS;

  /** Uses what was taken ahead for a message of this kind. */
  const used = (mailbox: MailboxKey, kind: Kind): BudgetAnswer | undefined => {
    const known = ahead.get(mailbox);
    if (!known || !isInTime(known, kind.now) || known.recipients !== kind.recipients) return undefined;
    const transaction = sameLimits(known.limits, kind.limits) ? known.transactions.pop() : undefined;
    return transaction === undefined ? undefined : granted(mailbox, known, transaction);
  };
  const asked = async (
    mailbox: MailboxKey,
    id: MessageId,
    kind: Kind & { more: number },
  ): Promise<BudgetAnswer> => {
    const { recipients, limits, now, more } = kind;
    const startedAt = monotonic();
    // Each part of a message that is sent in parts is a transaction of its own.
    const transaction = `${id}:${randomUUID().slice(0, 8)}`;
    const [full, value, extra = 0] = await take.run(redis, names(mailbox), [
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
      more,
      AHEAD_MS,
      SHARE_AHEAD,
    ]);
    if (full !== 0) return { taken: false, until: value, limit: full === 1 ? 'minute' : 'day' };
    const transactions = Array.from({ length: extra }, (_, i) => `${transaction}:${i + 1}`);
    const taken = { transactions, bucket: value, recipients, limits, from: now, startedAt };
    if (extra > 0) ahead.set(mailbox, taken);
    return granted(mailbox, taken, transaction);
  };

  return {
    giveBackUnused,
    async take(mailbox, { id, recipients }, { limits, now, waiting = 0 }) {
      const kind = { recipients, limits, now };
      // Whoever comes while another one asks may find that it took for this message as well.
      await asking.get(mailbox)?.catch(noValue);
      const own = used(mailbox, kind);
      if (own) return own;
      const known = ahead.get(mailbox);
      // A clock that was set back comes to that time again, when it is counted no more.
      if (known && now < known.from) await giveBackUnused(mailbox);
      const left = ahead.get(mailbox);
      const isOthers = left !== undefined && left.transactions.length > 0 && isInTime(left, now);
      if (waiting === 0 || isOthers || asking.has(mailbox)) return asked(mailbox, id, { ...kind, more: 0 });
      const asks = giveBackUnused(mailbox).then(() =>
        asked(mailbox, id, { ...kind, more: Math.min(waiting, MOST_AHEAD) }),
      );
      asking.set(mailbox, asks);
      return asks.finally(() => asking.delete(mailbox));
    },
  };
}

/**
 * How far a mailbox's budget is used, without taking of it: messages of the last minute, recipients of the last 24 hours.
 * @param now ms since the epoch
 */
export async function usedBudget(
  redis: RedisClient,
  mailbox: MailboxKey,
  now: number,
): Promise<{ minute: number; day: number }> {
  const [minute, buckets] = await Promise.all([
    redis.zcount(keys.minuteBudget(mailbox), `(${now - MINUTE_MS}`, '+inf'),
    redis.hgetall(keys.dayBudget(mailbox)),
  ]);
  const counted = Object.entries(buckets).filter(
    ([bucket]) => (Number(bucket) + 1) * BUCKET_MS + DAY_MS > now,
  );
  return { minute, day: counted.reduce((sum, [, recipients]) => sum + Number(recipients), 0) };
}

const sameLimits = (one: BudgetLimits, other: BudgetLimits): boolean =>
  one.messagesPerMinute === other.messagesPerMinute && one.recipientsPerDay === other.recipientsPerDay;
