/** Which sorted sets hold the messages that are asked for: of connectors, or of connections where what waits is asked for. */
import type { ConnectorType } from '../contract/connector-type.js';
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import type { InboundStatus, OutboundStatus } from '../contract/message.js';
import { CONNECTOR_FIELDS } from '../setup/connector-record.js';
import { connectionStore, connectorStore } from '../setup/stores.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import type { SortedSet } from './merged-sets.js';
import type { MessageQuery } from './message-query.js';

export const INBOUND_STATUSES = [
  'pending',
  'delivered',
  'quarantined',
] as const satisfies readonly InboundStatus[];
export const OUTBOUND_STATUSES = [
  'scheduled',
  'queued',
  'held',
  'sending',
  'sent',
  'uncertain',
  'failed',
  'cancelled',
] as const satisfies readonly OutboundStatus[];

/** Where the messages of a set come from; of what waits the connection alone is known. */
export interface Source {
  direction: 'inbound' | 'outbound';
  connector: ConnectorId | undefined;
  connection: ConnectionId;
}

const READ_AT_ONCE = 250;
/** For so long a connector is taken to be bound to the connection that it was bound to; its type never changes. */
const KNOWN_FOR_MS = 10_000;
const OF_CONNECTOR = [CONNECTOR_FIELDS.type, CONNECTOR_FIELDS.connection];

export function createWhereMessagesLie(deps: {
  redis: RedisClient;
  connectorTypes: readonly Pick<ConnectorType, 'name' | 'direction'>[];
}): (query: MessageQuery) => Promise<SortedSet<Source>[]> {
  const { redis } = deps;
  const connectors = connectorStore(redis);
  const connections = connectionStore(redis);
  const directions = new Map(deps.connectorTypes.map(({ name, direction }) => [name, direction]));

  const known = new Map<ConnectorId, { source: Source; until: number }>();

  async function knownSource(connector: ConnectorId): Promise<Source | undefined> {
    const found = known.get(connector);
    if (found && found.until > performance.now()) return found.source;
    const source = await sourceOf(connector);
    if (source) known.set(connector, { source, until: performance.now() + KNOWN_FOR_MS });
    else known.delete(connector);
    return source;
  }

  async function sourceOf(connector: ConnectorId): Promise<Source | undefined> {
    const record = await connectors.readText(connector, OF_CONNECTOR);
    const direction = directions.get(record?.fields.get(CONNECTOR_FIELDS.type) ?? '');
    const connection = record?.fields.get(CONNECTOR_FIELDS.connection) as ConnectionId | undefined;
    if (direction === undefined || connection === undefined) return undefined;
    return { direction: direction === 'send' ? 'outbound' : 'inbound', connector, connection };
  }

  async function sourcesOf(query: MessageQuery): Promise<Source[]> {
    if (query.connector !== undefined) return [await sourceOf(query.connector)].flatMap(defined);
    const found: Source[] = [];
    for (let after: string | undefined; ; ) {
      const page = await connectors.ids({ limit: READ_AT_ONCE, ...(after !== undefined && { after }) });
      found.push(...(await Promise.all(page.ids.map(knownSource))).flatMap(defined));
      if (page.next === undefined) {
        // Of deleted ones nothing is kept.
        if (known.size > found.length + READ_AT_ONCE) known.clear();
        return found;
      }
      after = page.next;
    }
  }

  async function outboxes({ connector, connection }: MessageQuery): Promise<SortedSet<Source>[]> {
    const only = connector === undefined ? connection : (await sourceOf(connector))?.connection;
    const owners: ConnectionId[] = [];
    if (connector !== undefined || connection !== undefined) owners.push(...[only].flatMap(defined));
    else for await (const id of connections.all()) owners.push(id);
    return owners.map((owner) => ({
      key: keys.outbox(owner),
      source: { direction: 'outbound', connector: undefined, connection: owner },
    }));
  }

  return async (query) => {
    if (query.waiting) return outboxes(query);
    const sources = await sourcesOf(query);
    return sources
      .filter(({ connection }) => query.connection === undefined || connection === query.connection)
      .filter(({ direction }) => query.direction === undefined || direction === query.direction)
      .flatMap((source) => setsOf(source, query.statuses));
  };
}

/** The sets of a connector that can hold a message of such a status at all. */
function setsOf(source: Source, statuses: ReadonlySet<string> | undefined): SortedSet<Source>[] {
  const { connector, direction } = source;
  if (connector === undefined) return [];
  const can = (...some: string[]): boolean => !statuses || some.some((each) => statuses.has(each));
  if (direction === 'outbound')
    return can(...OUTBOUND_STATUSES) ? [{ key: keys.outbound(connector), source }] : [];
  return [
    ...(can('pending', 'delivered') ? [{ key: keys.inboundRecent(connector), source }] : []),
    ...(can('quarantined') ? [{ key: keys.quarantine(connector), source }] : []),
  ];
}

const defined = <Value>(value: Value | undefined): Value[] => (value === undefined ? [] : [value]);
