/** API keys: shown once when made, stored by digest only, found by it. A key has 256 random bits, so a plain digest is enough. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, systemClock } from '../contract/clock.js';
import { type ApiKeyId, newApiKeyId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import type { Principal, Scope } from './principal.js';

export interface ApiKey {
  id: ApiKeyId;
  name: string;
  scopes: Scope[];
  /** ms since the epoch */
  createdAt: number;
}

export interface ApiKeys {
  /** @returns the record, and the key itself, which nobody can show again */
  create(input: { name: string; scopes: Scope[] }): Promise<{ record: ApiKey; key: string }>;
  /** By age. */
  list(options: { after?: string; limit: number }): Promise<{ items: ApiKey[]; next: string | undefined }>;
  /** @throws ProblemError `not-found` */
  delete(id: ApiKeyId): Promise<void>;
  /** Whether there is a key of that id. */
  exists(id: string): Promise<boolean>;
  /** Who a key belongs to; `undefined` for one that is not or no longer known. */
  principalOf(key: string): Promise<Principal | undefined>;
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** @param environmentKey MAILGRANT_API_KEY: an admin key that is stored nowhere */
export function createApiKeys(
  redis: RedisClient,
  options: { environmentKey?: string | undefined; clock?: Clock } = {},
): ApiKeys {
  const { environmentKey, clock = systemClock } = options;
  const read = async (id: ApiKeyId): Promise<ApiKey | undefined> => {
    const digest = await redis.get(keys.apiKeyDigest(id));
    return digest === null ? undefined : byDigest(digest);
  };
  const byDigest = async (digest: string): Promise<ApiKey | undefined> => {
    const stored = await redis.hget(keys.apiKey(digest), 'record');
    return stored === null ? undefined : (JSON.parse(stored) as ApiKey);
  };
  return {
    async create({ name, scopes }) {
      const key = `mgk_${randomBytes(32).toString('base64url')}`;
      const record: ApiKey = { id: newApiKeyId(), name, scopes, createdAt: clock.now() };
      // The index first and what makes the key work last: a crash in between leaves no key that nobody can see.
      await redis.zadd(keys.apiKeys, 0, record.id);
      await redis.set(keys.apiKeyDigest(record.id), digestOf(key));
      await redis.hset(keys.apiKey(digestOf(key)), 'record', JSON.stringify(record));
      return { record, key };
    },
    async list({ after, limit }) {
      const from = after === undefined ? '-' : `(${after}`;
      const ids = (await redis.zrange(keys.apiKeys, from, '+', 'BYLEX', 'LIMIT', 0, limit + 1)) as ApiKeyId[];
      const page = ids.slice(0, limit);
      const items = (await Promise.all(page.map(read))).filter((each) => each !== undefined);
      return { items, next: ids.length > limit ? page.at(-1) : undefined };
    },
    async delete(id) {
      const digest = /^key_\w+$/.test(id) ? await redis.get(keys.apiKeyDigest(id)) : null;
      if (digest === null) throw problemError('not-found', { with: { what: 'API key', id } });
      await redis.unlink(keys.apiKey(digest));
      await redis.unlink(keys.apiKeyDigest(id));
      await redis.zrem(keys.apiKeys, id);
    },
    exists: async (id) =>
      /^key_\w+$/.test(id) && (await redis.exists(keys.apiKeyDigest(id as ApiKeyId))) === 1,
    async principalOf(key) {
      if (environmentKey !== undefined && sameText(key, environmentKey))
        return { kind: 'key', name: 'environment', scopes: ['admin'] };
      const record = await byDigest(digestOf(key));
      return record && { kind: 'key', name: record.id, title: record.name, scopes: record.scopes };
    },
  };
}

/** Compares two secrets in constant time, whatever their lengths. */
export function sameText(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
