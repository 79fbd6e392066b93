/**
 * Why and until when nothing is sent over a connection although its grant looks good: SMTP AUTH is switched off, the
 * mailbox is full, the day's quota is used up, the server cannot be reached. It belongs to the connection as it stood: a
 * change of the settings or a new sign-in ends it, and when its time is over one message tries again.
 */
import type { ConnectionId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { Connection } from '../setup/model.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';

/** How long after its time a pause is remembered, so that its failures go on counting. */
const REMEMBERED_MS = 3_600_000;

export interface SendPause {
  problem: Problem;
  /** ms since the epoch */
  until: number;
  /** Pauses in a row, this one included. */
  failures: number;
}

interface StoredPause extends SendPause {
  version: number;
  epoch: number;
}

export interface SendPauses {
  /** The newest pause, also when its time is over; `undefined` after a success or a change of the connection. */
  read(connection: Connection): Promise<SendPause | undefined>;
  set(connection: Connection, pause: SendPause): Promise<void>;
  clear(connection: ConnectionId): Promise<void>;
}

export function createSendPauses(redis: RedisClient): SendPauses {
  return {
    async read({ id, version, epoch }) {
      const text = await redis.get(keys.sendPause(id));
      if (!text) return undefined;
      const stored = JSON.parse(text) as StoredPause;
      return stored.version === version && stored.epoch === epoch ? stored : undefined;
    },
    async set({ id, version, epoch }, pause) {
      const stored: StoredPause = { ...pause, version, epoch };
      const keptMs = Math.max(1, pause.until - Date.now()) + REMEMBERED_MS;
      await redis.set(keys.sendPause(id), JSON.stringify(stored), 'PX', keptMs);
    },
    clear: async (id) => void (await redis.del(keys.sendPause(id))),
  };
}
