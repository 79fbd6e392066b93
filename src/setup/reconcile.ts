/** Mends what a crash between two steps of setup leaves behind: references to records that were never made, missing mailbox sets; and sweeps after deleted records. */
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { sweepRemains } from '../storage/remains.js';
import type { Applications } from './applications.js';
import type { Connections } from './connections.js';

/** A reference is written a moment before what refers; only an old one is an orphan. UUIDv7 ids tell their age. */
const ORPHAN_AFTER_MS = 10 * 60_000;

/** When a time-ordered id was made; ms since the epoch (RFC 9562 §5.7). */
const madeAt = (id: string): number => Number.parseInt(id.slice(4, 16), 16);

/**
 * One pass; in one process at a time.
 * @returns how many references were dropped
 */
export async function reconcileSetup(deps: {
  redis: RedisClient;
  applications: Pick<Applications, 'all'>;
  connections: Pick<Connections, 'all' | 'moveMailbox'>;
}): Promise<number> {
  const { redis, applications, connections } = deps;
  let dropped = 0;
  const sweep = async (references: string, recordOf: (id: string) => string): Promise<void> => {
    for (const id of await redis.smembers(references)) {
      if (Date.now() - madeAt(id) < ORPHAN_AFTER_MS) continue;
      if ((await redis.exists(recordOf(id))) === 1) continue;
      dropped += await redis.srem(references, id);
    }
  };
  for await (const { id } of applications.all()) {
    await sweep(keys.applicationConnections(id), (each) => keys.connection(each as ConnectionId));
  }
  for await (const { id, authorization } of connections.all()) {
    await sweep(keys.connectionConnectors(id), (each) => keys.connector(each as ConnectorId));
    await connections.moveMailbox(id, undefined, authorization.mailboxKey);
  }
  await sweepRemains(redis);
  return dropped;
}
