/**
 * Which encryption keys the running processes have: each process says so in Redis, with a lease. Sealing all anew with
 * another key is refused while a process would not seal with it (transfer/reseal).
 */
import { keys } from './keys.js';
import { processName } from './lease.js';
import type { RedisClient } from './redis.js';
import { script } from './script.js';
import type { Vault } from './vault.js';

const LEASE_MS = 30_000;

const announce = script<number>(`
-- Says which keys a process has, for a while, and forgets processes that say so no more.
-- KEYS[1] zset of processes by the end of their lease   ARGV[1] process and its key ids   ARGV[2] lease, ms   returns 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
return 1
`);

const living = script<string[]>(`
-- Processes that are alive, each with its key ids.
-- KEYS[1] zset of processes by the end of their lease   returns members
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] * 1000 + math.floor(time[2] / 1000))
return redis.call('ZRANGE', KEYS[1], 0, -1)
`);

export interface KeyHolder {
  /** host:pid:random, as in leases and transaction logs */
  process: string;
  /** The one that it seals with first. */
  keyIds: string[];
}

/** The processes that work on this Redis. One that was killed is among them until its lease ends, {@link LEASE_MS}. */
export async function keyHolders(redis: RedisClient): Promise<KeyHolder[]> {
  const members = await living.run(redis, [keys.vaultHolders], []);
  return members.map((member) => {
    const [process = '', ids = ''] = member.split(' ');
    return { process, keyIds: ids.split(',') };
  });
}

/** Says which keys this process has, until it is closed. Before the canary is looked at: whoever passes it is known here. */
export async function announceKeys(redis: RedisClient, vault: Vault): Promise<{ close(): Promise<void> }> {
  const member = `${processName} ${vault.keyIds.join(',')}`;
  const say = (): Promise<number> => announce.run(redis, [keys.vaultHolders], [member, LEASE_MS]);
  await say();
  // Redis away for longer than the lease: this process is forgotten meanwhile. Whoever changes keys in such a minute
  // reseals once more (it costs nothing) before the previous key is taken away.
  const timer = setInterval(() => void say().catch(() => undefined), LEASE_MS / 3);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await redis.zrem(keys.vaultHolders, member).catch(() => undefined);
    },
  };
}
