/**
 * The outbox's index in Redis: what waits, when it is due, and the list of a connector's messages with their status. The
 * spool is the truth; what is missing or stale here the reconciler mends, and the drain reads the spool before it acts.
 */
import type { ConnectionId, ConnectorId, MessageId } from '../contract/ids.js';
import type { OutboundStatus } from '../contract/message.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import type { SpoolHead } from '../storage/spool.js';
import { grouped } from './grouped.js';

type Indexed = Pick<SpoolHead, 'id' | 'connector' | 'connection' | 'acceptedAt'>;

export interface DueMessage {
  id: MessageId;
  /** ms since the epoch */
  dueAt: number;
}

export interface OutboxIndex {
  /** Lists the message, with its status, as due at a time. */
  add(message: Indexed, status: OutboundStatus, dueAt: number): Promise<void>;
  /** Notes a new status and due time of a message that goes on waiting. */
  postpone(
    message: Pick<Indexed, 'id' | 'connector' | 'connection'>,
    status: OutboundStatus,
    dueAt: number,
  ): Promise<void>;
  /** Puts a message that waits off, without a look at it. */
  delay(connection: ConnectionId, id: MessageId, dueAt: number): Promise<void>;
  /** Takes a message out of what waits: it ended, or waits for a person. */
  settle(message: Pick<Indexed, 'id' | 'connector' | 'connection'>, status: OutboundStatus): Promise<void>;
  /** The same for many at once. */
  settleMany(
    messages: readonly (Pick<Indexed, 'id' | 'connector' | 'connection'> & { status: OutboundStatus })[],
  ): Promise<void>;
  /** Forgets an entry for which the spool has no message. */
  forget(connection: ConnectionId, id: MessageId): Promise<void>;
  /** Takes purged messages out of a connector's list. */
  unlist(connector: ConnectorId, ids: readonly MessageId[]): Promise<void>;
  /** What is due, oldest first. */
  due(connection: ConnectionId, now: number, limit: number): Promise<DueMessage[]>;
  /** How many messages wait on a connection. */
  count(connection: ConnectionId): Promise<number>;
  /** When the next message is due; ms since the epoch. */
  nextDueAt(connection: ConnectionId): Promise<number | undefined>;
  statuses(connector: ConnectorId, ids: readonly MessageId[]): Promise<(OutboundStatus | undefined)[]>;
  /** Which of the messages wait in the index. */
  waiting(connection: ConnectionId, ids: readonly MessageId[]): Promise<boolean[]>;
  /** Ids of a connector's messages, newest first. @param after the last id of the page before */
  ids(connector: ConnectorId, options: { after?: string; limit: number }): Promise<MessageId[]>;
}

export function createOutboxIndex(redis: RedisClient): OutboxIndex {
  const index: OutboxIndex = {
    async add({ id, connector, connection, acceptedAt }, status, dueAt) {
      await Promise.all([
        redis.zadd(keys.outbox(connection), dueAt, id),
        redis.zadd(keys.outbound(connector), acceptedAt, id),
        redis.hset(keys.outboundStatus(connector), id, status),
      ]);
    },
    async postpone({ id, connector, connection }, status, dueAt) {
      await Promise.all([
        redis.zadd(keys.outbox(connection), dueAt, id),
        redis.hset(keys.outboundStatus(connector), id, status),
      ]);
    },
    delay: async (connection, id, dueAt) => void (await redis.zadd(keys.outbox(connection), 'XX', dueAt, id)),
    settle: (message, status) => index.settleMany([{ ...message, status }]),
    async settleMany(messages) {
      const byConnection = grouped(messages, ({ connection }) => connection);
      const byConnector = grouped(messages, ({ connector }) => connector);
      // What waits is looked at again, so it goes last: a crash between the two leaves no status that nobody mends.
      await Promise.all(
        [...byConnector].map(([connector, some]) =>
          redis.hset(
            keys.outboundStatus(connector),
            Object.fromEntries(some.map(({ id, status }) => [id, status])),
          ),
        ),
      );
      await Promise.all(
        [...byConnection].map(([connection, some]) =>
          redis.zrem(keys.outbox(connection), ...some.map(({ id }) => id)),
        ),
      );
    },
    forget: async (connection, id) => void (await redis.zrem(keys.outbox(connection), id)),
    async unlist(connector, ids) {
      if (ids.length === 0) return;
      await Promise.all([
        redis.zrem(keys.outbound(connector), ...ids),
        redis.hdel(keys.outboundStatus(connector), ...ids),
      ]);
    },
    async due(connection, now, limit) {
      const rows = await redis.zrangebyscore(
        keys.outbox(connection),
        '-inf',
        now,
        'WITHSCORES',
        'LIMIT',
        0,
        limit,
      );
      return Array.from({ length: rows.length / 2 }, (_, i) => ({
        id: rows[2 * i] as MessageId,
        dueAt: Number(rows[2 * i + 1]),
      }));
    },
    count: (connection) => redis.zcard(keys.outbox(connection)),
    async nextDueAt(connection) {
      const [first] = await index.due(connection, Number.MAX_SAFE_INTEGER, 1);
      return first?.dueAt;
    },
    async statuses(connector, ids) {
      if (ids.length === 0) return [];
      const found = await redis.hmget(keys.outboundStatus(connector), ...ids);
      return found.map((status) => (status ?? undefined) as OutboundStatus | undefined);
    },
    async waiting(connection, ids) {
      if (ids.length === 0) return [];
      const scores = await redis.zmscore(keys.outbox(connection), ...ids);
      return scores.map((score) => score !== null);
    },
    async ids(connector, { after, limit }) {
      const key = keys.outbound(connector);
      if (after === undefined) return (await redis.zrevrange(key, 0, limit - 1)) as MessageId[];
      // A cursor that is not there any more was purged, and whatever was older than it as well.
      const rank = await redis.zrevrank(key, after);
      if (rank === null) return [];
      return (await redis.zrevrange(key, rank + 1, rank + limit)) as MessageId[];
    },
  };
  return index;
}
