/**
 * Page sessions: a random cookie, known to Redis by its digest, for twelve hours, and no longer than what it was signed in
 * with: a key that is deleted, a password or environment key that is another now, end every session they opened.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { digest, keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { type ApiKeys, sameText } from './api-keys.js';

export const SESSION_SECONDS = 12 * 60 * 60;

/** What opened a session: the id of an API key, or a secret of the environment with its value. */
export type Credential = { kind: 'key'; id: string } | { kind: 'password' | 'environment'; secret: string };

/** The environment's secrets as they are now. */
export interface EnvironmentSecrets {
  password?: string | undefined;
  environment?: string | undefined;
}

export interface Sessions {
  /** @returns the cookie's value */
  start(credential: Credential): Promise<string>;
  /** @returns what opened it: `password`, `environment`, or the id of a key; `undefined` for one that is not open */
  openedBy(cookie: string): Promise<string | undefined>;
  end(cookie: string): Promise<void>;
}

export function createSessions(
  redis: RedisClient,
  deps: { apiKeys: Pick<ApiKeys, 'exists'>; secrets?: EnvironmentSecrets },
): Sessions {
  const { apiKeys, secrets = {} } = deps;
  return {
    async start(credential) {
      const cookie = randomBytes(32).toString('base64url');
      const stored =
        credential.kind === 'key'
          ? `key ${credential.id}`
          : `${credential.kind} ${seal(cookie, credential.secret)}`;
      await redis.set(keys.session(digest(cookie)), stored, 'EX', SESSION_SECONDS);
      return cookie;
    },
    async openedBy(cookie) {
      const [kind, value] = (await redis.get(keys.session(digest(cookie))))?.split(' ') ?? [];
      if (value === undefined) return undefined;
      if (kind === 'key') return (await apiKeys.exists(value)) ? value : undefined;
      const secret = kind === 'password' || kind === 'environment' ? secrets[kind] : undefined;
      return secret !== undefined && sameText(value, seal(cookie, secret)) ? kind : undefined;
    },
    end: async (cookie) => void (await redis.unlink(keys.session(digest(cookie)))),
  };
}

/** Tells whether a secret is the same still, and nothing of it: keyed by the cookie, which Redis does not hold. */
const seal = (cookie: string, secret: string): string =>
  createHmac('sha256', cookie).update(secret).digest('base64url');
