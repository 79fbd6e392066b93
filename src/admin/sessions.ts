/** Page sessions: a random cookie, known to Redis by its digest, for twelve hours. */
import { randomBytes } from 'node:crypto';
import { digest, keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';

export const SESSION_SECONDS = 12 * 60 * 60;

export interface Sessions {
  /** @param signedInWith name of the key, or `password`. @returns the cookie's value */
  start(signedInWith: string): Promise<string>;
  isOpen(cookie: string): Promise<boolean>;
  end(cookie: string): Promise<void>;
}

export function createSessions(redis: RedisClient): Sessions {
  return {
    async start(signedInWith) {
      const cookie = randomBytes(32).toString('base64url');
      await redis.set(keys.session(digest(cookie)), signedInWith, 'EX', SESSION_SECONDS);
      return cookie;
    },
    isOpen: async (cookie) => (await redis.exists(keys.session(digest(cookie)))) === 1,
    end: async (cookie) => void (await redis.unlink(keys.session(digest(cookie)))),
  };
}
