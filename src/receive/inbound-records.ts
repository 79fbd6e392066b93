/** Message records as stored: read here, written with the ledger's commit. */
import type { ConnectorId, MessageId } from '../contract/ids.js';
import type { InboundStatus } from '../contract/message.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { type InboundRecord, readRecord } from './inbound-record.js';

export interface InboundRecords {
  read(connector: ConnectorId, id: MessageId): Promise<InboundRecord | undefined>;
  /** Those that exist, by id; asks nothing when no id is given. */
  readMany(connector: ConnectorId, ids: readonly MessageId[]): Promise<Map<string, InboundRecord>>;
  /** How many messages of a connector are in quarantine. */
  quarantined(connector: ConnectorId): Promise<number>;
  /**
   * Newest first.
   * @param options `after`: id that the page before ended with
   */
  list(
    connector: ConnectorId,
    options: { status?: InboundStatus; after?: string; limit: number },
  ): Promise<{ items: InboundRecord[]; next: string | undefined }>;
}

export function createInboundRecords(redis: RedisClient): InboundRecords {
  const readMany: InboundRecords['readMany'] = async (connector, ids) => {
    if (ids.length === 0) return new Map();
    const stored = await redis.hmget(keys.inbound(connector), ...ids);
    const records = stored.flatMap((json) => (json ? [readRecord(json)] : []));
    return new Map(records.map((record) => [record.id, record]));
  };
  return {
    readMany,
    async read(connector, id) {
      const json = await redis.hget(keys.inbound(connector), id);
      return json ? readRecord(json) : undefined;
    },
    quarantined: (connector) => redis.zcard(keys.quarantine(connector)),
    async list(connector, { status, after, limit }) {
      const indexes = {
        recent: status === 'quarantined' ? [] : redis.zrevrange(keys.inboundRecent(connector), 0, -1),
        quarantine:
          status === 'delivered' || status === 'pending'
            ? []
            : redis.zrevrange(keys.quarantine(connector), 0, -1),
      };
      const ids = [...(await indexes.recent), ...(await indexes.quarantine)] as MessageId[];
      const all = [...(await readMany(connector, ids)).values()]
        .filter((record) => status === undefined || record.status === status)
        .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
      const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const items = all.slice(from, from + limit);
      return { items, next: from + limit < all.length ? items.at(-1)?.id : undefined };
    },
  };
}
