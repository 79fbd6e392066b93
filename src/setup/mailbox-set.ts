/** The set of connections that share a mailbox: what one drain and one poll session serve together. */
import type { ConnectionId, MailboxKey } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { connectionOf } from './connection-record.js';
import type { Connection } from './model.js';
import { connectionStore } from './stores.js';

/** Connections whose record names the mailbox; members that moved on since are passed over. */
export async function connectionsOfMailbox(redis: RedisClient, key: MailboxKey): Promise<Connection[]> {
  const store = connectionStore(redis);
  const ids = (await redis.smembers(keys.mailboxConnections(key))) as ConnectionId[];
  const found = await Promise.all(
    ids.sort().map(async (id) => {
      const record = await store.read(id);
      return record && connectionOf(id, record);
    }),
  );
  return found.filter((each) => each !== undefined).filter((each) => each.authorization.mailboxKey === key);
}

/**
 * Moves a connection between the sets. They lie in different hash slots, so this is no single step: what the record
 * says afterwards is added once more, in case another move came in between.
 */
export async function moveConnection(
  redis: RedisClient,
  id: ConnectionId,
  move: { from?: MailboxKey | undefined; to?: MailboxKey | undefined },
): Promise<void> {
  if (move.to !== undefined) await redis.sadd(keys.mailboxConnections(move.to), id);
  if (move.from !== undefined && move.from !== move.to)
    await redis.srem(keys.mailboxConnections(move.from), id);
  const record = await connectionStore(redis).read(id);
  if (record)
    await redis.sadd(keys.mailboxConnections(connectionOf(id, record).authorization.mailboxKey), id);
}
