/** Alert channels: whom alerts are told to, each a webhook or mail through an Email Send connector. */
import { systemClock } from '../contract/clock.js';
import { type AlertChannelId, type ConnectorId, newAlertChannelId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { Fields, StoredRecord } from '../storage/records.js';
import { ALERT_CHANNEL_FIELDS, type AlertChannel, alertChannelOf } from './alert-channel-record.js';
import { alertChannelFaults, alertChannelSchema } from './alert-channel-schema.js';
import { connectorOf } from './connector-record.js';
import { mergePatch } from './merge-patch.js';
import { type Page, readAll, readPage } from './page.js';
import { isRecord, type JsonObject } from './schema-node.js';
import { putBack, refuseOldSecret, takenOut } from './secret-settings.js';
import { checkedSettings, refuseFaults } from './settings-check.js';
import {
  alertChannelStore,
  connectorStore,
  deleteUnused,
  notFound,
  refuseStale,
  type SetupDependencies,
  unknownReference,
} from './stores.js';
import { refuseClearTextUrl } from './transport-rules.js';

export interface AlertChannels {
  /**
   * @param input as the API takes it, the webhook's secret with it
   * @throws ProblemError `invalid-settings`, `unknown-reference`, `tls-required`
   */
  create(input: unknown): Promise<AlertChannel>;
  /** @throws ProblemError `not-found` */
  read(id: AlertChannelId): Promise<AlertChannel>;
  list(options: { after?: string; limit: number }): Promise<Page<AlertChannel>>;
  all(): AsyncIterable<AlertChannel>;
  /**
   * A merge patch (RFC 7396); a secret left out is kept.
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (the URL's origin changed)
   */
  patch(id: AlertChannelId, ifVersion: number, input: unknown): Promise<AlertChannel>;
  /** @throws ProblemError `version-conflict`, `not-found` */
  delete(id: AlertChannelId, ifVersion: number): Promise<void>;
  /** The webhook's secret, for the one request that it signs. */
  secret(id: AlertChannelId): Promise<string | undefined>;
}

const SECRET = '/secret';

/** Builds the alert channels service. */
export function createAlertChannels(
  deps: Pick<SetupDependencies, 'redis' | 'vault' | 'connectorTypes' | 'clock'>,
): AlertChannels {
  const { redis, vault, connectorTypes, clock = systemClock } = deps;
  const store = alertChannelStore(redis);
  const connectors = connectorStore(redis);
  const place = (id: AlertChannelId): string => `${keys.alertChannel(id)}/${ALERT_CHANNEL_FIELDS.secret}`;

  const mustRead = async (id: AlertChannelId): Promise<StoredRecord> => {
    const record = await store.read(id);
    if (!record) throw notFound('alert channel', id);
    return record;
  };
  const secretOf = (id: AlertChannelId, record: StoredRecord): string | undefined => {
    const sealed = record.fields.get(ALERT_CHANNEL_FIELDS.secret);
    return sealed && vault.open(sealed, place(id));
  };
  const checked = async (input: unknown): Promise<JsonObject> => {
    const { value, faults } = checkedSettings(alertChannelSchema, input);
    refuseFaults([...faults, ...alertChannelFaults(value)]);
    if (value.type === 'webhook') refuseClearTextUrl('/url', String(value.url));
    if (value.type === 'mail') await refuseOtherThanSender(value.connector as ConnectorId);
    return value.type === 'mail' ? { ...value, to: [value.to].flat() } : value;
  };
  const refuseOtherThanSender = async (id: ConnectorId): Promise<void> => {
    const record = await connectors.read(id);
    if (!record) throw unknownReference('connector', id);
    const { type } = connectorOf(id, record);
    if (connectorTypes.find(({ name }) => name === type)?.direction !== 'send')
      refuseFaults([{ path: '/connector', message: 'does not send; name an Email Send connector' }]);
  };
  const fieldsOf = (id: AlertChannelId, whole: JsonObject): Fields => {
    const { settings, secrets } = takenOut(whole, [SECRET]);
    const secret = secrets[SECRET];
    return {
      [ALERT_CHANNEL_FIELDS.settings]: JSON.stringify(settings),
      [ALERT_CHANNEL_FIELDS.secret]: secret === undefined ? undefined : vault.seal(secret, place(id)),
    };
  };
  const refer = async (connector: unknown, id: AlertChannelId): Promise<void> => {
    if (connector === undefined) return;
    if (!(await connectors.refer(connector as ConnectorId, id)))
      throw unknownReference('connector', String(connector));
  };
  const unrefer = async (connector: unknown, id: AlertChannelId): Promise<void> => {
    if (connector !== undefined) await connectors.unrefer(connector as ConnectorId, id);
  };

  const channels: AlertChannels = {
    async create(input) {
      const settings = await checked(input);
      const id = newAlertChannelId();
      await refer(settings.connector, id);
      await store.create(id, {
        ...fieldsOf(id, settings),
        [ALERT_CHANNEL_FIELDS.createdAt]: String(clock.now()),
      });
      return channels.read(id);
    },
    read: async (id) => alertChannelOf(id, await mustRead(id)),
    list: (options) => readPage(store, options, alertChannelOf),
    all: () => readAll(store, alertChannelOf),

    async patch(id, ifVersion, input) {
      const record = await mustRead(id);
      refuseStale('alert channel', record.version, ifVersion);
      const secret = secretOf(id, record);
      const stored = alertChannelOf(id, record).settings as unknown as JsonObject;
      const before = putBack(stored, secret === undefined ? {} : { [SECRET]: secret });
      const after = await checked(isRecord(input) ? mergePatch(before, input, alertChannelSchema) : input);
      refuseOldSecret(before, after, { pointer: SECRET, patch: input, under: '' });
      await refer(after.connector, id);
      const result = await store.replace(id, ifVersion, fieldsOf(id, after));
      if (result === 'missing' || result === 'stale') {
        const now = await mustRead(id);
        const { settings } = alertChannelOf(id, now) as { settings: { connector?: unknown } };
        if (settings.connector !== after.connector) await unrefer(after.connector, id);
        const { version } = now;
        throw problemError('version-conflict', {
          with: { what: 'alert channel', current: version, given: ifVersion },
        });
      }
      if (before.connector !== after.connector) await unrefer(before.connector, id);
      return channels.read(id);
    },

    async delete(id, ifVersion) {
      const settings = alertChannelOf(id, await mustRead(id)).settings as unknown as JsonObject;
      await deleteUnused(store, { id, version: ifVersion, what: 'alert channel' }, async () => false);
      await unrefer(settings.connector, id);
    },
    secret: async (id) => secretOf(id, await mustRead(id)),
  };
  return channels;
}
