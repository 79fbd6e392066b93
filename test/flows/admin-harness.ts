/** The admin API on a real Redis with the real setup services; sign-in, sending and receiving are pretended, and write down what they were asked. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import { parseMessage } from '../../connectors/mail/parse.js';
import { createEventFeed } from '../../src/activity/event-feed.js';
import { createEventLog } from '../../src/activity/event-log.js';
import { createOverview } from '../../src/activity/overview.js';
import { createStatistics } from '../../src/activity/statistics.js';
import { createAdminApi } from '../../src/admin/admin-api.js';
import type { AdminDependencies, TransferService } from '../../src/admin/dependencies.js';
import { createAlerts } from '../../src/alerts/alerts.js';
import { createAuditTrail } from '../../src/audit/audit-trail.js';
import type { ApplicationId, ConnectionId, MessageId } from '../../src/contract/ids.js';
import type { MessageView } from '../../src/contract/message.js';
import { problemError } from '../../src/contract/problem.js';
import { createOpenMessage } from '../../src/messages/open-message.js';
import type { WaitingDevice } from '../../src/oauth/device/device-attempts.js';
import { createTokenStore } from '../../src/oauth/token-store.js';
import { createPeopleServices } from '../../src/people/people-services.js';
import { createInboundRecords } from '../../src/receive/inbound-records.js';
import { createMailboxBudgets } from '../../src/send/mailbox-budgets.js';
import { createOutboxIndex } from '../../src/send/outbox-index.js';
import { createAlertChannels } from '../../src/setup/alert-channels.js';
import { createApplications } from '../../src/setup/applications.js';
import { createConnections } from '../../src/setup/connections.js';
import { createConnectors } from '../../src/setup/connectors.js';
import { createWarnings } from '../../src/setup/warnings.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import type { Log } from '../../src/telemetry/log.js';
import { createSetupExport } from '../../src/transfer/export-setup.js';
import { sealedFile } from '../../src/transfer/grant-file.js';
import { createSetupImport } from '../../src/transfer/import-setup.js';
import { createMissingSecrets } from '../../src/transfer/missing-secrets.js';
import { createReseal } from '../../src/transfer/reseal.js';
import { keysIn, startRedis } from '../servers/redis.js';

export const ADMIN_KEY = 'environment-admin-key-0123456789';
export const PASSWORD = 'correct horse battery';
export const TENANT = '11111111-2222-3333-4444-555555555555';
export const PUBLIC_URL = 'http://localhost:8025';

export interface Harness {
  app: FastifyInstance;
  deps: AdminDependencies;
  storage: RedisStorage;
  /** What the pretended services were asked. */
  asked: { what: string; with: unknown }[];
  /** Lines logged. */
  lines: { level: string; fields: Record<string, unknown>; message: string }[];
  /** Calls as the environment's admin, unless headers say otherwise. */
  call(
    method: InjectOptions['method'],
    url: string,
    more?: Omit<InjectOptions, 'method' | 'url'>,
  ): Promise<LightMyRequestResponse>;
  stop(): Promise<void>;
}

export const messageOf = (over: Partial<MessageView> = {}): MessageView => ({
  id: 'msg_1' as MessageId,
  connector: 'ctr_1' as MessageView['connector'],
  connection: 'con_1' as ConnectionId,
  direction: 'outbound',
  status: 'queued',
  createdAt: Date.UTC(2026, 0, 1),
  messageId: '<a@b>',
  from: 'ada@contoso.example',
  to: ['bob@contoso.example'],
  subject: 'Hello',
  size: 10,
  attempts: 1,
  log: [{ at: Date.UTC(2026, 0, 1), status: 'queued', reply: '250 2.0.0 OK' }],
  ...over,
});

export async function startHarness(
  over: (deps: AdminDependencies) => Partial<AdminDependencies> = () => ({}),
): Promise<Harness> {
  const redis = await startRedis();
  const storage = await openRedis(redis.url);
  const asked: Harness['asked'] = [];
  const lines: Harness['lines'] = [];
  const note = (what: string, given: unknown): void => void asked.push({ what, with: given });
  const setup = {
    redis: storage.client,
    vault: createVault([randomBytes(32)]),
    providers: PROVIDERS,
    connectorTypes,
    listener: {
      connectionChanged: async () => {},
      connectorChanged: async () => {},
      applicationChanged: async (id: ApplicationId) => missingSecrets.applicationChanged(id),
    },
  };
  const log: Log = {
    child: () => log,
    ...Object.fromEntries(
      ['debug', 'info', 'warn', 'error', 'fatal'].map((level) => [
        level,
        (fields: Record<string, unknown>, message: string) => lines.push({ level, fields, message }),
      ]),
    ),
  } as unknown as Log;
  const noMessage = (id: string) => problemError('not-found', { with: { what: 'message', id } });
  const services = {
    applications: createApplications(setup),
    connections: createConnections(setup),
    connectors: createConnectors(setup),
  };
  const alertChannels = createAlertChannels(setup);
  const deps: AdminDependencies = {
    ...services,
    providers: PROVIDERS,
    connectorTypes,
    overview: createOverview({
      redis: storage.client,
      connectorTypes,
      outbox: createOutboxIndex(storage.client),
      inbox: createInboundRecords(storage.client),
    }),
    events: createEventLog({ redis: storage.client }),
    eventFeed: createEventFeed({
      events: createEventLog({ redis: storage.client }),
      connect: storage.forReader,
      log,
    }),
    statistics: createStatistics({ redis: storage.client }),
    mailboxBudgets: createMailboxBudgets({
      ...services,
      redis: storage.client,
      presetOf: async () => PROVIDERS['exchange-online'],
    }),
    alertChannels,
    alerts: createAlerts({
      ...services,
      redis: storage.client,
      providers: PROVIDERS,
      service: [],
      channels: alertChannels,
      outbox: {
        accept: async (connector, draft) => deps.outbox.accept(connector, draft),
        read: async (id) => deps.outbox.read(id),
      },
      outgoing: {
        async fetch(url, init) {
          note('posted', { url: String(url), body: String(init?.body) });
          return new Response(null, { status: 204 });
        },
      },
      publicUrl: PUBLIC_URL,
      log,
    }),
    warnings: createWarnings({ providers: PROVIDERS }),
    signIn: {
      async authorizationUrl(id, options) {
        await deps.connections.read(id);
        note('authorizationUrl', { id, ...options });
        return 'https://login.example/authorize?state=s&login_hint="ada"';
      },
      async finish(request) {
        note('finish', { parameters: request.parameters.toString(), binding: request.binding });
        return { kind: 'admin-consented' };
      },
      async exchange(id, answer) {
        note('exchange', { id, ...answer });
        return { kind: 'signed-in', connection: id, user: 'ada@contoso.example' };
      },
    },
    async signOut(id) {
      note('signOut', id);
      return { outcome: 'not-offered' };
    },
    refreshNow: async (id) => note('refreshNow', id),
    async pasteTokens(id, tokens) {
      note('pasteTokens', { id, ...tokens });
      return { user: undefined };
    },
    deviceSignIn: {
      async start(id) {
        note('device', id);
        return waitingDevice();
      },
      read: async () => waitingDevice(),
    },
    async adminConsent(id, options) {
      note('adminConsent', { id, ...options });
      return 'https://login.example/adminconsent';
    },
    outbox: {
      async accept(connector, draft, options) {
        note('accept', { connector, draft, ...options });
        return { id: 'msg_1' as MessageId, status: 'queued', messageId: '<a@b>' };
      },
      nextDueAt: async () => Date.parse('2030-01-02T03:04:05.000Z'),
      read: async (id) => (id === 'msg_1' ? messageOf() : undefined),
      source: async () => Buffer.from('Subject: Hello\r\n\r\nHello.\r\n'),
      list: async (_connector, { status, after }) => ({
        items: status === undefined || status === 'queued' ? [messageOf()] : [],
        next: after === undefined ? 'msg_1' : undefined,
      }),
      connectionChanged: async (id) => note('connectionChanged', id),
      async cancel(id, by) {
        note('cancel', { id, by });
        return messageOf({ status: 'cancelled' });
      },
      async retry(id) {
        throw problemError('not-in-that-status', { with: { id, status: 'sent', operation: 'retried' } });
      },
    },
    inbox: {
      list: async () => ({ items: [], next: undefined }),
      async read(id) {
        throw noMessage(id);
      },
      async source(id) {
        throw noMessage(id);
      },
      async redeliver(id, by) {
        note('redeliver', { id, by });
        return messageOf({ direction: 'inbound', status: 'delivered' });
      },
    },
    listMessages: async ({ statuses, after }) => ({
      items: statuses === undefined || statuses.has('queued') ? [messageOf()] : [],
      next: after === undefined ? { at: 1, id: 'msg_1' } : undefined,
    }),
    openMessage: createOpenMessage({
      outbox: {
        read: (id) => deps.outbox.read(id),
        source: (id) => deps.outbox.source(id),
      },
      inbox: {
        read: (id) => deps.inbox.read(id),
        source: (id, signal) => deps.inbox.source(id, signal),
      },
      parser: { parseMessage },
    }),
    runNow: async (id) => note('runNow', id),
    async testConnection(id, { onStep }) {
      await deps.connections.read(id);
      note('testConnection', id);
      onStep({ step: 'resolve', protocol: 'imap', status: 'ok', durationMs: 1, detail: 'found' });
      return { finished: Promise.resolve('ok') };
    },
    async testConnector(id, { onStep }) {
      await deps.connectors.read(id);
      note('testConnector', id);
      onStep({ step: 'resolve', protocol: 'smtp', status: 'ok', durationMs: 1, detail: 'found' });
      return { finished: Promise.resolve('ok') };
    },
    transfer: {} as TransferService,
    audit: createAuditTrail({ redis: storage.client, log, retentionMs: 86_400_000 }),
    redis: storage.client,
    log,
    readiness: async () => [{ name: 'redis', ok: true }],
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    publicUrl: PUBLIC_URL,
    apiKey: ADMIN_KEY,
    ...createPeopleServices({ redis: storage.client, adminPassword: PASSWORD, publicUrl: PUBLIC_URL, log }),
  };
  const { applications, connections, connectors } = deps;
  const missingSecrets = createMissingSecrets({ applications, tokenStore: createTokenStore(setup) });
  deps.transfer = {
    reseal: createReseal(setup),
    async exportGrant(id, options) {
      note('exportGrant', { id, ...options });
      return { file: await sealedFile({ refreshToken: 'never shown' }, options.passphrase), warnings: [] };
    },
    async importGrant(id, options) {
      note('importGrant', { id, ...options });
      return { user: 'ada@contoso.example' };
    },
    exportSetup: createSetupExport({
      ...{ redis: storage.client, applications, connections, connectors, alertChannels },
    }),
    importSetup: createSetupImport({
      ...{ applications, connections, connectors, alertChannels },
      ...{ connectorTypes, providers: PROVIDERS },
      missingSecrets,
    }),
  };
  Object.assign(deps, over(deps));
  await deps.firstAdmin.prepare();
  const app = await createAdminApi(deps);
  return {
    app,
    deps,
    storage,
    asked,
    lines,
    call: (method, url, more = {}) =>
      app.inject({
        method,
        url,
        ...more,
        headers: { authorization: `Bearer ${ADMIN_KEY}`, ...more.headers },
      }),
    async stop() {
      await app.close();
      deps.eventFeed.close();
      await deps.alerts.close();
      await storage.close();
      await redis.stop();
    },
  };
}

export const applicationInput = (over: object = {}) => ({
  name: 'Contoso',
  provider: 'exchange-online',
  tenant: TENANT,
  clientId: 'client',
  clientAuth: { method: 'clientSecret', clientSecret: 'client-secret-8Qx' },
  ...over,
});

export async function newConnection(
  { call }: Harness,
  over: object = {},
): Promise<{ id: string; application: string }> {
  const application = await call('POST', '/api/v1/applications', { payload: applicationInput() });
  const connection = await call('POST', '/api/v1/connections', {
    payload: { name: 'Ada', application: application.json().id, user: 'ada@contoso.example', ...over },
  });
  return { id: connection.json().id, application: application.json().id };
}

/** Every key and value that Redis holds, as one text. */
export async function everythingStored({ storage }: Harness): Promise<string> {
  const { client } = storage;
  const read: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => client.get(key),
    hash: (key) => client.hgetall(key),
    set: (key) => client.smembers(key),
    zset: (key) => client.zrange(key, '0', '-1'),
    stream: (key) => client.xrange(key, '-', '+'),
  };
  const found: unknown[] = [];
  for (const key of await keysIn(client)) {
    const type = await client.type(key);
    // A lease that was let go meanwhile.
    if (type === 'none') continue;
    const reader = read[type];
    if (!reader) throw new Error(`nobody searches a ${type}`);
    found.push(key, await reader(key));
  }
  return JSON.stringify(found);
}

const waitingDevice = (): WaitingDevice => ({
  id: 'one',
  state: 'waiting',
  deviceCode: 'never shown',
  userCode: 'ABCD-EFGH',
  verificationUri: 'https://login.example/device',
  intervalMs: 5_000,
  expiresAt: Date.parse('2030-01-02T03:04:05.000Z'),
  nextPollAt: 0,
  startedAt: Date.parse('2030-01-02T03:00:00.000Z'),
  failures: 0,
  epoch: 0,
});
