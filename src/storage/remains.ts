/**
 * What deleted connections and connectors leave behind: ledgers, fingerprints, message records, indexes. Each part of the
 * service writes its own keys beside a record, some of them in the moment the record is deleted; here they are all found
 * by the record's id in their hash tag, so that no part need know of the others, and a crash in between loses nothing.
 */
import { Cluster } from 'ioredis';
import type { ConnectionId } from '../contract/ids.js';
import { keys } from './keys.js';
import type { RedisClient } from './redis.js';

const SCAN_COUNT = 1_000;

/** Deletes every key that belongs to a record which is no more. Safe at any time. @returns how many keys it deleted */
export async function sweepRemains(redis: RedisClient): Promise<number> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  let swept = 0;
  for (const node of nodes) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', keys.recordPartsPattern, 'COUNT', SCAN_COUNT);
      swept += await sweepFound(redis, found);
      cursor = next;
    } while (cursor !== '0');
  }
  return swept;
}

async function sweepFound(redis: RedisClient, found: readonly string[]): Promise<number> {
  const byRecord = new Map<string, string[]>();
  for (const key of found) {
    const id = /\{(c\w+)\}/.exec(key)?.[1];
    if (id) byRecord.set(id, [...(byRecord.get(id) ?? []), key]);
  }
  const deleted = await Promise.all(
    [...byRecord].map(async ([id, parts]) => {
      // Connections and connectors name their records alike.
      const isThere = (await redis.exists(keys.connection(id as ConnectionId))) === 1;
      return isThere ? 0 : redis.unlink(...parts);
    }),
  );
  return deleted.reduce((sum, count) => sum + count, 0);
}
