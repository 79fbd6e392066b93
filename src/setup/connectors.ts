/** Connectors: configured Email Receives and Email Sends, each bound to one connection. */
import { systemClock } from '../contract/clock.js';
import type { ConnectorType } from '../contract/connector-type.js';
import { type AlertChannelId, type ConnectionId, type ConnectorId, newConnectorId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { Fields, StoredRecord } from '../storage/records.js';
import { connectionOf } from './connection-record.js';
import { CLEARED_BY_CHANGE, CONNECTOR_FIELDS, connectorOf, mergeHealth } from './connector-record.js';
import { checkedConnector } from './connector-schema.js';
import { mergePatch } from './merge-patch.js';
import type { Connector, ConnectorHealthRecord } from './model.js';
import { type Page, readAll, readPage } from './page.js';
import { isRecord, type JsonObject } from './schema-node.js';
import { putBack, refuseOldSecret, type SecretSettings, takenOut } from './secret-settings.js';
import { type Fault, refuseFaults } from './settings-check.js';
import {
  connectionStore,
  connectorStore,
  deleteUnused,
  notFound,
  refuseStale,
  type SetupDependencies,
  unknownReference,
} from './stores.js';

export interface Connectors {
  /** @throws ProblemError `invalid-settings`, `unknown-reference` */
  create(input: unknown): Promise<Connector>;
  /** @throws ProblemError `not-found` */
  read(id: ConnectorId): Promise<Connector>;
  list(options: { after?: string; limit: number }): Promise<Page<Connector>>;
  all(): AsyncIterable<Connector>;
  /**
   * A merge patch (RFC 7396); a secret left out is kept. Clears backoff and a pause.
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (webhook's origin changed)
   */
  patch(id: ConnectorId, ifVersion: number, input: unknown): Promise<Connector>;
  /** @throws ProblemError `version-conflict`, `still-in-use` (an alert channel sends through it), `not-found` */
  delete(id: ConnectorId, ifVersion: number): Promise<void>;
  /** The copy has the secrets too and is not enabled: two receivers of one mailbox are to be wanted. */
  copy(id: ConnectorId, name: string): Promise<Connector>;
  /** Settings with the secrets in place, for the worker that needs them; never answered, never logged. */
  settingsWithSecrets(id: ConnectorId): Promise<Record<string, unknown>>;
  /** Merges into the health record; `problem: undefined` clears it. Does not touch `version`. */
  recordHealth(id: ConnectorId, patch: Partial<ConnectorHealthRecord>): Promise<void>;
  /** @throws ProblemError `not-found` when this build has no such type */
  typeOf(connector: Connector): ConnectorType;
}

/** Builds the connectors service. */
export function createConnectors(deps: SetupDependencies): Connectors {
  const { redis, vault, connectorTypes, listener, clock = systemClock } = deps;
  const store = connectorStore(redis);
  const connections = connectionStore(redis);
  const secretsPlace = (id: ConnectorId): string => `${keys.connector(id)}/${CONNECTOR_FIELDS.secrets}`;

  const mustRead = async (id: ConnectorId): Promise<StoredRecord> => {
    const record = await store.read(id);
    if (!record) throw notFound('connector', id);
    return record;
  };
  const wholeSettings = (id: ConnectorId, record: StoredRecord): JsonObject => {
    const sealed = record.fields.get(CONNECTOR_FIELDS.secrets);
    const secrets = sealed ? (JSON.parse(vault.open(sealed, secretsPlace(id))) as SecretSettings) : {};
    return putBack(connectorOf(id, record).settings, secrets);
  };
  const checked = async (value: unknown) => {
    let isUnknown: string | undefined;
    const lacking: Fault[] = [];
    const { input, type, faults } = await checkedConnector(value, connectorTypes, async (id) => {
      const record = await connections.read(id as ConnectionId);
      if (!record) isUnknown = id;
      const settings = record && connectionOf(id as ConnectionId, record).settings;
      const known = connectorTypes.find((each) => isRecord(value) && each.name === value.type);
      for (const protocol of settings ? (known?.needs ?? []) : []) {
        const message = `the connection has no ${protocol.toUpperCase()} endpoint`;
        if (!settings?.[protocol]) lacking.push({ path: '/connection', message });
      }
      return settings?.user;
    });
    refuseFaults([...faults, ...lacking]);
    if (isUnknown !== undefined) throw unknownReference('connection', isUnknown);
    return { input, secretPointers: type?.secrets ?? [] };
  };
  const fieldsOf = (
    id: ConnectorId,
    { input, secretPointers }: Awaited<ReturnType<typeof checked>>,
  ): Fields => {
    const { settings, secrets } = takenOut(input.settings, secretPointers);
    const hasSecrets = Object.keys(secrets).length > 0;
    return {
      [CONNECTOR_FIELDS.name]: input.name,
      [CONNECTOR_FIELDS.type]: input.type,
      [CONNECTOR_FIELDS.connection]: input.connection,
      [CONNECTOR_FIELDS.enabled]: input.enabled ? '1' : '0',
      [CONNECTOR_FIELDS.settings]: JSON.stringify(settings),
      [CONNECTOR_FIELDS.secrets]: hasSecrets
        ? vault.seal(JSON.stringify(secrets), secretsPlace(id))
        : undefined,
    };
  };
  const refer = async (connection: ConnectionId, id: ConnectorId): Promise<void> => {
    if (!(await connections.refer(connection, id))) throw unknownReference('connection', connection);
  };

  const connectors: Connectors = {
    async create(value) {
      const ready = await checked(value);
      const connection = ready.input.connection as ConnectionId;
      const id = newConnectorId();
      await refer(connection, id);
      await store.create(id, {
        ...fieldsOf(id, ready),
        [CONNECTOR_FIELDS.createdAt]: String(clock.now()),
      });
      // Once more: the connection may have been deleted between the reference and the record.
      await refer(connection, id).catch(async (gone) => {
        await store.delete(id, 1);
        throw gone;
      });
      await listener.connectorChanged(id);
      return connectors.read(id);
    },
    read: async (id) => connectorOf(id, await mustRead(id)),
    list: (options) => readPage(store, options, connectorOf),
    all: () => readAll(store, connectorOf),

    async patch(id, ifVersion, patch) {
      const record = await mustRead(id);
      refuseStale('connector', record.version, ifVersion);
      const before = connectorOf(id, record);
      const settings = wholeSettings(id, record);
      const ready = await checked(isRecord(patch) ? mergedConnector(before, settings, patch) : patch);
      const after = ready.input.settings;
      for (const pointer of ready.secretPointers) {
        refuseOldSecret(settings, after, {
          pointer,
          patch: isRecord(patch) ? patch.settings : patch,
          under: '/settings',
        });
      }
      const connection = ready.input.connection as ConnectionId;
      const isRebound = connection !== before.connection;
      if (isRebound) await refer(connection, id);
      const result = await store.replace(id, ifVersion, { ...fieldsOf(id, ready), ...CLEARED_BY_CHANGE });
      if (result === 'missing' || result === 'stale') {
        const now = connectorOf(id, await mustRead(id));
        if (isRebound && now.connection !== connection) await connections.unrefer(connection, id);
        throw problemError('version-conflict', {
          with: { what: 'connector', current: now.version, given: ifVersion },
        });
      }
      if (isRebound) await connections.unrefer(before.connection, id);
      await listener.connectorChanged(id);
      return connectors.read(id);
    },

    async delete(id, ifVersion) {
      const { connection } = connectorOf(id, await mustRead(id));
      const exists = async (user: string): Promise<boolean> =>
        (await redis.exists(keys.alertChannel(user as AlertChannelId))) === 1;
      await deleteUnused(store, { id, version: ifVersion, what: 'connector' }, exists);
      await connections.unrefer(connection, id);
      await listener.connectorChanged(id);
    },
    async copy(id, name) {
      const record = await mustRead(id);
      const { type, connection } = connectorOf(id, record);
      const settings = wholeSettings(id, record);
      return connectors.create({ name, type, connection, enabled: false, settings });
    },
    settingsWithSecrets: async (id) => wholeSettings(id, await mustRead(id)),
    async recordHealth(id, patch) {
      const isNews = await mergeHealth(redis, keys.connector(id), patch);
      listener.connectorRan?.(id, isNews);
    },
    typeOf({ type }) {
      const found = connectorTypes.find((each) => each.name === type);
      if (!found) throw notFound('connector type', type);
      return found;
    },
  };

  /** The stored connector in the API's form with the patch merged in; its type stays. */
  function mergedConnector(before: Connector, settings: JsonObject, patch: JsonObject): JsonObject {
    if (patch.type !== undefined && patch.type !== before.type)
      refuseFaults([{ path: '/type', message: 'cannot change; create another connector' }]);
    const { name, type, connection, enabled } = before;
    const { settings: settingsPatch, ...others } = patch;
    const merged = mergePatch({ name, type, connection, enabled }, others);
    return {
      ...merged,
      settings: isRecord(settingsPatch)
        ? mergePatch(settings, settingsPatch, connectors.typeOf(before).settings)
        : (settingsPatch ?? settings),
    };
  }
  return connectors;
}
