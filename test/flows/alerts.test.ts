/** Alerts end to end but for the mail servers: real records in a real Redis, real signed webhooks. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertView } from '../../src/alerts/alert-view.js';
import type { AlertChannelId, ApplicationId, ConnectionId, ConnectorId } from '../../src/contract/ids.js';
import { problem } from '../../src/contract/problem.js';
import { keys } from '../../src/storage/keys.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';
import { type AlertsWorld, openAlertsWorld, PUBLIC_URL, type WorldPlan } from './alerts-world.js';
import { kill, startWorldProcess } from './child-process.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const PATIENCE = { timeout: 30_000, interval: 20 };

const expired = problem('client-secret-expired', { with: { application: 'Contoso', clientId: 'c' } });
const revoked = problem('grant-revoked', { with: { user: 'ada@contoso.example' } });
const unavailable = problem('token-endpoint-unavailable', { with: { host: 'login', what: 'ECONNREFUSED' } });
const gone = problem('webhook-gone', { with: { url: 'https://x/', status: 410 } });

let redis: TestRedis;
let plan: WorldPlan;
let world: AlertsWorld;
let hook: WebhookReceiver;
let answers: { answerAfterMs?: number; refuseWith?: string };

beforeEach(async () => {
  redis = await startRedis();
  plan = { redisUrl: redis.url, secretKey: randomBytes(32).toString('base64'), leaseMs: 1_000 };
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  world = await openAlertsWorld(plan, (ms) => vi.setSystemTime(Date.now() + ms));
  answers = {};
  hook = await startWebhookReceiver(answers);
});
afterEach(async () => {
  await world.close();
  await hook.stop();
  await redis.stop();
  vi.useRealTimers();
});

type Noticed = AlertView & { event: string };
const alertsIn = ({ data }: WebhookReceiver['deliveries'][number]) =>
  data as unknown as { count: number; alerts: Noticed[] };
/** `type kind` of each notice, in the order they came. */
const told = (receiver = hook): string[] =>
  receiver.deliveries.map((each) => `${each.type} ${alertsIn(each).alerts[0]?.kind}`);
const fail = (application: ApplicationId) => world.applications.setFailure(application, expired);
const heal = (application: ApplicationId) => world.applications.setFailure(application, undefined);
const end = (connection: ConnectionId) =>
  world.authorize(connection, { status: 'reauthorization-required', problem: revoked });

describe('each kind of alert', () => {
  interface Place {
    application: ApplicationId;
    connection: ConnectionId;
    connector: ConnectorId;
  }
  const healthy = { lastRunAt: 0, lastSuccessAt: 0, failures: 0 };
  const well = ({ connector }: Place) =>
    world.connectors.recordHealth(connector, {
      ...{ ...healthy, lastRunAt: world.now, lastSuccessAt: world.now },
      ...{ problem: undefined, nextRunAt: undefined, paused: undefined },
    });
  const kinds: Record<string, { breaks(at: Place): Promise<unknown>; mends(at: Place): Promise<unknown> }> = {
    'application-failed': { breaks: (at) => fail(at.application), mends: (at) => heal(at.application) },
    'connection-stopped': {
      breaks: (at) => end(at.connection),
      mends: (at) => world.authorize(at.connection, { status: 'authorized' }),
    },
    'refresh-failing': {
      breaks: (at) => world.authorize(at.connection, { refreshProblem: unavailable }),
      mends: (at) => world.authorize(at.connection, { status: 'authorized' }),
    },
    'connector-failing': {
      breaks: (at) =>
        world.connectors.recordHealth(at.connector, { paused: true, failures: 1, problem: gone }),
      mends: well,
    },
    'connector-stale': {
      breaks: (at) => world.connectors.recordHealth(at.connector, { lastSuccessAt: world.now - 3 * DAY }),
      mends: well,
    },
    'credential-ends': {
      breaks: async ({ application }) =>
        changeExpiry(application, new Date(world.now + 5 * DAY).toISOString()),
      mends: async ({ application }) =>
        changeExpiry(application, new Date(world.now + 500 * DAY).toISOString()),
    },
    'sign-in-ends': {
      breaks: (at) => world.authorize(at.connection, { lastRefreshAt: world.now - 80 * DAY }),
      mends: (at) => world.authorize(at.connection, { lastRefreshAt: world.now }),
    },
    quarantine: {
      breaks: (at) => world.storage.client.zadd(keys.quarantine(at.connector), 1, 'msg_1'),
      mends: (at) => world.storage.client.zrem(keys.quarantine(at.connector), 'msg_1'),
    },
  };

  async function changeExpiry(id: ApplicationId, expiresAt: string): Promise<void> {
    const { version } = await world.applications.read(id);
    await world.applications.patch(id, version, { clientAuth: { expiresAt } });
  }

  it.each(Object.keys(kinds))('%s is told once when it begins and once when it is over', async (kind) => {
    const application = await world.application();
    const connection = await world.connection(application, 'ada@contoso.example');
    const place = { application, connection, connector: await world.receiver(connection) };
    await world.webhookChannel(hook);
    await world.look();
    expect(told()).toEqual([]);

    await kinds[kind]?.breaks(place);
    for (let minute = 0; minute < 20; minute++) await world.after(MINUTE);
    expect(told()).toEqual([`alert.opened ${kind}`]);
    expect(await world.open()).toMatchObject([{ kind, status: 'open', resolvedAt: null }]);
    expect((await world.alerts.openCounts()).get(kind)).toBe(1);

    await kinds[kind]?.mends(place);
    for (let minute = 0; minute < 20; minute++) await world.after(MINUTE);
    expect(told()).toEqual([`alert.opened ${kind}`, `alert.resolved ${kind}`]);
    expect(await world.open()).toEqual([]);
    const { items } = await world.alerts.list({ status: 'resolved', limit: 10 });
    expect(items).toMatchObject([{ kind, status: 'resolved', resolvedAt: expect.any(String) }]);
    expect(hook.unverified).toBe(0);
  });

  it('says what it is, whose it is, what to do next, what waits, and where to look', async () => {
    const connection = await world.connection(await world.application(), 'ada@contoso.example');
    await world.receiver(connection, 'Orders in');
    await world.webhookChannel(hook);
    await end(connection);
    await world.look();
    const [alert] = alertsIn(hook.deliveries[0] as never).alerts;
    expect(alert).toMatchObject({
      event: 'opened',
      severity: 'critical',
      subject: { type: 'connection', id: connection, name: 'ada@contoso.example' },
      problem: { code: 'grant-revoked', owner: revoked.owner, next: revoked.next },
      affects: { what: 'connectors', count: 1, names: ['Orders in'] },
      url: `${PUBLIC_URL}/connections/${connection}`,
    });
  });
});

describe('what has one cause', () => {
  it('is one notice: an application that stops 200 connections, and works again', async () => {
    const application = await world.application();
    for (let n = 0; n < 200; n++) await world.connection(application, `box${n}@contoso.example`);
    await world.webhookChannel(hook);
    await world.look();
    await fail(application);
    await Promise.all((await world.connections.ofApplication(application)).slice(0, 50).map(end));
    await world.after(MINUTE);
    await world.after(30 * MINUTE);
    expect(told()).toEqual(['alert.opened application-failed']);
    expect(alertsIn(hook.deliveries[0] as never).alerts[0]?.affects).toMatchObject({ count: 200 });
    for (const connection of await world.connections.ofApplication(application))
      await world.authorize(connection, { status: 'authorized' });
    await heal(application);
    await world.after(MINUTE);
    await world.after(30 * MINUTE);
    expect(told()).toEqual(['alert.opened application-failed', 'alert.resolved application-failed']);
  });

  it('does not count a connection that lives on a pasted access token, and tells what stops that one for itself', async () => {
    const application = await world.application();
    await world.connection(application, 'ada@contoso.example');
    const pasted = await world.connection(application, 'bob@contoso.example');
    await world.authorize(pasted, { identity: 'asserted' });
    await world.webhookChannel(hook);
    await world.look();
    await fail(application);
    await end(pasted);
    await world.after(MINUTE);
    expect(told()).toEqual(
      expect.arrayContaining(['alert.opened application-failed', 'alert.opened connection-stopped']),
    );
    const failed = hook.deliveries
      .flatMap((each) => alertsIn(each as never).alerts)
      .find((each) => each.kind === 'application-failed');
    expect(failed?.affects).toMatchObject({ count: 1 });
  });

  it('is over only when it is: a connection that ended before its application failed is not told to be well', async () => {
    const application = await world.application();
    const connection = await world.connection(application, 'ada@contoso.example');
    await world.webhookChannel(hook);
    await end(connection);
    await world.look();
    await fail(application);
    await world.after(MINUTE);
    await heal(application);
    await world.after(MINUTE);
    expect(told()).toEqual([
      'alert.opened connection-stopped',
      'alert.opened application-failed',
      'alert.resolved application-failed',
    ]);
    expect(await world.open()).toMatchObject([{ kind: 'connection-stopped' }]);
  });
});

it('tells a burst at once: 500 connections that end each for itself', async () => {
  const application = await world.application();
  const all: ConnectionId[] = [];
  for (let n = 0; n < 500; n++) all.push(await world.connection(application, `box${n}@contoso.example`));
  await world.webhookChannel(hook);
  await Promise.all(all.map(end));
  await world.look();
  expect(told()).toEqual(['alert.opened connection-stopped']);
  expect(alertsIn(hook.deliveries[0] as never).count).toBe(500);
  const first = await world.alerts.list({ limit: 200 });
  const second = await world.alerts.list({ limit: 200, after: first.next as string });
  const third = await world.alerts.list({ limit: 200, after: second.next as string });
  const listed = [...first.items, ...second.items, ...third.items].map(({ subject }) => subject.id);
  expect(new Set(listed).size).toBe(500);
  expect(third.next).toBeUndefined();
});

it('tells each alert once, however many processes look', async () => {
  const others = await Promise.all([1, 2, 3].map(() => openAlertsWorld(plan)));
  try {
    const application = await world.application();
    const connection = await world.connection(application, 'ada@contoso.example');
    const id = (await world.webhookChannel(hook)) as AlertChannelId;
    const everybody = [world, ...others];
    const lookTogether = async (): Promise<void> => {
      for (let round = 0; round < 5; round++) await Promise.all(everybody.map((each) => each.look()));
      expect((await world.alerts.view(await world.channels.read(id))).delivery.waiting).toBe(0);
    };
    await Promise.all([fail(application), end(connection)]);
    await lookTogether();
    await heal(application);
    await lookTogether();
    expect(told()).toEqual([
      'alert.opened application-failed',
      'alert.resolved application-failed',
      'alert.opened connection-stopped',
    ]);
  } finally {
    await Promise.all(others.map((each) => each.close()));
  }
});

it('tells again with the same id what a killed process was telling', async () => {
  await fail(await world.application());
  const id = (await world.webhookChannel(hook)) as AlertChannelId;
  answers.answerAfterMs = 120_000;
  const child = startWorldProcess('alerts-process.ts', plan);
  await vi.waitFor(() => expect(hook.deliveries).toHaveLength(1), PATIENCE);
  await kill(child);
  answers.answerAfterMs = 0;
  await vi.waitFor(async () => {
    await world.alerts.run(new AbortController().signal);
    expect(hook.deliveries).toHaveLength(2);
    expect((await world.alerts.view(await world.channels.read(id))).delivery.waiting).toBe(0);
  }, PATIENCE);
  expect(hook.deliveries[0]?.id).toBe(hook.deliveries[1]?.id);
  await world.after(MINUTE);
  expect(hook.deliveries).toHaveLength(2);
});

describe('a channel that is dead', () => {
  it('shows why, keeps nobody else waiting, and is told everything in its order when it is back', async () => {
    const applications = [await world.application('One'), await world.application('Two')] as const;
    const living = await startWebhookReceiver();
    const dead = (await world.webhookChannel(hook, { name: 'Dead' })) as AlertChannelId;
    await world.webhookChannel(living);
    answers.refuseWith = 'no such tenant';
    const view = async () => (await world.alerts.view(await world.channels.read(dead))).delivery;
    try {
      await fail(applications[0]);
      await world.look();
      await fail(applications[1]);
      await world.after(1_000);
      await heal(applications[0]);
      await world.after(1_000);
      expect(told(living)).toHaveLength(3);
      expect(told()).toEqual([]);
      expect(await view()).toMatchObject({
        waiting: 3,
        attempts: 1,
        problem: { code: 'alert-channel-refused', serverWords: 'no such tenant' },
      });
      await world.after(MINUTE);
      expect(await view()).toMatchObject({ attempts: 2 });
      const pause = Date.parse((await view()).nextAttemptAt ?? '') - world.now;
      expect(pause).toBe(30_000);

      delete answers.refuseWith;
      await world.after(MINUTE);
      expect(told()).toEqual(told(living));
      expect(await view()).toMatchObject({ waiting: 0, attempts: 0, problem: null });
    } finally {
      await living.stop();
    }
  });

  it('that cannot be reached says so, and is tried at once when it was changed', async () => {
    await fail(await world.application());
    const nobody = await startWebhookReceiver();
    const { url, secret } = nobody;
    await nobody.stop();
    const id = (await world.webhookChannel({ ...hook, url, secret })) as AlertChannelId;
    await world.look();
    const { version } = await world.channels.read(id);
    expect((await world.alerts.view(await world.channels.read(id))).delivery.problem).toMatchObject({
      code: 'alert-channel-unreachable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
    await world.channels.patch(id, version, { url: hook.url, secret: hook.secret });
    await world.alerts.channelChanged(id);
    await vi.waitFor(() => expect(told()).toEqual(['alert.opened application-failed']), PATIENCE);
  });

  it('that is switched off and on again is told what it was not, and is open still', async () => {
    const application = await world.application();
    const id = (await world.webhookChannel(hook)) as AlertChannelId;
    answers.refuseWith = 'no';
    await fail(application);
    await world.look();
    const { version } = await world.channels.read(id);
    await world.channels.patch(id, version, { enabled: false });
    await world.alerts.channelChanged(id);
    await vi.waitFor(async () => {
      const { delivery } = await world.alerts.view(await world.channels.read(id));
      expect(delivery.waiting).toBe(0);
    }, PATIENCE);
    delete answers.refuseWith;
    await world.channels.patch(id, version + 1, { enabled: true });
    await world.after(MINUTE);
    expect(told()).toEqual(['alert.reminder application-failed']);
    await heal(application);
    await world.after(MINUTE);
    expect(told()).toEqual(['alert.reminder application-failed', 'alert.resolved application-failed']);
  });

  it('that is switched off or deleted forgets what waited for it', async () => {
    const application = await world.application();
    const id = (await world.webhookChannel(hook)) as AlertChannelId;
    answers.refuseWith = 'no';
    await fail(application);
    await world.look();
    const { version } = await world.channels.read(id);
    await world.channels.patch(id, version, { enabled: false });
    await world.look();
    await vi.waitFor(async () => {
      const { delivery } = await world.alerts.view(await world.channels.read(id));
      expect(delivery).toMatchObject({ waiting: 0, problem: null });
    }, PATIENCE);
    await world.channels.delete(id, version + 1);
    await world.alerts.channelChanged(id);
    const left = await world.storage.client.exists(keys.alertQueue(id), keys.alertDelivery(id));
    expect(left).toBe(0);
  });

  it('that is deleted while it is told leaves nothing behind', async () => {
    const application = await world.application();
    const id = (await world.webhookChannel(hook)) as AlertChannelId;
    const { version } = await world.channels.read(id);
    answers.answerAfterMs = 200;
    await fail(application);
    await world.alerts.run(new AbortController().signal);
    await vi.waitFor(() => expect(hook.deliveries).toHaveLength(1), PATIENCE);
    await world.channels.delete(id, version);
    await world.alerts.channelChanged(id);
    const { client } = world.storage;
    await vi.waitFor(async () => expect(await client.exists(keys.alertDeliveryLease(id))).toBe(0), PATIENCE);
    expect(await client.exists(keys.alertDelivery(id))).toBe(1);
    await world.look();
    await vi.waitFor(async () => expect(await client.exists(keys.alertDelivery(id))).toBe(0), PATIENCE);
  });
});

it('tells a channel only what it wants to know, and the recovery of what it was told', async () => {
  const application = await world.application();
  const connection = await world.connection(application, 'ada@contoso.example');
  await world.webhookChannel(hook, { minimumSeverity: 'critical', only: ['connection-stopped'] });
  await world.authorize(connection, { lastRefreshAt: world.now - 80 * DAY });
  await world.look();
  await end(connection);
  await world.after(MINUTE);
  await world.authorize(connection, { status: 'authorized' });
  await world.after(MINUTE);
  await fail(application);
  await world.after(MINUTE);
  expect(told()).toEqual(['alert.opened connection-stopped', 'alert.resolved connection-stopped']);
});

it('tells a channel that is made later what is open, and when that is over', async () => {
  const application = await world.application();
  const first = await startWebhookReceiver();
  try {
    await world.webhookChannel(first);
    await fail(application);
    await world.look();
    await world.webhookChannel(hook);
    await world.after(MINUTE);
    await world.after(MINUTE);
    expect(told()).toEqual(['alert.reminder application-failed']);
    await heal(application);
    await world.after(MINUTE);
    expect(told()).toEqual(['alert.reminder application-failed', 'alert.resolved application-failed']);
    expect(told(first)).toEqual(['alert.opened application-failed', 'alert.resolved application-failed']);
  } finally {
    await first.stop();
  }
});

it('keeps calm when the clock jumps', async () => {
  await fail(await world.application());
  await world.webhookChannel(hook);
  await world.look();
  for (const jump of [-DAY, 2 * MINUTE, 30 * DAY, -30 * DAY, 3 * MINUTE]) await world.after(jump);
  expect(told()).toEqual(['alert.opened application-failed', 'alert.reminder application-failed']);
});

it('sends a test past everything, and keeps its secret to itself', async () => {
  const id = (await world.webhookChannel(hook)) as AlertChannelId;
  await world.alerts.test(await world.channels.read(id));
  expect(told()).toEqual(['alert.test service']);
  const raw = JSON.stringify(await world.storage.client.hgetall(keys.alertChannel(id)));
  expect(raw).not.toContain(hook.secret.slice('whsec_'.length));
  expect(JSON.stringify(await world.alerts.view(await world.channels.read(id)))).not.toContain('whsec_');
  answers.refuseWith = `you signed with ${hook.secret}`;
  await expect(world.alerts.test(await world.channels.read(id))).rejects.toMatchObject({
    problem: { code: 'alert-channel-refused', serverWords: 'you signed with [secret]' },
  });
});

describe('a channel’s settings', () => {
  it('need the secret again when it would go to another origin', async () => {
    const id = (await world.webhookChannel(hook)) as AlertChannelId;
    const patch = (change: object) => world.channels.patch(id, 1, change);
    await expect(patch({ url: 'https://elsewhere.example/hook' })).rejects.toMatchObject({
      problem: { code: 'secret-needed-again' },
    });
    expect((await patch({ url: `${hook.url}/other`, name: 'Night shift' })).version).toBe(2);
    expect(await world.channels.secret(id)).toBe(hook.secret);
  });

  it('name a connector that sends, which then is not deleted', async () => {
    const connection = await world.connection(await world.application(), 'ada@contoso.example');
    const receiver = await world.receiver(connection);
    const mail = (connector: string) =>
      world.channels.create({ name: 'Mail', type: 'mail', connector, to: 'ops@contoso.example' });
    await expect(mail(receiver)).rejects.toMatchObject({ problem: { code: 'invalid-settings' } });
    await expect(mail(`ctr_${'0'.repeat(32)}`)).rejects.toMatchObject({
      problem: { code: 'unknown-reference' },
    });
    const sender = await world.connectors.create({ name: 'Out', type: 'email-send', connection });
    const channel = await mail(sender.id);
    expect(channel.settings).toMatchObject({ type: 'mail', to: ['ops@contoso.example'], enabled: true });
    await expect(world.connectors.delete(sender.id, 1)).rejects.toMatchObject({
      problem: { code: 'still-in-use' },
    });
    await world.channels.delete(channel.id, 1);
    await world.connectors.delete(sender.id, 1);
  });

  it('are checked all together', async () => {
    const bad = { name: '', type: 'webhook', url: 'ftp://x', secret: 'short', only: ['weather'] };
    await expect(world.channels.create(bad)).rejects.toMatchObject({
      problem: {
        code: 'invalid-settings',
        fields: expect.arrayContaining([expect.objectContaining({ path: '/url' })]),
      },
    });
    const plain = { name: 'x', type: 'webhook', url: 'http://hooks.example/', secret: hook.secret };
    await expect(world.channels.create(plain)).rejects.toMatchObject({ problem: { code: 'tls-required' } });
    const nobody = { name: 'x', type: 'mail', connector: `ctr_${'0'.repeat(32)}`, to: ['nobody'] };
    await expect(world.channels.create(nobody)).rejects.toMatchObject({
      problem: { fields: [{ path: '/to/0', message: 'is no address' }] },
    });
  });
});
