/**
 * One change of a record at a time, where it takes several steps: its version alone would tell only at the last of them
 * that another change came between, and the first ones (grants that were voided) would have been for nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLease } from '../storage/lease.js';
import type { RedisClient } from '../storage/redis.js';

/** Renewed while the change goes on; after a kill the next one waits this long at most. */
const LEASE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Waits for the change that is being made, then makes this one.
 * @param key of keys.ts, of the record's changes
 */
export async function oneChange<T>(redis: RedisClient, key: string, change: () => Promise<T>): Promise<T> {
  let lease = await acquireLease(redis, key, LEASE_MS);
  while (!lease) {
    await sleep(LOOK_EVERY_MS);
    lease = await acquireLease(redis, key, LEASE_MS);
  }
  try {
    return await change();
  } finally {
    await lease.release();
  }
}
