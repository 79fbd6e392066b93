/**
 * An owner-checked lease with renewal: the right to work on one thing, for as long as it is renewed.
 *
 * free → held (acquire) → held (renewed every third of its length) → free (release), or lost (Redis unreachable or the
 * process stalled beyond its length). Whoever lost it may not write: `signal` aborts, and every script that writes under
 * a lease compares the owner once more.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { RedisClient } from './redis.js';
import { script } from './script.js';

/** Names this process in leases and transaction logs. */
export const processName = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

const renew = script<number>(`
-- Prolongs a lease, if it is still the caller's.
-- KEYS[1] the lease   ARGV[1] owner   ARGV[2] length in ms   returns 1 prolonged, 0 lost
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

const release = script<number>(`
-- Frees a lease, if it is still the caller's.
-- KEYS[1] the lease   ARGV[1] owner   returns 1 freed, 0 was lost before
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

export interface Lease {
  /** Unique per acquisition; scripts compare it. */
  readonly owner: string;
  /** Aborts when the lease is lost. */
  readonly signal: AbortSignal;
  /** What remains at the least, counted from before the last successful renewal was sent; ms. */
  remainingMs(): number;
  release(): Promise<void>;
}

/**
 * Takes a lease if it is free.
 * @param key of keys.ts
 * @param lengthMs how long it lasts without renewal
 * @param options `renews: false` for a lease that must end by itself
 * @returns `undefined` while another owner holds it
 */
export async function acquireLease(
  redis: RedisClient,
  key: string,
  lengthMs: number,
  options: { renews?: boolean } = {},
): Promise<Lease | undefined> {
  const owner = `${processName}:${randomUUID().slice(0, 8)}`;
  let endsAt = performance.now() + lengthMs;
  if ((await redis.set(key, owner, 'PX', lengthMs, 'NX')) !== 'OK') return undefined;

  const lost = new AbortController();
  let busy = false;
  const timer = setInterval(async () => {
    if (performance.now() >= endsAt) return lose();
    if (busy || options.renews === false) return;
    busy = true;
    try {
      const sentAt = performance.now();
      if ((await renew.run(redis, [key], [owner, lengthMs])) === 1) endsAt = sentAt + lengthMs;
      else lose();
    } catch {
      // Redis is unreachable: the lease ends at its time unless a later renewal gets through.
    } finally {
      busy = false;
    }
  }, lengthMs / 3);
  timer.unref();
  const lose = (): void => {
    clearInterval(timer);
    lost.abort(new Error(`lease ${key} lost`));
  };

  return {
    owner,
    signal: lost.signal,
    remainingMs: () => Math.max(0, endsAt - performance.now()),
    async release() {
      clearInterval(timer);
      await release.run(redis, [key], [owner]).catch(() => undefined);
    },
  };
}
