/**
 * Page sessions. The cookie is an id and a secret; Redis has the digest of the secret. A session ends when it is idle or
 * old, and with what it was opened with: a person's password, role or access that is another now, a key that is deleted, an
 * environment key that is another. The secret of a person's session is replaced now and then; whoever shows up with one
 * that was replaced long ago has a copy, and ends it for both.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../contract/clock.js';
import type { PersonId } from '../contract/ids.js';
import type { People } from '../people/people.js';
import { canSignIn, type Person } from '../people/person.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { type ApiKeys, sameText } from './api-keys.js';

/** What opened a session: a person, the id of an API key, or the environment's key. */
export type Credential =
  | { kind: 'person'; person: Person }
  | { kind: 'key'; id: string }
  | { kind: 'environment' };

/** Whose session is open. */
export type SessionOwner = { kind: 'person'; person: Person } | { kind: 'key'; openedBy: string };

export interface SessionLimits {
  /** A session that nobody used for so long is over, ms. */
  idleMs: number;
  /** A session is over so long after its start, ms. */
  lifetimeMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = { idleMs: 30 * 60_000, lifetimeMs: 12 * 60 * 60_000 };

/** How old the secret of a person's session grows. */
const ROTATED_EVERY_MS = 60 * 60_000;
/** Requests that were on their way when it was replaced. */
const GRACE_MS = 60_000;
/** Use is noted this often at most. */
const NOTED_EVERY_MS = 60_000;
const ID_BYTES = 16;
const SECRET_BYTES = 32;

export interface OpenSession {
  owner: SessionOwner;
  /** The cookie from now on, where its secret was replaced. */
  cookie?: string;
  /** How long it lasts at most, ms. */
  leftMs: number;
}

export interface Sessions {
  /** @returns the cookie's value */
  start(credential: Credential): Promise<string>;
  /** Counts as use. @returns `undefined` for one that is not open */
  look(cookie: string): Promise<OpenSession | undefined>;
  /**
   * Whether the session that a cookie once opened is not over yet. Neither counts as use nor looks at the secret, which may
   * have been replaced since: for what was let in already, and for nothing else.
   */
  isOpen(cookie: string): Promise<boolean>;
  end(cookie: string): Promise<void>;
  lifetimeMs: number;
}

type StoredOwner =
  | { kind: 'person'; id: PersonId; epoch: number }
  | { kind: 'key'; id: string }
  | { kind: 'environment'; seal: string };

interface Stored {
  owner: string;
  /** Digests; `next` was offered and not used yet. */
  secret: string;
  next?: string;
  nextAt?: string;
  previous?: string;
  previousUntil?: string;
  startedAt: string;
  seenAt: string;
  rotatedAt: string;
}

const note = script<number>(`
-- Writes to a session that is still there and has the secret as it was read. A new secret is offered by one request of
-- those that find it due together: of two, a browser would keep the one that does not count.
-- KEYS[1] the session   ARGV[1] digest of its secret   ARGV[2] when it ends by itself (ms from now)
-- ARGV[3] when a secret was offered last, as it was read; 'any' where none is offered
-- then field, value, …   returns 1 written, 0 it is over or another
if redis.call('HGET', KEYS[1], 'secret') ~= ARGV[1] then return 0 end
if ARGV[3] ~= 'any' and (redis.call('HGET', KEYS[1], 'nextAt') or '') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

export interface SessionDependencies {
  redis: RedisClient;
  apiKeys: Pick<ApiKeys, 'exists'>;
  people: Pick<People, 'find'>;
  /** MAILGRANT_API_KEY */
  environmentKey?: string | undefined;
  limits?: SessionLimits;
  clock?: Clock;
}

export function createSessions(deps: SessionDependencies): Sessions {
  const { redis, apiKeys, people, environmentKey, clock = systemClock } = deps;
  const { idleMs, lifetimeMs } = deps.limits ?? DEFAULT_SESSION_LIMITS;

  async function ownerOf(stored: StoredOwner, id: string): Promise<SessionOwner | undefined> {
    if (stored.kind === 'person') {
      const person = await people.find(stored.id);
      const isSame = person !== undefined && canSignIn(person) && person.epoch === stored.epoch;
      return isSame ? { kind: 'person', person } : undefined;
    }
    if (stored.kind === 'key')
      return (await apiKeys.exists(stored.id)) ? { kind: 'key', openedBy: stored.id } : undefined;
    const isSame = environmentKey !== undefined && sameText(stored.seal, sealOf(id, environmentKey));
    return isSame ? { kind: 'key', openedBy: 'environment' } : undefined;
  }

  /**
   * Notes its use, and offers a new secret when one is due. The new one counts from its first use on, and the one before
   * for a moment longer: an answer that is lost signs nobody out.
   * @returns the new secret
   */
  async function used(id: string, stored: Stored, given: { digest: string; leftMs: number }) {
    const now = clock.now();
    const isNext = given.digest === stored.next;
    const isDue =
      !isNext &&
      stored.owner.includes('"kind":"person"') &&
      now - Number(stored.rotatedAt) >= ROTATED_EVERY_MS &&
      now - Number(stored.nextAt ?? 0) >= GRACE_MS;
    const isWorthNoting = now - Number(stored.seenAt) >= Math.min(NOTED_EVERY_MS, idleMs / 10);
    if (!isNext && !isDue && !isWorthNoting) return undefined;
    const secret = isDue ? newSecret() : undefined;
    const changes = {
      seenAt: now,
      ...(secret !== undefined && { next: digestOf(secret), nextAt: now }),
      ...(isNext && {
        ...{ secret: given.digest, next: '', rotatedAt: now },
        ...{ previous: stored.secret, previousUntil: now + GRACE_MS },
      }),
    };
    const args = [
      stored.secret,
      Math.ceil(Math.min(idleMs, given.leftMs)),
      isDue ? (stored.nextAt ?? '') : 'any',
      ...Object.entries(changes).flat(),
    ];
    return (await note.run(redis, [keys.session(id)], args)) === 1 ? secret : undefined;
  }

  return {
    lifetimeMs,
    async start(credential) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const secret = newSecret();
      const now = clock.now();
      const stored: Stored = {
        owner: JSON.stringify(storedOwner(credential, id, environmentKey)),
        secret: digestOf(secret),
        startedAt: String(now),
        seenAt: String(now),
        rotatedAt: String(now),
      };
      await redis
        .multi()
        .hset(keys.session(id), stored)
        .pexpire(keys.session(id), Math.min(idleMs, lifetimeMs))
        .exec();
      return cookieOf(id, secret);
    },
    async look(cookie) {
      const given = partsOf(cookie);
      if (!given) return undefined;
      const { id, secret } = given;
      const stored = (await redis.hgetall(keys.session(id))) as unknown as Partial<Stored>;
      if (!isWhole(stored)) return undefined;
      const now = clock.now();
      const leftMs = Number(stored.startedAt) + lifetimeMs - now;
      const digest = digestOf(secret);
      const isPrevious = stored.previous === digest;
      if (![stored.secret, stored.next].includes(digest) && !isPrevious) return undefined;
      const isOver = leftMs <= 0 || now - Number(stored.seenAt) >= idleMs;
      const isCopy = isPrevious && now >= Number(stored.previousUntil);
      const owner = isOver || isCopy ? undefined : await ownerOf(JSON.parse(stored.owner) as StoredOwner, id);
      if (!owner) {
        await redis.unlink(keys.session(id));
        return undefined;
      }
      const replaced = isPrevious ? undefined : await used(id, stored, { digest, leftMs });
      return { owner, leftMs, ...(replaced !== undefined && { cookie: cookieOf(id, replaced) }) };
    },
    async isOpen(cookie) {
      const id = partsOf(cookie)?.id;
      const stored =
        id !== undefined && ((await redis.hgetall(keys.session(id))) as unknown as Partial<Stored>);
      if (id === undefined || !stored || !isWhole(stored)) return false;
      const now = clock.now();
      if (now - Number(stored.startedAt) >= lifetimeMs || now - Number(stored.seenAt) >= idleMs) return false;
      return (await ownerOf(JSON.parse(stored.owner) as StoredOwner, id)) !== undefined;
    },
    async end(cookie) {
      const given = partsOf(cookie);
      if (!given) return;
      const { secret, next, previous } = await redis.hgetall(keys.session(given.id));
      if ([secret, next, previous].includes(digestOf(given.secret)))
        await redis.unlink(keys.session(given.id));
    },
  };
}

function storedOwner(credential: Credential, id: string, environmentKey: string | undefined): StoredOwner {
  if (credential.kind === 'person') {
    const { person } = credential;
    return { kind: 'person', id: person.id, epoch: person.epoch };
  }
  return credential.kind === 'key'
    ? credential
    : { kind: 'environment', seal: sealOf(id, environmentKey ?? '') };
}

/** Tells whether the key is the same still. Keys are long and random (config/load checks the length), so a plain HMAC keeps them. */
const sealOf = (id: string, key: string): string => createHmac('sha256', id).update(key).digest('base64url');

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

const cookieOf = (id: string, secret: string): string => `${id}.${secret}`;

function partsOf(cookie: string): { id: string; secret: string } | undefined {
  const [, id, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

const isWhole = (stored: Partial<Stored>): stored is Stored =>
  stored.owner !== undefined && stored.secret !== undefined && stored.startedAt !== undefined;
