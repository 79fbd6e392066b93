/** The record stores of setup, what its services are made from, and the refusals that they share. */
import type { Clock } from '../contract/clock.js';
import type { ConnectorType } from '../contract/connector-type.js';
import type { AlertChannelId, ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import { type ProblemError, problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import { createRecordStore, type RecordStore } from '../storage/records.js';
import type { RedisClient } from '../storage/redis.js';
import type { Vault } from '../storage/vault.js';
import type { ChangeListener } from './model.js';
import type { Providers } from './preset.js';

/** What createApplications, createConnections and createConnectors take. */
export interface SetupDependencies {
  redis: RedisClient;
  vault: Vault;
  /** Presets (config/providers), handed in as data. */
  providers: Providers;
  /** Every connector type there is. */
  connectorTypes: readonly ConnectorType[];
  /** Told of every change after it is stored. */
  listener: ChangeListener;
  clock?: Clock;
}

export const applicationStore = (redis: RedisClient): RecordStore<ApplicationId> =>
  ofKind(
    'app',
    createRecordStore(redis, {
      index: keys.applications,
      record: keys.application,
      references: keys.applicationConnections,
    }),
  );

export const connectionStore = (redis: RedisClient): RecordStore<ConnectionId> =>
  ofKind(
    'con',
    createRecordStore(redis, {
      index: keys.connections,
      record: keys.connection,
      references: keys.connectionConnectors,
    }),
  );

export const connectorStore = (redis: RedisClient): RecordStore<ConnectorId> =>
  ofKind(
    'ctr',
    createRecordStore(redis, {
      index: keys.connectors,
      record: keys.connector,
      references: keys.connectorUsers,
    }),
  );

export const alertChannelStore = (redis: RedisClient): RecordStore<AlertChannelId> =>
  ofKind(
    'ach',
    createRecordStore(redis, {
      index: keys.alertChannels,
      record: keys.alertChannel,
      references: keys.alertChannelUsers,
    }),
  );

/**
 * Keeps a store to ids of its own kind. Record keys are `mg:{<id>}` for every kind, so the id of a connection handed to
 * the store of applications would otherwise find a record, and delete it.
 */
function ofKind<Id extends string>(prefix: string, store: RecordStore<Id>): RecordStore<Id> {
  const isOurs = (id: string): boolean => id.startsWith(`${prefix}_`) && /^\w+$/.test(id);
  return {
    ...store,
    read: async (id) => (isOurs(id) ? store.read(id) : undefined),
    readText: async (id, fields) => (isOurs(id) ? store.readText(id, fields) : undefined),
    replace: async (id, ...change) => (isOurs(id) ? store.replace(id, ...change) : 'missing'),
    delete: async (id, version) => (isOurs(id) ? store.delete(id, version) : 'missing'),
    refer: async (id, by) => isOurs(id) && store.refer(id, by),
    references: async (id) => (isOurs(id) ? store.references(id) : []),
  };
}

export const notFound = (what: string, id: string): ProblemError =>
  problemError('not-found', { with: { what, id } });

export const unknownReference = (what: string, id: string): ProblemError =>
  problemError('unknown-reference', {
    with: { what, id },
    fields: [{ path: `/${what}`, message: `there is no such ${what}` }],
  });

/** @throws ProblemError `version-conflict` when the versions differ */
export function refuseStale(what: string, current: number, given: number): void {
  if (current !== given) throw problemError('version-conflict', { with: { what, current, given } });
}

/**
 * Deletes a record that nothing uses. A reference whose user is gone (a crash between two steps left it) is dropped.
 * @param options `exists`: whether a user of the record is still there
 * @throws ProblemError `not-found`, `version-conflict`, `still-in-use`
 */
export async function deleteUnused<Id extends string>(
  store: RecordStore<Id>,
  { id, version, what }: { id: Id; version: number; what: string },
  exists: (user: string) => Promise<boolean>,
): Promise<void> {
  for (;;) {
    const result = await store.delete(id, version);
    if (result === 'deleted') return;
    const record = await store.read(id);
    if (!record || result === 'missing') throw notFound(what, id);
    if (result === 'stale') {
      refuseStale(what, record.version, version);
      continue;
    }
    const users = await store.references(id);
    const alive: string[] = [];
    for (const user of users) {
      if (await exists(user)) alive.push(user);
      else await store.unrefer(id, user);
    }
    if (alive.length > 0) throw problemError('still-in-use', { with: { what, users: alive.join(', ') } });
  }
}
