/** A small world for the receiving flows: fixed connection and connectors, the sandbox tenant's IMAP, real Redis; for this process or another one. */
import { Value } from 'typebox/value';
import { PROVIDERS } from '../../config/providers.js';
import { emailReceive } from '../../connectors/email-receive/index.js';
import { parseHeaders, parseMessage } from '../../connectors/mail/parse.js';
import { systemClock } from '../../src/contract/clock.js';
import type { MailContext } from '../../src/contract/connector-type.js';
import type { ConnectionId, ConnectorId, MailboxKey } from '../../src/contract/ids.js';
import { problemError } from '../../src/contract/problem.js';
import { createOutgoing } from '../../src/outgoing/outgoing.js';
import { createInboundMessages, type InboundMessages } from '../../src/receive/inbound-messages.js';
import { createLedgers, type Ledgers } from '../../src/receive/ledger.js';
import { createReceiveHandler, type ReceiveHandler } from '../../src/receive/receive-handler.js';
import type { Connections } from '../../src/setup/connections.js';
import type { Connectors } from '../../src/setup/connectors.js';
import type { Connection, Connector, ConnectorHealthRecord } from '../../src/setup/model.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createWakeUpQueue, type WakeUpQueue } from '../../src/storage/wake-up-queue.js';
import { startWorker, type WakeUpWorker } from '../../src/storage/wake-up-worker.js';
import { silentLog } from '../../src/telemetry/log.js';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;
export const mailboxKey = 'mbx_flow' as MailboxKey;
const connectionId = 'con_flow' as ConnectionId;

/** What a world is built from; plain data. */
export interface WorldPlan {
  redisUrl: string;
  imap: { host: string; port: number };
  user: string;
  accessToken: string;
  connectors: Record<string, Record<string, unknown>>;
  webhookDeadlineMs?: number;
  leaseMs?: number;
}

export interface World {
  storage: RedisStorage;
  handler: ReceiveHandler;
  ledgers: Ledgers;
  inbound: InboundMessages;
  connection: Connection;
  /** May be changed by the test: settings, enabled. */
  connectors: Record<string, Connector>;
  /** Handed out by credentials(); `refresh` is what a refused one leads to. */
  token: { accessToken: string; version: number; refresh(): Promise<string> };
  /** One run. @returns when it wants to be woken next */
  poll(connector?: string): Promise<number | undefined>;
  health(connector?: string): ConnectorHealthRecord;
  queue: WakeUpQueue;
  work(): WakeUpWorker;
  close(): Promise<void>;
}

export function openWorld(plan: WorldPlan): Promise<World> {
  return openRedis(plan.redisUrl).then((storage) => build(plan, storage));
}

function build(plan: WorldPlan, storage: RedisStorage): World {
  const outgoing = createOutgoing({ allowPrivateNetworks: true });
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
      imap: { ...plan.imap, tlsType: 'None' },
    },
    epoch: 1,
    tokenVersion: 1,
    authorization: {
      status: 'authorized',
      grantedScope: ['https://outlook.office.com/IMAP.AccessAsUser.All'],
      mailboxKey,
      saslUser: plan.user,
      authenticatedUser: plan.user,
    },
    createdAt: 0,
  };
  const all: Record<string, Connector> = {};
  for (const [id, settings] of Object.entries(plan.connectors)) {
    all[id] = {
      id: id as ConnectorId,
      version: 1,
      name: id,
      type: 'email-receive',
      connection: connectionId,
      enabled: true,
      settings: Value.Default(emailReceive.settings, structuredClone(settings)) as Record<string, unknown>,
      health: { failures: 0 },
      createdAt: 0,
    };
  }
  const first = Object.keys(all)[0] ?? '';
  const connector = (id: string): Connector => {
    const found = all[id];
    if (!found) throw problemError('not-found', { with: { what: 'connector', id } });
    return found;
  };
  const connections = {
    read: async () => connection,
    connectors: async () => Object.keys(all),
    ofMailbox: async () => [connection],
  } as unknown as Connections;
  const connectors = {
    read: async (id: ConnectorId) => structuredClone(connector(id)),
    settingsWithSecrets: async (id: ConnectorId) => connector(id).settings,
    typeOf: () => emailReceive,
    recordHealth: async (id: ConnectorId, patch: Partial<ConnectorHealthRecord>) => {
      Object.assign(connector(id).health, patch);
    },
    async *all() {
      yield* Object.values(all);
    },
  } as unknown as Connectors;
  const token: World['token'] = {
    accessToken: plan.accessToken,
    version: 1,
    refresh: () => Promise.reject(problemError('not-signed-in', { with: { user: plan.user } })),
  };
  const deps = {
    redis: storage.client,
    connections,
    connectors,
    dispatcher: outgoing.dispatcher,
    parser: { parseMessage, parseHeaders },
    log: silentLog,
    clock: systemClock,
    ...(plan.leaseMs !== undefined && { lease: { leaseMs: plan.leaseMs } }),
    ...(plan.webhookDeadlineMs !== undefined && { webhookDeadlineMs: plan.webhookDeadlineMs }),
    mailContext: (_: Connection, id: ConnectorId, { signal }: { signal: AbortSignal }): MailContext => ({
      connection: connectionId,
      connector: id,
      user: plan.user,
      authenticatedUser: plan.user,
      imap: connection.settings.imap,
      smtp: undefined,
      limits: PROVIDERS['exchange-online'].limits,
      async credentials({ rejected } = {}) {
        if (rejected !== undefined && rejected === token.version) {
          token.accessToken = await token.refresh();
          token.version += 1;
        }
        return {
          kind: 'xoauth2',
          user: plan.user,
          accessToken: token.accessToken,
          version: token.version,
        };
      },
      resolve: async (host) => host,
      log: silentLog,
      signal,
    }),
  };
  const handler = createReceiveHandler(deps);
  const queue = createWakeUpQueue(storage, 'receive');
  return {
    storage,
    handler,
    ledgers: createLedgers(storage.client),
    inbound: createInboundMessages(deps),
    connection,
    connectors: all,
    token,
    poll: (id = first) => handler(id, new AbortController().signal),
    health: (id = first) => connector(id).health,
    queue,
    work: () =>
      startWorker(storage, 'receive', {
        concurrency: 5,
        handle: handler,
        onCrash: (error) => process.stderr.write(`${error}\n`),
      }),
    async close() {
      await queue.close();
      await outgoing.close();
      await storage.close();
    },
  };
}
