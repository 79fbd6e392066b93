/** Connections: one mailbox signed in, each. Settings are written here, the grant by oauth/token-store. */
import { systemClock } from '../contract/clock.js';
import {
  type ApplicationId,
  type ConnectionId,
  type ConnectorId,
  type MailboxKey,
  newConnectionId,
} from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';
import { keys } from '../storage/keys.js';
import type { StoredRecord } from '../storage/records.js';
import { applicationOf } from './application-record.js';
import {
  connectionOf,
  mailboxKeyBeforeSignIn,
  reasonToSignInAgain,
  VOID_COUNTS,
  voidedFields,
} from './connection-record.js';
import {
  type CheckedConnection,
  checkedConnection,
  connectionInput,
  removedProtocols,
} from './connection-settings.js';
import { addedPlaces, voidingChanges } from './grant-change.js';
import { connectionsOfMailbox, moveConnection } from './mailbox-set.js';
import { mergePatch } from './merge-patch.js';
import { CONNECTION_FIELDS, type Connection, type ConnectionSettings } from './model.js';
import { type Page, readAll, readPage } from './page.js';
import { isRecord, type JsonObject } from './schema-node.js';
import {
  applicationStore,
  connectionStore,
  deleteUnused,
  notFound,
  refuseStale,
  type SetupDependencies,
  unknownReference,
} from './stores.js';

export interface Connections {
  /** @throws ProblemError `invalid-settings`, `unknown-reference`, `tls-required`, `basic-not-supported` */
  create(input: unknown): Promise<Connection>;
  /** @throws ProblemError `not-found` */
  read(id: ConnectionId): Promise<Connection>;
  list(options: { after?: string; limit: number }): Promise<Page<Connection>>;
  all(): AsyncIterable<Connection>;
  /**
   * A merge patch (RFC 7396). A new User, Scope, application or host voids the grant: epoch and tokenVersion count up,
   * the token set is deleted and the status becomes `unauthorized`, all in one step with the settings. A new password
   * of a Basic connection does the same, and makes it `authorized` again.
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (Basic, new host or port)
   */
  patch(id: ConnectionId, ifVersion: number, input: unknown): Promise<Connection>;
  /** @throws ProblemError `version-conflict`, `still-in-use` (connectors), `not-found` */
  delete(id: ConnectionId, ifVersion: number): Promise<void>;
  /** The password of a Basic connection, for the one sign-in that needs it. */
  password(id: ConnectionId): Promise<string | undefined>;
  /** Ids of the connectors bound to it. */
  connectors(id: ConnectionId): Promise<ConnectorId[]>;
  /** Ids of the connections of an application. */
  ofApplication(id: ApplicationId): Promise<ConnectionId[]>;
  /** Connections that share a mailbox key, as it stands in their records. */
  ofMailbox(key: MailboxKey): Promise<Connection[]>;
  /** Moves the connection from one mailbox's set to another's, after its mailbox key changed. */
  moveMailbox(id: ConnectionId, from: MailboxKey | undefined, to: MailboxKey | undefined): Promise<void>;
}

/** Builds the connections service. */
export function createConnections(deps: SetupDependencies): Connections {
  const { redis, vault, providers, listener, clock = systemClock } = deps;
  const store = connectionStore(redis);
  const applications = applicationStore(redis);
  const passwordPlace = (id: ConnectionId): string => `${keys.connection(id)}/${CONNECTION_FIELDS.password}`;

  const mustRead = async (id: ConnectionId): Promise<StoredRecord> => {
    const record = await store.read(id);
    if (!record) throw notFound('connection', id);
    return record;
  };
  const passwordOf = (id: ConnectionId, record: StoredRecord): string | undefined => {
    const sealed = record.fields.get(CONNECTION_FIELDS.password);
    return sealed && vault.open(sealed, passwordPlace(id));
  };
  const presetOf = async (id: ApplicationId): Promise<ProviderPreset> => {
    const record = await applications.read(id);
    if (!record) throw unknownReference('application', id);
    return providers[applicationOf(id, record, providers).settings.provider];
  };
  const fieldsOf = (id: ConnectionId, { settings, password }: CheckedConnection) => ({
    [CONNECTION_FIELDS.settings]: JSON.stringify(settings),
    [CONNECTION_FIELDS.password]:
      password === undefined ? undefined : vault.seal(password, passwordPlace(id)),
  });
  const refer = async (application: ApplicationId | undefined, id: ConnectionId): Promise<void> => {
    if (application !== undefined && !(await applications.refer(application, id)))
      throw unknownReference('application', application);
  };
  const unrefer = async (application: ApplicationId | undefined, id: ConnectionId): Promise<void> => {
    if (application !== undefined) await applications.unrefer(application, id);
  };

  const connections: Connections = {
    async create(input) {
      const without = isRecord(input) ? removedProtocols(input) : new Set<string>();
      const whole = isRecord(input) ? withoutKeys(input, without) : input;
      const checked = await checkedConnection(whole, { providers, presetOf, without });
      const { settings } = checked;
      const id = newConnectionId();
      await refer(settings.application, id);
      await moveConnection(redis, id, { to: mailboxKeyBeforeSignIn(settings) });
      await store.create(id, {
        ...fieldsOf(id, checked),
        ...voidedFields(settings),
        [CONNECTION_FIELDS.createdAt]: String(clock.now()),
        [CONNECTION_FIELDS.epoch]: '0',
        [CONNECTION_FIELDS.tokenVersion]: '0',
      });
      // Once more: the application may have been deleted between the reference and the record.
      await refer(settings.application, id).catch(async (gone) => {
        await store.delete(id, 1);
        throw gone;
      });
      await listener.connectionChanged(id);
      return connections.read(id);
    },
    read: async (id) => connectionOf(id, await mustRead(id)),
    list: (options) => readPage(store, options, connectionOf),
    all: () => readAll(store, connectionOf),

    async patch(id, ifVersion, input) {
      const record = await mustRead(id);
      refuseStale('connection', record.version, ifVersion);
      const before = connectionOf(id, record);
      const whole = await mergedInput(before.settings, passwordOf(id, record), input);
      const without = removedAfter(before.settings, whole, input);
      const checked = await checkedConnection(whole, { providers, presetOf, without });
      const { settings } = checked;
      refuseOldPassword(before.settings, checked, input);

      const changes = voidingChanges(before.settings, settings);
      const isVoid = changes.length > 0 || hasNewPassword(input);
      const why = reasonToSignInAgain(before, changes, settings.user);
      const isRebound = settings.application !== before.settings.application;
      if (isRebound) await refer(settings.application, id);
      if (isVoid) await moveConnection(redis, id, { to: mailboxKeyBeforeSignIn(settings) });
      const fields = { ...fieldsOf(id, checked), ...(isVoid && voidedFields(settings, why)) };
      const result = await store.replace(id, ifVersion, fields, isVoid ? VOID_COUNTS : []);
      if (result === 'missing' || result === 'stale') {
        const { version, settings: now } = connectionOf(id, await mustRead(id));
        if (isRebound && now.application !== settings.application) await unrefer(settings.application, id);
        throw problemError('version-conflict', {
          with: { what: 'connection', current: version, given: ifVersion },
        });
      }
      if (isRebound) await unrefer(before.settings.application, id);
      if (isVoid) await moveConnection(redis, id, { from: before.authorization.mailboxKey });
      await listener.connectionChanged(id);
      return connections.read(id);
    },

    async delete(id, ifVersion) {
      const { settings, authorization } = connectionOf(id, await mustRead(id));
      const exists = async (user: string): Promise<boolean> =>
        (await redis.exists(keys.connector(user as ConnectorId))) === 1;
      await deleteUnused(store, { id, version: ifVersion, what: 'connection' }, exists);
      await unrefer(settings.application, id);
      await moveConnection(redis, id, { from: authorization.mailboxKey });
      await redis.unlink(keys.newestSignIn(id), keys.refreshLock(id));
    },
    password: async (id) => passwordOf(id, await mustRead(id)),
    connectors: (id) => store.references(id) as Promise<ConnectorId[]>,
    ofApplication: (id) => applications.references(id) as Promise<ConnectionId[]>,
    ofMailbox: (key) => connectionsOfMailbox(redis, key),
    moveMailbox: (id, from, to) => moveConnection(redis, id, { from, to }),
  };

  /** What is stored, in the API's form, with the patch merged in; endpoints that were the old preset's follow a new application. */
  async function mergedInput(
    before: ConnectionSettings,
    password: string | undefined,
    patch: unknown,
  ): Promise<unknown> {
    if (!isRecord(patch)) return patch;
    const stored = connectionInput({ settings: before, password });
    if (before.application && patch.application !== undefined && patch.application !== before.application) {
      const old = await presetOf(before.application);
      for (const protocol of ['imap', 'smtp'] as const) {
        const [now, preset] = [before[protocol], old[protocol]];
        if (now && preset && now.host === preset.host && now.port === preset.port) delete stored[protocol];
      }
    }
    return mergePatch(stored, patch);
  }

  return connections;
}

/** Protocols for which no preset stands in: taken away by this patch, or before it. */
function removedAfter(before: ConnectionSettings, whole: unknown, patch: unknown): Set<string> {
  if (!isRecord(patch) || !isRecord(whole)) return new Set();
  const isSameApplication = whole.application === before.application;
  const earlier = (['imap', 'smtp'] as const).filter(
    (protocol) => isSameApplication && before[protocol] === undefined,
  );
  return new Set([...removedProtocols(patch), ...earlier]);
}

const hasNewPassword = (patch: unknown): boolean =>
  isRecord(patch) && isRecord(patch.basic) && patch.basic.password !== undefined;

/** @throws ProblemError `secret-needed-again` when the stored password would go to another host or port */
function refuseOldPassword(before: ConnectionSettings, after: CheckedConnection, patch: unknown): void {
  const [place] = addedPlaces(before, after.settings);
  if (after.password === undefined || place === undefined || hasNewPassword(patch)) return;
  throw problemError('secret-needed-again', {
    with: { secret: 'password', origin: place },
    fields: [{ path: '/basic/password', message: 'is needed again' }],
  });
}

const withoutKeys = (input: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name)));
