/**
 * Sign-ins in progress. An attempt is open (ten minutes) → used (taken once, whatever comes of it) or expired. A used
 * one leaves a mark for a day, so that a link that was used twice and one that came too late are told apart.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ConnectionId } from '../../contract/ids.js';
import { problemError } from '../../contract/problem.js';
import { digest, keys } from '../../storage/keys.js';
import type { RedisClient } from '../../storage/redis.js';
import { script } from '../../storage/script.js';
import type { Vault } from '../../storage/vault.js';

export const ATTEMPT_LIFE_MS = 10 * 60_000;
const USED_MARK_MS = 24 * 60 * 60_000;

export interface SignInAttempt {
  state: string;
  /** PKCE, RFC 7636 §4.1 */
  codeVerifier: string;
  nonce: string;
  /** Epoch of the connection that the attempt belongs to. */
  epoch: number;
  redirectUri: string;
  /** Digest of what the browser holds; absent when the sign-in was started with an API key. */
  binding?: string;
}

const take = script<string | null>(`
-- Takes a sign-in attempt, once.
-- KEYS[1] the attempt   ARGV[1] how long the mark of its use stays, ms   returns the attempt, 'used', or nothing
local attempt = redis.call('GET', KEYS[1])
if not attempt or attempt == 'used' then return attempt end
redis.call('SET', KEYS[1], 'used', 'PX', ARGV[1])
return attempt
`);

/** @returns what was sealed there, `used`, or nothing; from then on it is used */
export const takeAttempt = (redis: RedisClient, key: string): Promise<string | null> =>
  take.run(redis, [key], [USED_MARK_MS]);

export interface SignInAttempts {
  /** @returns the attempt with its new state, which becomes the connection's newest */
  open(id: ConnectionId, attempt: Omit<SignInAttempt, 'state'>): Promise<SignInAttempt>;
  /** @throws ProblemError `sign-in-link-used`, `sign-in-link-expired` */
  take(state: string): Promise<SignInAttempt & { connection: ConnectionId }>;
  /** The newest attempt of a connection, which a bare code belongs to. @throws as take */
  takeNewest(id: ConnectionId): Promise<SignInAttempt>;
}

export function createSignInAttempts({ redis, vault }: { redis: RedisClient; vault: Vault }): SignInAttempts {
  async function taken(id: ConnectionId, stateDigest: string): Promise<SignInAttempt> {
    const key = keys.signIn(id, stateDigest);
    const stored = await takeAttempt(redis, key);
    if (stored === 'used') throw problemError('sign-in-link-used');
    if (!stored) throw problemError('sign-in-link-expired');
    return JSON.parse(vault.open(Buffer.from(stored, 'base64'), key)) as SignInAttempt;
  }
  return {
    async open(id, attempt) {
      const state = `${id}.${randomBytes(32).toString('base64url')}`;
      const stateDigest = digest(state);
      const key = keys.signIn(id, stateDigest);
      const sealed = vault.seal(JSON.stringify({ ...attempt, state }), key).toString('base64');
      await redis.set(key, sealed, 'PX', ATTEMPT_LIFE_MS);
      await redis.set(keys.newestSignIn(id), stateDigest, 'PX', USED_MARK_MS);
      return { ...attempt, state };
    },
    async take(state) {
      const connection = connectionOfState(state);
      if (connection === undefined) throw problemError('sign-in-link-expired');
      return { ...(await taken(connection, digest(state))), connection };
    },
    async takeNewest(id) {
      const stateDigest = await redis.get(keys.newestSignIn(id));
      if (stateDigest === null) throw problemError('sign-in-link-expired');
      return taken(id, stateDigest);
    },
  };
}

/** The connection that a state names; what is no state of ours names none. */
export function connectionOfState(state: string): ConnectionId | undefined {
  const id = /^(con_[0-9a-f]{32})\.[\w-]{43}$/.exec(state)?.[1];
  return id === undefined ? undefined : (id as ConnectionId);
}

/** What is stored of a browser's binding. */
export const bindingDigest = (binding: string): string =>
  createHash('sha256').update(binding).digest('base64url');
