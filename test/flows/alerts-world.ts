/** Alerts on a real Redis with the real setup services and real webhooks; records are written as workers write them, and the time is the test's. */
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import type { AlertView } from '../../src/alerts/alert-view.js';
import { type Alerts, createAlerts } from '../../src/alerts/alerts.js';
import type { ApplicationId, ConnectionId, ConnectorId } from '../../src/contract/ids.js';
import { problemError } from '../../src/contract/problem.js';
import { createOutgoing } from '../../src/outgoing/outgoing.js';
import { type AlertChannels, createAlertChannels } from '../../src/setup/alert-channels.js';
import { type Applications, createApplications } from '../../src/setup/applications.js';
import { type Connections, createConnections } from '../../src/setup/connections.js';
import { type Connectors, createConnectors } from '../../src/setup/connectors.js';
import { type Authorization, CONNECTION_FIELDS } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import type { Log } from '../../src/telemetry/log.js';
import type { WebhookReceiver } from '../servers/webhook-receiver.js';

export const PUBLIC_URL = 'https://mail.contoso.example';

/** What a world, in this process or another one, is opened with; plain data. */
export interface WorldPlan {
  redisUrl: string;
  /** base64 */
  secretKey: string;
  leaseMs?: number;
}

export interface AlertsWorld {
  storage: RedisStorage;
  applications: Applications;
  connections: Connections;
  connectors: Connectors;
  channels: AlertChannels;
  alerts: Alerts;
  /** ms since the epoch */
  readonly now: number;
  /** Lines logged. */
  lines: { level: string; message: string }[];
  /** One look, and the deliveries that follow from it, as far as they can be made now. */
  look(): Promise<void>;
  /** Moves the clock on, and looks. */
  after(ms: number): Promise<void>;
  application(name?: string): Promise<ApplicationId>;
  /** Signed in. */
  connection(application: ApplicationId, user: string): Promise<ConnectionId>;
  authorize(connection: ConnectionId, patch: Partial<Authorization>): Promise<void>;
  receiver(connection: ConnectionId, name?: string): Promise<ConnectorId>;
  webhookChannel(hook: WebhookReceiver, over?: object): Promise<string>;
  open(): Promise<AlertView[]>;
  close(): Promise<void>;
}

/** @param move moves the time on, by ms; receivers look at it too, since a signature is good for minutes */
export async function openAlertsWorld(
  plan: WorldPlan,
  move: (ms: number) => void = () => undefined,
): Promise<AlertsWorld> {
  const storage = await openRedis(plan.redisUrl);
  const redis = storage.client;
  const setup = {
    redis,
    vault: createVault([Buffer.from(plan.secretKey, 'base64')]),
    providers: PROVIDERS,
    connectorTypes,
    listener: {
      connectionChanged: async () => {},
      connectorChanged: async () => {},
      applicationChanged: async () => {},
    },
  };
  const applications = createApplications(setup);
  const connections = createConnections(setup);
  const connectors = createConnectors(setup);
  const channels = createAlertChannels(setup);
  const lines: AlertsWorld['lines'] = [];
  const log = {
    child: () => log,
    ...Object.fromEntries(
      ['debug', 'info', 'warn', 'error', 'fatal'].map((level) => [
        level,
        (_facts: object, message: string) => lines.push({ level, message }),
      ]),
    ),
  } as unknown as Log;
  const outgoing = createOutgoing({ allowPrivateNetworks: true });
  const alerts = createAlerts({
    ...{ redis, applications, connections, connectors, channels, outgoing, log },
    providers: PROVIDERS,
    service: [],
    outbox: {
      accept: async (id) => {
        throw problemError('not-found', { with: { what: 'connector', id } });
      },
      read: async () => undefined,
    },
    publicUrl: PUBLIC_URL,
    ...(plan.leaseMs !== undefined && { leaseMs: plan.leaseMs }),
  });

  /** Nothing is on its way any more: told, or failed and waiting for its time. */
  const settled = async (): Promise<void> => {
    for await (const channel of channels.all()) {
      for (;;) {
        const { delivery } = await alerts.view(channel);
        const isHeld = await redis.exists(keys.alertDeliveryLease(channel.id));
        const isDue = delivery.waiting > 0 && Date.parse(delivery.nextAttemptAt ?? '') > Date.now();
        if (!isHeld && (delivery.waiting === 0 || isDue || !channel.settings.enabled)) break;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  };
  const world: AlertsWorld = {
    ...{ storage, applications, connections, connectors, channels, alerts, lines },
    get now() {
      return Date.now();
    },
    async look() {
      await alerts.run(new AbortController().signal);
      await settled();
    },
    async after(ms) {
      move(ms);
      await world.look();
    },
    async application(name = 'Contoso') {
      const { id } = await applications.create({
        ...{ name, provider: 'exchange-online', tenant: '11111111-2222-3333-4444-555555555555' },
        ...{ clientId: 'c', clientAuth: { method: 'clientSecret', clientSecret: 'client-secret-8Qx' } },
      });
      return id;
    },
    async connection(application, user) {
      const { id } = await connections.create({ name: user, application, user });
      await world.authorize(id, { status: 'authorized' });
      return id;
    },
    async authorize(id, patch) {
      const { authorization } = await connections.read(id);
      const { problem: _, refreshProblem: __, ...kept } = authorization;
      const written = JSON.stringify({ ...kept, ...patch });
      await redis.hset(keys.connection(id), CONNECTION_FIELDS.authorization, written);
    },
    async receiver(connection, name = 'Orders in') {
      const { id } = await connectors.create({
        ...{ name, type: 'email-receive', connection },
        settings: { schedule: { every: '12h' }, destination: { type: 'directory', path: '/tmp/inbox' } },
      });
      await connectors.recordHealth(id, { lastRunAt: Date.now(), lastSuccessAt: Date.now() });
      return id;
    },
    async webhookChannel({ url, secret }, over = {}) {
      const { id } = await channels.create({ name: 'On call', type: 'webhook', url, secret, ...over });
      return id;
    },
    open: async () => (await alerts.list({ status: 'open', limit: 200 })).items,
    async close() {
      await alerts.close();
      await outgoing.close();
      await storage.close();
    },
  };
  return world;
}
