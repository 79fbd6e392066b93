/** Records as lists of very many look at them: only what such a list shows, never what is sealed, each record read once. */
import type { ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { RecordStore, TextRecord } from '../storage/records.js';
import type { RedisClient } from '../storage/redis.js';
import { APPLICATION_FIELDS, textOf } from './application-record.js';
import { connectionOf } from './connection-record.js';
import { CONNECTOR_FIELDS, connectorOf, HEALTH_FIELDS } from './connector-record.js';
import { CONNECTION_FIELDS, type Connection, type Connector } from './model.js';
import type { Page } from './page.js';
import { applicationStore, connectionStore, connectorStore } from './stores.js';

const { secrets: _sealed, ...SHOWN } = CONNECTOR_FIELDS;
const OF_CONNECTOR = [...Object.values(SHOWN), ...Object.values(HEALTH_FIELDS)];
const OF_CONNECTION = [CONNECTION_FIELDS.settings, CONNECTION_FIELDS.authorization];

export interface Glance {
  /** By creation. @param options `after`: `next` of the page before */
  connectors(options: { after?: string; limit: number }): Promise<Page<Connector>>;
  /** Those of these that exist, in the order given. */
  connectorsOf(ids: readonly ConnectorId[]): Promise<Connector[]>;
  /** Those of these that exist; without epochs, times and history. */
  connections(ids: Iterable<ConnectionId>): Promise<ReadonlyMap<ConnectionId, Connection>>;
  /** What stops applications; of those that nothing stops there is no entry. */
  failures(ids: Iterable<ApplicationId>): Promise<ReadonlyMap<ApplicationId, Problem>>;
}

export function createGlance(redis: RedisClient): Glance {
  const applications = applicationStore(redis);
  const connections = connectionStore(redis);
  const connectors = connectorStore(redis);
  const connectorsOf = (ids: readonly ConnectorId[]): Promise<Connector[]> =>
    readEach(connectors, ids, { only: OF_CONNECTOR, itemOf: connectorOf });

  return {
    connectorsOf,
    async connectors(options) {
      const { ids, next } = await connectors.ids(options);
      return { items: await connectorsOf(ids), next };
    },
    async connections(ids) {
      const only = OF_CONNECTION;
      const found = await readEach(connections, [...new Set(ids)], { only, itemOf: connectionOf });
      return new Map(found.map((each) => [each.id, each]));
    },
    async failures(ids) {
      const only = [APPLICATION_FIELDS.failure];
      const itemOf = (id: ApplicationId, record: TextRecord) => ({
        id,
        failure: textOf(record, APPLICATION_FIELDS.failure),
      });
      const found = await readEach(applications, [...new Set(ids)], { only, itemOf });
      return new Map(
        found.flatMap(({ id, failure }) => (failure ? [[id, JSON.parse(failure) as Problem]] : [])),
      );
    },
  };
}

async function readEach<Id extends string, Item>(
  store: RecordStore<Id>,
  ids: readonly Id[],
  { only, itemOf }: { only: readonly string[]; itemOf: (id: Id, record: TextRecord) => Item },
): Promise<Item[]> {
  const records = await Promise.all(ids.map((id) => store.readText(id, only)));
  return ids.flatMap((id, index) => {
    const record = records[index];
    return record ? [itemOf(id, record)] : [];
  });
}
