/** People as Redis holds them: few, so all in one hash; one script keeps names unique and an admin who can sign in. */
import { createHash } from 'node:crypto';
import type { PersonId } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { nameKey, type OpenIdSubject, type Person } from './person.js';

const write = script<WriteResult>(`
-- Creates, replaces or deletes a person in one step.
-- KEYS[1] people   KEYS[2] names   KEYS[3] passwords   KEYS[4] last sign-ins   KEYS[5] set-up links
-- KEYS[6] subjects of OpenID   KEYS[7] removed people
-- ARGV[1] id   ARGV[2] version it is made from, 0 for a new one   ARGV[3] the record, JSON; empty deletes
-- ARGV[4] name key   ARGV[5] password hash; empty leaves it   ARGV[6] 1: only while nobody is stored
-- ARGV[7] digest of issuer and subject; empty for whoever has none   ARGV[8] what stays of a deleted one that has, JSON
-- returns done, not-first, missing, stale, taken, known or last-admin
local function isAdmin(record)
  return record.role == 'admin' and (record.hasPassword or record.openId) and not record.disabled
end
if ARGV[6] == '1' and redis.call('HLEN', KEYS[1]) > 0 then return 'not-first' end
local stored = redis.call('HGET', KEYS[1], ARGV[1])
local old = stored and cjson.decode(stored)
if ARGV[2] ~= '0' then
  if not old then return 'missing' end
  if old.version ~= tonumber(ARGV[2]) then return 'stale' end
end
local new = ARGV[3] ~= '' and cjson.decode(ARGV[3])
if new then
  local holder = redis.call('HGET', KEYS[2], ARGV[4])
  if holder and holder ~= ARGV[1] then return 'taken' end
  -- Also of one who was removed: nobody is made anew who was sent away.
  local known = ARGV[7] ~= '' and redis.call('HGET', KEYS[6], ARGV[7])
  if known and known ~= ARGV[1] then return 'known' end
end
if old and isAdmin(old) and not (new and isAdmin(new)) then
  local admins = 0
  for _, each in ipairs(redis.call('HVALS', KEYS[1])) do
    if isAdmin(cjson.decode(each)) then admins = admins + 1 end
  end
  if admins < 2 then return 'last-admin' end
end
if old then redis.call('HDEL', KEYS[2], old.nameKey) end
if not new then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('HDEL', KEYS[4], ARGV[1])
  if ARGV[7] ~= '' then redis.call('HSET', KEYS[7], ARGV[1], ARGV[8]) end
  return 'done'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[4], ARGV[1])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[3], ARGV[1], ARGV[5]) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[6], ARGV[7], ARGV[1]) end
redis.call('DEL', KEYS[5])
return 'done'
`);

const rehash = script<number>(`
-- Replaces a password hash by one of the same password.
-- KEYS[1] passwords   ARGV[1] id   ARGV[2] the hash as it was   ARGV[3] the new one   returns 1 replaced, 0 it is another by now
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`);

export type WriteResult = 'done' | 'not-first' | 'missing' | 'stale' | 'taken' | 'known' | 'last-admin';

/** Somebody who was deleted and whom the provider would bring back: who is not let in by it. */
export interface RemovedPerson extends OpenIdSubject {
  id: PersonId;
  name: string;
  /** ms since the epoch */
  removedAt: number;
}

export interface PeopleStore {
  /**
   * Creates, or replaces what has the version before.
   * @param change `passwordHash`: left as it is without one; `isFirst`: only while nobody is stored
   */
  write(person: Person, change?: { passwordHash?: string; isFirst?: boolean }): Promise<WriteResult>;
  /** @param removedAt ms since the epoch */
  delete(person: Person, removedAt: number): Promise<WriteResult>;
  /** @returns the id alone: that person was removed */
  byOpenId(subject: OpenIdSubject): Promise<{ id: PersonId; person: Person | undefined } | undefined>;
  /** By age of their records. */
  removed(): Promise<RemovedPerson[]>;
  /** Forgets a removed person, who is made anew when they come. @returns false: nobody of that id was removed */
  letBack(id: string): Promise<boolean>;
  read(id: string): Promise<Person | undefined>;
  byName(name: string): Promise<Person | undefined>;
  /** By age. */
  all(): Promise<Person[]>;
  isEmpty(): Promise<boolean>;
  passwordHash(id: PersonId): Promise<string | undefined>;
  rehash(id: PersonId, hashes: { from: string; to: string }): Promise<void>;
  signedIn(id: PersonId, at: number): Promise<void>;
  lastSignIns(): Promise<Map<string, number>>;
  /** @param expiresAt ms since the epoch */
  addSetUpLink(digest: string, expiresAt: number): Promise<void>;
  setUpLinkExpiresAt(digest: string): Promise<number | undefined>;
}

const ALL_KEYS = [
  keys.people,
  keys.peopleNames,
  keys.peoplePasswords,
  keys.peopleSignedIn,
  keys.setUpLinks,
  keys.peopleOpenId,
  keys.peopleRemoved,
] as const;

/** Issuers and subjects are of any length and hold anything, so a digest stands for both; the pair is unmistakable in JSON. */
const digestOf = ({ issuer, subject }: OpenIdSubject): string =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
const digestIn = ({ openId }: Person): string => (openId ? digestOf(openId) : '');

export function createPeopleStore(redis: RedisClient): PeopleStore {
  const store: PeopleStore = {
    write(person, { passwordHash = '', isFirst = false } = {}) {
      const record = JSON.stringify({ ...person, nameKey: nameKey(person.name) });
      const args = [person.id, person.version - 1, record, nameKey(person.name), passwordHash];
      return write.run(redis, ALL_KEYS, [...args, isFirst ? 1 : 0, digestIn(person), '']);
    },
    delete(person, removedAt) {
      const { id, version, name, openId } = person;
      const remains = openId
        ? JSON.stringify({ id, name, ...openId, removedAt } satisfies RemovedPerson)
        : '';
      return write.run(redis, ALL_KEYS, [id, version, '', nameKey(name), '', 0, digestIn(person), remains]);
    },
    async byOpenId(subject) {
      const id = await redis.hget(keys.peopleOpenId, digestOf(subject));
      return id === null ? undefined : { id: id as PersonId, person: await store.read(id) };
    },
    async removed() {
      const stored = await redis.hvals(keys.peopleRemoved);
      const removed = stored.map((each) => JSON.parse(each) as RemovedPerson);
      return removed.sort(byAge);
    },
    async letBack(id) {
      const stored = await redis.hget(keys.peopleRemoved, id);
      if (stored === null) return false;
      const digest = digestOf(JSON.parse(stored) as RemovedPerson);
      await redis.multi().hdel(keys.peopleOpenId, digest).hdel(keys.peopleRemoved, id).exec();
      return true;
    },
    async read(id) {
      const stored = await redis.hget(keys.people, id);
      return stored === null ? undefined : personOf(stored);
    },
    async byName(name) {
      const id = await redis.hget(keys.peopleNames, nameKey(name));
      return id === null ? undefined : store.read(id);
    },
    async all() {
      const stored = await redis.hvals(keys.people);
      return stored.map(personOf).sort(byAge);
    },
    isEmpty: async () => (await redis.hlen(keys.people)) === 0,
    passwordHash: async (id) => (await redis.hget(keys.peoplePasswords, id)) ?? undefined,
    rehash: async (id, { from, to }) =>
      void (await rehash.run(redis, [keys.peoplePasswords], [id, from, to])),
    signedIn: async (id, at) => void (await redis.hset(keys.peopleSignedIn, id, at)),
    lastSignIns: async () =>
      new Map(Object.entries(await redis.hgetall(keys.peopleSignedIn)).map(([id, at]) => [id, Number(at)])),
    addSetUpLink: async (digest, expiresAt) => void (await redis.hset(keys.setUpLinks, digest, expiresAt)),
    async setUpLinkExpiresAt(digest) {
      const until = await redis.hget(keys.setUpLinks, digest);
      return until === null ? undefined : Number(until);
    },
  };
  return store;
}

/** Ids begin with the time that they were made at. */
const byAge = (a: { id: PersonId }, b: { id: PersonId }): number => (a.id < b.id ? -1 : 1);

function personOf(json: string): Person {
  const { nameKey: _, ...person } = JSON.parse(json) as Person & { nameKey: string };
  return person;
}
