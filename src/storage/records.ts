/**
 * Versioned records: a Redis hash each, listed by an index, with the set of those that refer to it. A change names the
 * version it was made against, so no update is lost; a record that is referred to is not deleted.
 */
import type { RedisClient } from './redis.js';
import { script } from './script.js';

/** Fields as stored: text, or bytes where sealed. `undefined` removes the field. */
export type Fields = Record<string, string | Buffer | undefined>;

export interface StoredRecord {
  version: number;
  fields: Map<string, Buffer>;
}

/** A record of which only what is stored in clear was read. */
export interface TextRecord {
  version: number;
  fields: ReadonlyMap<string, string>;
}

export type ReplaceResult = { version: number } | 'stale' | 'missing';
export type DeleteResult = 'deleted' | 'stale' | 'missing' | 'in-use';

const create = script<number>(`
-- Creates a record.
-- KEYS[1] the record   ARGV field, value, …   returns 1 created, 0 exists
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'version', 1, unpack(ARGV))
return 1
`);

const replace = script<number>(`
-- Replaces fields of a record, if it still has the version that was read.
-- KEYS[1] the record   ARGV[1] expected version   ARGV[2] number of removed fields   ARGV[3] number of counted-up fields
-- then the names of the removed, of the counted-up, then field, value, …   returns the new version, 0 missing, -1 stale
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 0 end
if version ~= ARGV[1] then return -1 end
local removed, counted = tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 4, 3 + removed do redis.call('HDEL', KEYS[1], ARGV[i]) end
for i = 4 + removed, 3 + removed + counted do redis.call('HINCRBY', KEYS[1], ARGV[i], 1) end
for i = 4 + removed + counted, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return redis.call('HINCRBY', KEYS[1], 'version', 1)
`);

const remove = script<number>(`
-- Deletes a record that nothing refers to.
-- KEYS[1] the record   KEYS[2] set of references to it   ARGV[1] expected version   returns 1 deleted, 0 missing, -1 stale, -2 in use
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 0 end
if version ~= ARGV[1] then return -1 end
if redis.call('SCARD', KEYS[2]) > 0 then return -2 end
redis.call('DEL', KEYS[1])
return 1
`);

const refer = script<number>(`
-- Adds a reference to a record that exists.
-- KEYS[1] the record   KEYS[2] set of references to it   ARGV[1] who refers   returns 1 added, 0 no such record
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
return 1
`);

export interface RecordStore<Id extends string> {
  /** Index first, record second: a crash in between leaves an index member without a record, which lists skip. */
  create(id: Id, fields: Fields): Promise<void>;
  read(id: Id): Promise<StoredRecord | undefined>;
  /** These fields alone, none of them sealed: a list of very many carries nothing that it does not show. */
  readText(id: Id, fields: readonly string[]): Promise<TextRecord | undefined>;
  /** Replaces only the fields given. @param countUp integer fields to add one to in the same step */
  replace(
    id: Id,
    expectedVersion: number,
    fields: Fields,
    countUp?: readonly string[],
  ): Promise<ReplaceResult>;
  delete(id: Id, expectedVersion: number): Promise<DeleteResult>;
  /** @returns false when there is no such record */
  refer(id: Id, by: string): Promise<boolean>;
  unrefer(id: Id, by: string): Promise<void>;
  references(id: Id): Promise<string[]>;
  /** Ids by creation. @param after the last id of the page before */
  ids(options: { after?: string; limit: number }): Promise<{ ids: Id[]; next: string | undefined }>;
  /** Every id, page by page. */
  all(): AsyncIterable<Id>;
}

/**
 * @param names key names of keys.ts; index members are time-ordered ids, scored alike, so the index sorts by id
 */
export function createRecordStore<Id extends string>(
  redis: RedisClient,
  names: { index: string; record: (id: Id) => string; references: (id: Id) => string },
): RecordStore<Id> {
  const store: RecordStore<Id> = {
    async create(id, fields) {
      await redis.zadd(names.index, 0, id);
      const args = Object.entries(fields).flatMap(([name, value]) =>
        value === undefined ? [] : [name, value],
      );
      if ((await create.run(redis, [names.record(id)], args)) === 0)
        throw new Error(`record ${id} exists already`);
    },
    async read(id) {
      const stored = await redis.hgetallBuffer(names.record(id));
      const fields = new Map(Object.entries(stored));
      const version = fields.get('version');
      return version ? { version: Number(version.toString()), fields } : undefined;
    },
    async readText(id, fields) {
      const [version, ...values] = await redis.hmget(names.record(id), 'version', ...fields);
      if (!version) return undefined;
      const found = new Map<string, string>();
      for (const [index, name] of fields.entries()) {
        const value = values[index];
        if (value !== null && value !== undefined) found.set(name, value);
      }
      return { version: Number(version), fields: found };
    },
    async replace(id, expectedVersion, fields, countUp = []) {
      const removed = Object.keys(fields).filter((name) => fields[name] === undefined);
      const set = Object.entries(fields).flatMap(([name, value]) =>
        value === undefined ? [] : [name, value],
      );
      const counts = [expectedVersion, removed.length, countUp.length];
      const result = await replace.run(
        redis,
        [names.record(id)],
        [...counts, ...removed, ...countUp, ...set],
      );
      if (result === 0) return 'missing';
      return result < 0 ? 'stale' : { version: result };
    },
    async delete(id, expectedVersion) {
      const result = await remove.run(redis, [names.record(id), names.references(id)], [expectedVersion]);
      if (result === 1) await redis.zrem(names.index, id);
      return ({ 1: 'deleted', 0: 'missing', [-1]: 'stale', [-2]: 'in-use' } as const)[
        result as 1 | 0 | -1 | -2
      ];
    },
    refer: async (id, by) => (await refer.run(redis, [names.record(id), names.references(id)], [by])) === 1,
    unrefer: async (id, by) => void (await redis.srem(names.references(id), by)),
    references: (id) => redis.smembers(names.references(id)),
    async ids({ after, limit }) {
      const from = after === undefined ? '-' : `(${after}`;
      const page = (await redis.zrange(names.index, from, '+', 'BYLEX', 'LIMIT', 0, limit + 1)) as Id[];
      const ids = page.slice(0, limit);
      return { ids, next: page.length > limit ? ids.at(-1) : undefined };
    },
    async *all() {
      let after: string | undefined;
      do {
        const page: { ids: Id[]; next: string | undefined } = await store.ids({
          limit: 500,
          ...(after !== undefined && { after }),
        });
        yield* page.ids;
        after = page.next;
      } while (after !== undefined);
    },
  };
  return store;
}
