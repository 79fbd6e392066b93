/** Sign-ins of people in progress: open for ten minutes, taken once, sealed; as those of mailboxes are (sign-in-attempts). */
import { randomBytes } from 'node:crypto';
import { problemError } from '../../contract/problem.js';
import { digest, keys } from '../../storage/keys.js';
import type { RedisClient } from '../../storage/redis.js';
import type { Vault } from '../../storage/vault.js';
import { ATTEMPT_LIFE_MS, takeAttempt } from '../sign-in/sign-in-attempts.js';

export interface PersonAttempt {
  state: string;
  /** PKCE, RFC 7636 §4.1 */
  codeVerifier: string;
  nonce: string;
  /** Digest of what the browser holds. */
  binding: string;
}

export interface PersonAttempts {
  /** @returns the attempt with its state */
  open(attempt: Omit<PersonAttempt, 'state'>): Promise<PersonAttempt>;
  /** @throws ProblemError `openid-attempt-over`, also for a state that was made up */
  take(state: string): Promise<PersonAttempt>;
}

export function createPersonAttempts({ redis, vault }: { redis: RedisClient; vault: Vault }): PersonAttempts {
  return {
    async open(attempt) {
      const opened = { ...attempt, state: randomBytes(32).toString('base64url') };
      const key = keys.personSignIn(digest(opened.state));
      const sealed = vault.seal(JSON.stringify(opened), key).toString('base64');
      await redis.set(key, sealed, 'PX', ATTEMPT_LIFE_MS);
      return opened;
    },
    async take(state) {
      const key = keys.personSignIn(digest(state));
      const stored = await takeAttempt(redis, key);
      if (!stored || stored === 'used') throw problemError('openid-attempt-over');
      return JSON.parse(vault.open(Buffer.from(stored, 'base64'), key)) as PersonAttempt;
    },
  };
}
