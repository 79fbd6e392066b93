/** The lock that makes refreshes of a connection one at a time, over all processes (law 4). */
import type { ConnectionId } from '../../contract/ids.js';
import { keys } from '../../storage/keys.js';
import { acquireLease } from '../../storage/lease.js';
import type { RedisClient } from '../../storage/redis.js';

/** Long enough for the request's deadline and the saving; when a process dies, others wait at most this long. */
export const LOCK_MS = 15_000;

export interface HeldLock {
  /** What the scripts compare; `undefined` where there is nothing to compare. */
  owner: string | undefined;
  remainingMs(): number;
  release(): Promise<void>;
}

export interface RefreshLock {
  /** @returns `undefined` while somebody else holds it */
  acquire(id: ConnectionId): Promise<HeldLock | undefined>;
}

export const createRefreshLock = (redis: RedisClient): RefreshLock => ({
  acquire: (id) => acquireLease(redis, keys.refreshLock(id), LOCK_MS),
});
