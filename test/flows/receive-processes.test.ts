import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createReceiveControl } from '../../src/receive/receive-control.js';
import { reconcileReceivers } from '../../src/receive/reconcile.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Connections } from '../../src/setup/connections.js';
import type { Connectors } from '../../src/setup/connectors.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { openWorld, WEBHOOK_SECRET, type World } from './receive-world.js';
import { startWebhook, type WebhookReceiver } from './webhook-receiver.js';

const ALICE = 'alice@sandbox.example';

let redis: TestRedis;
let tenant: Tenant;
let hook: WebhookReceiver;
let worlds: World[];

beforeEach(async () => {
  redis = await startRedis();
  tenant = await startTenant();
  hook = await startWebhook();
  worlds = [];
});
afterEach(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await hook.close();
  await tenant.close();
  await redis.stop();
});

async function open(schedule = { every: '1s' }): Promise<World> {
  const { accessToken } = await tenant.issueTokens(ALICE);
  const settings = {
    startFrom: 'all',
    schedule,
    destination: { type: 'webhook', url: hook.url, secret: WEBHOOK_SECRET },
  };
  const world = await openWorld({
    redisUrl: redis.url,
    imap: tenant.imap,
    user: ALICE,
    accessToken,
    connectors: { ctr_a: settings, ctr_b: settings, ctr_c: settings },
  });
  worlds.push(world);
  return world;
}

const partsOf = (world: World) => ({
  queue: world.queue,
  connections: { read: async () => world.connection } as unknown as Connections,
  connectors: {
    read: async (id: string) => world.connectors[id],
    typeOf: () => ({ direction: 'receive' }),
    recordHealth: async (id: string, patch: object) =>
      void Object.assign(world.connectors[id]?.health ?? {}, patch),
    async *all() {
      yield* Object.values(world.connectors);
    },
  } as unknown as Connectors,
});

it('opens one session of a mailbox at a time, though two workers poll three receivers of it, and each gets every message once', async () => {
  const both = [await open(), await open()] as const;
  let most = 0;
  hook.onConfirmed = () => {
    most = Math.max(most, tenant.imap.openSessions());
  };
  const workers = both.map((world) => world.work());
  await reconcileReceivers(partsOf(both[0]));
  for (let round = 0; round < 4; round++) {
    tenant.deliver(ALICE, (i) => ({ subject: `mail ${round}-${i}` }), 25);
    await vi.waitFor(() => expect(hook.received.length).toBe(75 * (round + 1)), { timeout: 30_000 });
  }
  await Promise.all(workers.map((worker) => worker.close(5_000)));
  expect(most).toBe(1);
  expect(new Set(hook.received.map(({ id }) => id)).size).toBe(300);
});

it('gives every enabled receiver that lost its wake-up a new one, and none to a paused or held one', async () => {
  const world = await open();
  const { ctr_b } = world.connectors;
  if (ctr_b) ctr_b.health.paused = true;
  expect(await reconcileReceivers(partsOf(world))).toBe(2);
  expect(await world.queue.dueAt('ctr_a')).toBeDefined();
  expect(await world.queue.dueAt('ctr_b')).toBeUndefined();
  expect(await reconcileReceivers(partsOf(world))).toBe(0);

  world.connection.authorization.status = 'reauthorization-required';
  await world.queue.forget('ctr_a');
  expect(await reconcileReceivers(partsOf(world))).toBe(0);
});

it('holds while the connection needs a person, shows why, and goes on after the sign-in without a message lost', async () => {
  const world = await open();
  world.connection.authorization.status = 'reauthorization-required';
  tenant.deliver(ALICE, { subject: 'meanwhile' });
  expect(await world.poll()).toBeUndefined();
  expect(world.health().problem).toMatchObject({ code: 'not-signed-in' });
  world.connection.authorization.status = 'authorized';
  expect(await world.poll()).toBeGreaterThan(Date.now());
  expect(hook.subjects()).toEqual(['meanwhile']);
});

it('polls at once when it is told to, backoff and pause forgotten', async () => {
  const world = await open();
  hook.answer = () => 503;
  tenant.deliver(ALICE, { subject: 'mail' });
  const backOff = (await world.poll()) ?? 0;
  await world.queue.wake('ctr_a', backOff);
  const control = createReceiveControl({ redis: world.storage.client, ...partsOf(world) });
  await control.runNow('ctr_a' as never);
  expect(world.health().failures).toBe(0);
  expect(await world.queue.dueAt('ctr_a')).toBeLessThanOrEqual(Date.now());
});
