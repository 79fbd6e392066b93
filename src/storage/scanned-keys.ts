/** Keys by a pattern, over all nodes of a cluster; one that is there during the whole scan is found, perhaps twice (SCAN). */
import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.js';

const SCAN_COUNT = 1_000;

/** @param pattern of keys.ts */
export async function* scannedKeys(redis: RedisClient, pattern: string): AsyncIterable<string> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  for (const node of nodes) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
      yield* found;
      cursor = next;
    } while (cursor !== '0');
  }
}
