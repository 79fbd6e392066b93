/**
 * Where sealed values stand in Redis: all of them. Of a record every field that is sealed is found by its form, so a new
 * secret of a record needs nothing here; a new kind of record, or a sealed text of its own, needs a line. A test of the
 * house compares the list with where the vault is called.
 */
import type { ConnectionId } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { scannedKeys } from '../storage/scanned-keys.js';

export interface SealedKind {
  name: string;
  /** record: fields of a hash, as bytes. text: a string in base64. bytes: a string as it is. */
  form: 'record' | 'text' | 'bytes';
  /** Keys that may hold sealed values. */
  keys(redis: RedisClient): AsyncIterable<string>;
}

const PAGE = 500;

/** Records by their index; a member without a record has no fields. */
const records = (name: string, index: string): SealedKind => ({
  name,
  form: 'record',
  async *keys(redis) {
    let after = '-';
    for (;;) {
      const ids = await redis.zrange(index, after, '+', 'BYLEX', 'LIMIT', 0, PAGE);
      // Every record's key is its id in braces, whatever it is a record of.
      for (const id of ids) yield keys.connection(id as ConnectionId);
      if (ids.length < PAGE) return;
      after = `(${ids.at(-1)}`;
    }
  },
});

export const SEALED_KINDS: readonly SealedKind[] = [
  // First: from then on a process without the new key does not start.
  {
    name: 'canary',
    form: 'bytes',
    async *keys() {
      yield keys.vaultCanary;
    },
  },
  records('applications', keys.applications),
  records('connections', keys.connections),
  records('connectors', keys.connectors),
  records('alert channels', keys.alertChannels),
  { name: 'sign-ins', form: 'text', keys: (redis) => scannedKeys(redis, keys.signInPattern) },
  { name: 'sign-ins of people', form: 'text', keys: (redis) => scannedKeys(redis, keys.personSignInPattern) },
  { name: 'device sign-ins', form: 'text', keys: (redis) => scannedKeys(redis, keys.deviceSignInPattern) },
];
