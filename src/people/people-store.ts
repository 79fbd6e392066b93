/** People as Redis holds them: few, so all in one hash; one script keeps names unique and an admin who can sign in. */
import type { PersonId } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { nameKey, type Person } from './person.js';

const write = script<WriteResult>(`
-- Creates, replaces or deletes a person in one step.
-- KEYS[1] people   KEYS[2] names   KEYS[3] passwords   KEYS[4] last sign-ins   KEYS[5] set-up links
-- ARGV[1] id   ARGV[2] version it is made from, 0 for a new one   ARGV[3] the record, JSON; empty deletes
-- ARGV[4] name key   ARGV[5] password hash; empty leaves it   ARGV[6] 1: only while nobody is stored
-- returns done, not-first, missing, stale, taken or last-admin
local function isAdmin(record) return record.role == 'admin' and record.hasPassword and not record.disabled end
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
  return 'done'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[4], ARGV[1])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[3], ARGV[1], ARGV[5]) end
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

export type WriteResult = 'done' | 'not-first' | 'missing' | 'stale' | 'taken' | 'last-admin';

export interface PeopleStore {
  /**
   * Creates, or replaces what has the version before.
   * @param change `passwordHash`: left as it is without one; `isFirst`: only while nobody is stored
   */
  write(person: Person, change?: { passwordHash?: string; isFirst?: boolean }): Promise<WriteResult>;
  delete(person: Person): Promise<WriteResult>;
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
] as const;

export function createPeopleStore(redis: RedisClient): PeopleStore {
  const store: PeopleStore = {
    write(person, { passwordHash = '', isFirst = false } = {}) {
      const record = JSON.stringify({ ...person, nameKey: nameKey(person.name) });
      const args = [person.id, person.version - 1, record, nameKey(person.name), passwordHash];
      return write.run(redis, ALL_KEYS, [...args, isFirst ? 1 : 0]);
    },
    delete: ({ id, version, name }) => write.run(redis, ALL_KEYS, [id, version, '', nameKey(name), '', 0]),
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
      return stored.map(personOf).sort((a, b) => (a.id < b.id ? -1 : 1));
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

function personOf(json: string): Person {
  const { nameKey: _, ...person } = JSON.parse(json) as Person & { nameKey: string };
  return person;
}
