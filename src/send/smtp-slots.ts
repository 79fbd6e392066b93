/** SMTP connections of a mailbox, over all processes: a slot each, held under a lease that its process renews. */
import { randomUUID } from 'node:crypto';
import type { MailboxKey } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';

const take = script<number>(`
-- Takes an SMTP connection slot, if one is free.
-- KEYS[1] slots   ARGV[1] slot   ARGV[2] now, ms   ARGV[3] lease, ms   ARGV[4] how many there are   returns 1 taken, 0 none free
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2] + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3] * 2)
return 1
`);

const renew = script<number>(`
-- Prolongs a slot that is still held.
-- KEYS[1] slots   ARGV[1] slot   ARGV[2] lease end, ms   ARGV[3] lease, ms   returns 1 prolonged, 0 lost
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3] * 2)
return 1
`);

/** How many slots of a mailbox are taken. @param now ms since the epoch */
export const usedSmtpSlots = (redis: RedisClient, mailbox: MailboxKey, now: number): Promise<number> =>
  redis.zcount(keys.smtpSlots(mailbox), `(${now}`, '+inf');

export interface SmtpSlot {
  release(): Promise<void>;
}

/**
 * Takes a slot and renews it until it is released.
 * @param options `connections`: how many the mailbox has; `leaseMs`: a killed process's slot is free after this long
 * @returns `undefined` when all are taken
 */
export async function takeSmtpSlot(
  redis: RedisClient,
  mailbox: MailboxKey,
  { connections, leaseMs }: { connections: number; leaseMs: number },
): Promise<SmtpSlot | undefined> {
  const key = keys.smtpSlots(mailbox);
  const slot = randomUUID();
  if ((await take.run(redis, [key], [slot, Date.now(), leaseMs, connections])) === 0) return undefined;
  const timer = setInterval(() => {
    renew.run(redis, [key], [slot, Date.now() + leaseMs, leaseMs]).catch(() => undefined);
  }, leaseMs / 3);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await redis.zrem(key, slot).catch(() => undefined);
    },
  };
}
