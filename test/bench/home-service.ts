/** The service as it ships, with thousands of connectors and a hundred thousand messages: written straight into its Redis and spool, since accepting and fetching them would take longer than what is measured. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import { addToDay, type DayCounts, latencyField, problemField } from '../../src/activity/day-counts.js';
import { createEventLog } from '../../src/activity/event-log.js';
import { COUNTED } from '../../src/activity/hourly-counts.js';
import { dayOf, HOURS_A_DAY, hourOf } from '../../src/activity/hours.js';
import { type ConnectionId, type ConnectorId, type MessageId, newMessageId } from '../../src/contract/ids.js';
import { problem } from '../../src/contract/problem.js';
import { createTokenStore } from '../../src/oauth/token-store.js';
import { type InboundRecord, recordJson } from '../../src/receive/inbound-record.js';
import { inboundMessageId } from '../../src/receive/message-id.js';
import { createApplications } from '../../src/setup/applications.js';
import { createConnections } from '../../src/setup/connections.js';
import { createConnectors } from '../../src/setup/connectors.js';
import { accountMailboxKey } from '../../src/setup/model.js';
import { type CountedOf, keys } from '../../src/storage/keys.js';
import { openRedis, type RedisClient } from '../../src/storage/redis.js';
import { encodedMessage } from '../../src/storage/spool-file.js';
import { createVault } from '../../src/storage/vault.js';
import { startServiceProcess, type TestService } from '../servers/service.js';
import { inLanes } from './in-lanes.js';

export const HOME = {
  connections: 500,
  /** Half receive and half send; each connection has as many of them. */
  connectors: 2_000,
  inbound: 80_000,
  outbound: 20_000,
  events: 5_000,
} as const;

const APPLICATIONS = 5;
/** One in so many receivers fails, and one in so many of its messages is in quarantine. */
const FAILING = 20;
const QUARANTINED = 4;
const TENANT = '11111111-2222-3333-4444-555555555555';
const HOUR_MS = 3_600_000;
const MESSAGE = Buffer.from('From: a@b.example\r\nTo: c@d.example\r\nSubject: Bench\r\n\r\nHello\r\n');

export interface HomeService {
  service: TestService;
  /** A connector of each direction. */
  receiver: string;
  sender: string;
  stop(): Promise<void>;
}

export async function startHomeService(): Promise<HomeService> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-home-'));
  const dataDir = path.join(directory, 'data');
  const secretKey = randomBytes(32);
  // Whoever would poll and send is another process; it would have nobody to talk to here.
  const service = await startServiceProcess({
    MAILGRANT_DATA_DIR: dataDir,
    MAILGRANT_LOG_LEVEL: 'warn',
    MAILGRANT_ROLES: 'admin',
    MAILGRANT_SECRET_KEY: secretKey.toString('base64'),
  });
  const redis = await openRedis(`unix:${path.join(dataDir, 'redis', 'redis.sock')}`);
  try {
    const { receivers, senders } = await fill(redis.client, {
      secretKey,
      spool: path.join(dataDir, 'spool'),
    });
    return {
      service,
      receiver: receivers[0]?.id ?? '',
      sender: senders[0]?.id ?? '',
      async stop() {
        await service.stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } finally {
    await redis.close();
  }
}

interface Seeded {
  id: ConnectorId;
  connection: ConnectionId;
}

async function fill(redis: RedisClient, { secretKey, spool }: { secretKey: Buffer; spool: string }) {
  const vault = createVault([secretKey]);
  const nobody = async (): Promise<void> => {};
  const listener = { connectionChanged: nobody, connectorChanged: nobody, applicationChanged: nobody };
  const setup = { redis, vault, providers: PROVIDERS, connectorTypes, listener };
  const [applications, connections, connectors] = [
    createApplications(setup),
    createConnections(setup),
    createConnectors(setup),
  ];
  const tokenStore = createTokenStore({ redis, vault });
  const owners = await inLanes(APPLICATIONS, (index) =>
    applications.create({
      name: `Application ${index}`,
      provider: 'exchange-online',
      tenant: TENANT,
      clientId: `client-${index}`,
      clientAuth: { method: 'clientSecret', clientSecret: 'not looked at' },
    }),
  );
  const mailboxes = await inLanes(HOME.connections, async (index) => {
    const user = `person${index}@contoso.example`;
    const application = owners[index % APPLICATIONS]?.id;
    const { id, epoch } = await connections.create({ name: `Mailbox ${index}`, application, user });
    const account = { tenant: TENANT, subject: `oid-${index}` };
    const expiresAt = Date.now() + HOUR_MS;
    await tokenStore.saveSignIn(
      id,
      { epoch },
      {
        tokens: {
          accessToken: 'a'.repeat(1_600),
          refreshToken: 'r'.repeat(1_200),
          issuedAt: Date.now(),
          expiresAt,
        },
        authorization: {
          ...{ status: 'authorized', authenticatedUser: user, saslUser: user, account },
          grantedScope: ['https://outlook.office.com/IMAP.AccessAsUser.All'],
          accessTokenExpiresAt: expiresAt,
          mailboxKey: accountMailboxKey(account),
        },
      },
    );
    return id;
  });
  const each = await inLanes(HOME.connectors, async (index): Promise<Seeded> => {
    const connection = mailboxes[index % HOME.connections] as ConnectionId;
    const receives = isReceiver(index);
    const { id } = await connectors.create({
      name: `${receives ? 'Orders' : 'Invoices'} ${index}`,
      type: receives ? 'email-receive' : 'email-send',
      connection,
      settings: receives
        ? {
            schedule: { every: '5m' },
            destination: { type: 'webhook', url: `https://hooks.example/${index}`, secret: webhookSecret() },
          }
        : { subject: 'Your invoice' },
    });
    const now = Date.now();
    const isFailing = index % FAILING === 0;
    await connectors.recordHealth(id, {
      lastRunAt: now,
      nextRunAt: now + 300_000,
      ...(isFailing
        ? {
            failures: 3,
            problem: problem('imap-unavailable', { with: { host: 'imap.example', what: 'ETIMEDOUT' } }),
          }
        : { lastSuccessAt: now }),
    });
    return { id, connection };
  });
  const receivers = each.filter((_, index) => isReceiver(index));
  const senders = each.filter((_, index) => !isReceiver(index));
  await inLanes(receivers.length, (index) => fillInbound(redis, receivers[index] as Seeded, index));
  await inLanes(senders.length, (index) => fillOutbound(redis, senders[index] as Seeded, { index, spool }));
  await fillCounts(
    redis,
    each.map(({ id }) => id),
  );
  const log = createEventLog({ redis });
  for (let index = 0; index < HOME.events; index += 500) {
    const events = Array.from({ length: 500 }, (_, more) => ({
      ...{ kind: 'connector' as const, status: 'ok' },
      subject: each[(index + more) % each.length]?.id ?? '',
    }));
    await log.append(events);
  }
  return { receivers, senders };
}

/** Two of the four connectors of a connection. */
const isReceiver = (index: number): boolean => Math.floor(index / HOME.connections) % 2 === 0;
const webhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

async function fillInbound(redis: RedisClient, { id }: Seeded, of: number): Promise<void> {
  const count = HOME.inbound / (HOME.connectors / 2);
  const records = Array.from({ length: count }, (_, index): InboundRecord => {
    const position = { mailbox: 'INBOX', uidValidity: '1', uid: index + 1 };
    const at = Date.now() - (of * count + index) * 1_000;
    const status = index % QUARANTINED === 0 ? 'quarantined' : 'delivered';
    return {
      ...position,
      ...{
        id: inboundMessageId(id, position),
        status,
        at,
        since: at,
        messageId: `<${of}.${index}@b.example>`,
      },
      ...{ from: 'customer@b.example', to: [`person${of}@contoso.example`], subject: `Order ${of}-${index}` },
      ...{ size: 12_000, attempts: 1, log: [{ at, status, attempt: 1, owner: 'bench' }] },
    };
  });
  const quarantined = records.filter(({ status }) => status === 'quarantined');
  const delivered = records.filter(({ status }) => status === 'delivered');
  await Promise.all([
    redis.hset(keys.inbound(id), ...records.flatMap((record) => [record.id, recordJson(record)])),
    redis.zadd(keys.quarantine(id), ...quarantined.flatMap((record) => [record.at, record.id])),
    redis.zadd(keys.inboundRecent(id), ...delivered.flatMap((record) => [record.at, record.id])),
  ]);
}

async function fillOutbound(
  redis: RedisClient,
  { id: connector, connection }: Seeded,
  { index: of, spool }: { index: number; spool: string },
): Promise<void> {
  const count = HOME.outbound / (HOME.connectors / 2);
  const folder = path.join(spool, 'active', connection);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const acceptedAt = Date.now();
  // They are to go tomorrow: nobody sends them meanwhile.
  const sendAt = acceptedAt + 24 * HOUR_MS;
  const ids: MessageId[] = [];
  for (let index = 0; index < count; index++) {
    const id = newMessageId();
    ids.push(id);
    const envelope = { from: `person${of}@contoso.example`, to: ['customer@b.example'] };
    const head = {
      ...{ id, connector, connection, envelope, acceptedAt, sendAt },
      ...{ messageId: `<${id}@contoso.example>`, subject: `Invoice ${of}-${index}` },
    };
    await writeFile(path.join(folder, `${id}.msg`), Buffer.concat(encodedMessage(head, MESSAGE)));
  }
  await Promise.all([
    redis.zadd(keys.outbox(connection), ...ids.flatMap((id) => [sendAt, id])),
    redis.zadd(keys.outbound(connector), ...ids.flatMap((id) => [acceptedAt, id])),
    redis.hset(keys.outboundStatus(connector), Object.fromEntries(ids.map((id) => [id, 'scheduled']))),
  ]);
}

/** The service, and a connector that statistics are asked of, have something in every hour of eight days; the others of two. */
async function fillCounts(redis: RedisClient, connectors: readonly ConnectorId[]): Promise<void> {
  const today = dayOf(hourOf(Date.now()));
  const [asked, ...others] = connectors;
  const busy: CountedOf[] = ['statistics', ...(asked ? [asked] : [])];
  for (const of of busy) {
    for (let day = today - 7; day <= today; day++) await addToDay(redis, of, { day, counted: busyDay() });
  }
  await inLanes(others.length, async (index) => {
    for (const day of [today - 1, today]) {
      await addToDay(redis, others[index] as ConnectorId, { day, counted: quietDay() });
    }
  });
}

/** Some of each kind in each hour. */
function quietDay(): DayCounts {
  const counts = new Map<number, number>();
  for (let place = 0; place < HOURS_A_DAY * COUNTED.length; place++) counts.set(place, 3);
  return { counts, problems: new Map(), latencies: new Map() };
}

function busyDay(): DayCounts {
  const counted = quietDay();
  for (let hour = 0; hour < HOURS_A_DAY; hour++) {
    counted.problems.set(problemField(hour, 'imap-unavailable'), 1);
    counted.problems.set(problemField(hour, 'webhook-refused'), 1);
    for (let bucket = 10; bucket < 24; bucket++) {
      counted.latencies.set(latencyField(hour, 'send', bucket), 2);
      counted.latencies.set(latencyField(hour, 'receive', bucket), 2);
    }
  }
  return counted;
}
