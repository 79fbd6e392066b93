/**
 * What a killed service still holds in the embedded Redis: leases of mailboxes, SMTP slots, running wake-ups. The data
 * directory's lock proves that nobody else works on this Redis, so at start every owner is dead; waiting for each lease
 * to end would let mail stand still for up to half a minute after a crash. The locks of refreshes in flight stay: the
 * server may still be answering one, and they end within seconds.
 */
import type { MailboxKey } from '../contract/ids.js';
import { keys, type QueueName } from './keys.js';
import type { RedisClient } from './redis.js';

const QUEUES: readonly QueueName[] = ['refresh', 'receive', 'send'];
const SCAN_COUNT = 1_000;

/** Only with the embedded Redis, before any work starts. @returns how many leases, slots and runs were freed */
export async function freeDeadOwners(redis: RedisClient): Promise<number> {
  let freed = await redis.del(keys.reconcilerLease, keys.vaultHolders);
  for (const queue of QUEUES) {
    // Alive until 1970: recover() makes them due.
    const running = await redis.zrange(keys.running(queue), '0', '-1');
    await Promise.all(running.map((subject) => redis.zadd(keys.running(queue), 0, subject)));
    freed += running.length;
  }
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', keys.mailboxPattern, 'COUNT', SCAN_COUNT);
    const held = found.filter(isHeldByProcess);
    if (held.length > 0) freed += await redis.del(...held);
    cursor = next;
  } while (cursor !== '0');
  return freed;
}

function isHeldByProcess(key: string): boolean {
  const mailbox = (/\{(.+)\}/.exec(key)?.[1] ?? '') as MailboxKey;
  return [keys.pollLease(mailbox), keys.drainLease(mailbox), keys.smtpSlots(mailbox)].includes(key);
}
