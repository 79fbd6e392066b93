/** A small world for the sending flows: fixed connections and connectors, the sandbox tenant's SMTP, a real spool and Redis. */
import path from 'node:path';
import { PROVIDERS } from '../../config/providers.js';
import { emailSend } from '../../connectors/email-send/index.js';
import type { MailContext } from '../../src/contract/connector-type.js';
import type { ConnectionId, ConnectorId, MailboxKey } from '../../src/contract/ids.js';
import { type ProblemError, problemError } from '../../src/contract/problem.js';
import type { ProviderLimits } from '../../src/contract/provider.js';
import { createDrain, type Drain, type DrainDeps } from '../../src/send/drain.js';
import { createOutbox, type Outbox } from '../../src/send/outbox.js';
import { createOutboxReconciler, type OutboxReconciler } from '../../src/send/reconcile.js';
import type { Connection, Connector, ConnectorHealthRecord } from '../../src/setup/model.js';
import type { FileSystem } from '../../src/storage/file-system.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { openSpool, type Spool } from '../../src/storage/spool.js';
import { createWakeUpQueue, type WakeUpQueue } from '../../src/storage/wake-up-queue.js';
import { startWorker, type WakeUpWorker } from '../../src/storage/wake-up-worker.js';
import { silentLog } from '../../src/telemetry/log.js';

export const LIFTED: ProviderLimits = {
  smtpConnections: 3,
  messagesPerMinute: 1_000_000,
  recipientsPerDay: 1_000_000_000,
  recipientsPerMessage: 500,
  messageBytes: 35 * 1024 * 1024,
};

/** What a world, in this process or another one, is built from; plain data. */
export interface WorldPlan {
  redisUrl: string;
  directory: string;
  smtp: { host: string; port: number };
  user: string;
  accessToken: string;
  settings: Record<string, unknown>;
  leaseMs?: number;
  /** A stand-in for the file system, in this process only. */
  fs?: FileSystem;
}

export interface World {
  storage: RedisStorage;
  spool: Spool;
  queue: WakeUpQueue;
  outbox: Outbox;
  drain: Drain;
  reconciler: OutboxReconciler;
  connection: Connection;
  connector: Connector;
  /** Connections of other mailboxes; the test adds them. */
  others: Connection[];
  health: ConnectorHealthRecord;
  /** Tokens handed out by credentials(); the test may replace it. */
  token: { accessToken: string; version: number };
  /** What a refused token leads to; the test sets it. */
  refresh: { make(rejected: number): Promise<void> };
  /** What opening the mail context throws; the test sets it. */
  refuse: { with: ProblemError | undefined };
  work(): WakeUpWorker;
  close(): Promise<void>;
}

const connectionId = 'con_flow' as ConnectionId;
const connectorId = 'ctr_flow' as ConnectorId;
export const mailboxKey = 'mbx_flow' as MailboxKey;

export async function openWorld(plan: WorldPlan): Promise<World> {
  const storage = await openRedis(plan.redisUrl);
  const spool = await openSpool({
    directory: path.join(plan.directory, 'spool'),
    log: silentLog,
    ...(plan.fs && { fs: plan.fs }),
  });
  const queue = createWakeUpQueue(storage, 'send');
  const connection: Connection = {
    id: connectionId,
    version: 1,
    settings: {
      name: 'flow',
      authentication: 'oauth2',
      user: plan.user,
      scope: [],
      grant: 'authorizationCode',
      tokenMode: 'getAndRefresh',
      smtp: { ...plan.smtp, tlsType: 'None' },
    },
    epoch: 1,
    tokenVersion: 1,
    authorization: {
      status: 'authorized',
      grantedScope: ['https://outlook.office.com/SMTP.Send'],
      mailboxKey,
      saslUser: plan.user,
      authenticatedUser: plan.user,
    },
    createdAt: 0,
  };
  const connector: Connector = {
    id: connectorId,
    version: 1,
    name: 'flow send',
    type: 'email-send',
    connection: connectionId,
    enabled: true,
    settings: { retryInterval: '1s', limits: LIFTED, ...plan.settings },
    health: { failures: 0 },
    createdAt: 0,
  };
  const health: ConnectorHealthRecord = { failures: 0 };
  const others: Connection[] = [];
  const token = { accessToken: plan.accessToken, version: 1 };
  const refuse: World['refuse'] = { with: undefined };
  const refresh: World['refresh'] = { make: async () => undefined };
  const connections = {
    read: async (id: ConnectionId) => {
      if (id !== connectionId) throw problemError('not-found', { with: { what: 'connection', id } });
      return structuredClone(connection);
    },
    connectors: async () => [connectorId],
    ofMailbox: async () => [structuredClone(connection)],
    async *all() {
      yield structuredClone(connection);
      yield* structuredClone(others);
    },
  };
  const connectors = {
    read: async (id: ConnectorId) => {
      if (id !== connectorId) throw problemError('not-found', { with: { what: 'connector', id } });
      return structuredClone(connector);
    },
    typeOf: () => emailSend,
    recordHealth: async (_id: ConnectorId, patch: Partial<ConnectorHealthRecord>) => {
      Object.assign(health, patch);
    },
  };
  const common = {
    redis: storage.client,
    spool,
    connections,
    connectors,
    presetOf: async () => PROVIDERS['exchange-online'],
    log: silentLog,
  };
  const mailContext: DrainDeps['mailContext'] = async (from, id, { signal }): Promise<MailContext> => {
    if (refuse.with) throw refuse.with;
    return {
      connection: from.id,
      connector: id,
      user: from.settings.user,
      authenticatedUser: from.settings.user,
      imap: undefined,
      smtp: from.settings.smtp,
      limits: LIFTED,
      async credentials({ rejected } = {}) {
        if (rejected !== undefined) await refresh.make(rejected);
        return { kind: 'xoauth2', user: from.settings.user, ...token };
      },
      resolve: async (host) => host,
      log: silentLog,
      signal,
    };
  };
  const drain = createDrain({
    ...common,
    mailContext,
    ...(plan.leaseMs !== undefined && { leaseMs: plan.leaseMs }),
  });
  const workers: WakeUpWorker[] = [];
  return {
    storage,
    spool,
    queue,
    outbox: createOutbox({ ...common, queue }),
    drain,
    reconciler: createOutboxReconciler({ ...common, queue, retentionMs: 86_400_000 }),
    connection,
    connector,
    others,
    health,
    token,
    refresh,
    refuse,
    work() {
      const worker = startWorker(storage, 'send', {
        concurrency: 5,
        handle: drain.handle,
        onCrash: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
      });
      workers.push(worker);
      return worker;
    },
    async close() {
      drain.stop();
      await Promise.all(workers.map((worker) => worker.close(2_000)));
      await queue.close();
      await spool.close();
      await storage.close();
    },
  };
}
