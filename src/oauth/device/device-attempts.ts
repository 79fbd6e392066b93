/**
 * Device sign-ins, one per connection at most: waiting (for a person to enter the code) → signed-in | failed. The state is
 * sealed as a whole, survives every restart, and is forgotten a day after it ended.
 */
import { randomUUID } from 'node:crypto';
import type { ConnectionId } from '../../contract/ids.js';
import type { Problem } from '../../contract/problem.js';
import { keys } from '../../storage/keys.js';
import type { RedisClient } from '../../storage/redis.js';
import { script } from '../../storage/script.js';
import type { Vault } from '../../storage/vault.js';

/** How long its end can be read. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/** What a person needs, and what the poller goes by (RFC 8628 §3.2). */
export interface WaitingDevice {
  id: string;
  state: 'waiting';
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  /** The link with the code in it, where the server gives one. */
  verificationUriComplete?: string;
  /** Between two polls at the least; grows by each slow_down. */
  intervalMs: number;
  /** ms since the epoch */
  expiresAt: number;
  nextPollAt: number;
  startedAt: number;
  /** Polls in a row that got no answer, or none of use. */
  failures: number;
  /** Why the last poll came to nothing, in passing. */
  pollProblem?: Problem;
  /** Epoch of the connection that it was started in. */
  epoch: number;
}

export interface EndedDevice {
  id: string;
  state: 'signed-in' | 'failed';
  startedAt: number;
  endedAt: number;
  user?: string;
  problem?: Problem;
}

export type DeviceAttempt = WaitingDevice | EndedDevice;

const swap = script<number>(`
-- Replaces a device sign-in, if it still is the one that was read.
-- KEYS[1] the attempt   ARGV[1] as it was read   ARGV[2] as it is now   ARGV[3] life in ms   returns 1 replaced, 0 not
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

export interface DeviceAttempts {
  read(id: ConnectionId): Promise<DeviceAttempt | undefined>;
  /** Puts it in the place of whatever was there. */
  open(id: ConnectionId, attempt: Omit<WaitingDevice, 'id'>): Promise<WaitingDevice>;
  /** @returns whether it still was the attempt that stands; a newer one is left alone */
  replace(id: ConnectionId, attempt: DeviceAttempt, now: number): Promise<boolean>;
}

export function createDeviceAttempts({ redis, vault }: { redis: RedisClient; vault: Vault }): DeviceAttempts {
  const sealed = (key: string, attempt: DeviceAttempt): string =>
    vault.seal(JSON.stringify(attempt), key).toString('base64');
  const opened = (key: string, stored: string): DeviceAttempt =>
    JSON.parse(vault.open(Buffer.from(stored, 'base64'), key)) as DeviceAttempt;
  const lifeMs = (attempt: DeviceAttempt, now: number): number =>
    (attempt.state === 'waiting' ? Math.max(0, attempt.expiresAt - now) : 0) + REMEMBERED_MS;
  return {
    async read(id) {
      const key = keys.deviceSignIn(id);
      const stored = await redis.get(key);
      return stored === null ? undefined : opened(key, stored);
    },
    async open(id, given) {
      const key = keys.deviceSignIn(id);
      const attempt = { ...given, id: randomUUID() };
      await redis.set(key, sealed(key, attempt), 'PX', lifeMs(attempt, attempt.startedAt));
      return attempt;
    },
    async replace(id, attempt, now) {
      const key = keys.deviceSignIn(id);
      for (;;) {
        const stored = await redis.get(key);
        if (stored === null || opened(key, stored).id !== attempt.id) return false;
        // Not replaced: sealed anew meanwhile, or another one was started; the next look tells.
        const args = [stored, sealed(key, attempt), lifeMs(attempt, now)];
        if ((await swap.run(redis, [key], args)) === 1) return true;
      }
    },
  };
}
