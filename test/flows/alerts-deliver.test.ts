/** Telling one channel, where what goes wrong is not its answer: the lease that is lost, and an answer that never ends. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAlertStore } from '../../src/alerts/alert-store.js';
import { alertView } from '../../src/alerts/alert-view.js';
import { type DeliverDeps, deliver } from '../../src/alerts/deliver.js';
import { createDeliveryStore } from '../../src/alerts/delivery-store.js';
import { noticeOf } from '../../src/alerts/notice.js';
import { type AlertChannelId, newAlertChannelId, newAlertId } from '../../src/contract/ids.js';
import { createOutgoing } from '../../src/outgoing/outgoing.js';
import type { AlertChannel } from '../../src/setup/alert-channel-record.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { condition, NOW } from '../unit/alerts/records.js';

let redis: TestRedis;
let storage: RedisStorage;
let server: Server;
let posts: string[];
/** What the webhook does with a request, after it was counted. */
let onPost: (id: AlertChannelId) => Promise<void>;
let isEndless: boolean;
const channel = { id: newAlertChannelId(), version: 1, createdAt: NOW };

beforeEach(async () => {
  redis = await startRedis();
  storage = await openRedis(redis.url);
  posts = [];
  onPost = async () => {};
  isEndless = false;
  server = createServer(async (request, response) => {
    posts.push(String(request.headers['webhook-id']));
    await onPost(channel.id);
    response.writeHead(200).write('thank you');
    if (!isEndless) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await storage.close();
  await redis.stop();
});

/** One alert waits. */
async function waiting(over: Partial<DeliverDeps> = {}) {
  const { client } = storage;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const settings = { type: 'webhook', name: 'On call', enabled: true, minimumSeverity: 'warning', url };
  const alert = alertView(
    { id: newAlertId(), condition: condition(), firstSeenAt: NOW, openedAt: NOW, channels: [] },
    'https://mail.contoso.example',
  );
  await client.rpush(keys.alertQueue(channel.id), JSON.stringify({ type: 'opened', alert }));
  const nothing = (): never => {
    throw new Error('is not asked');
  };
  const outgoing = createOutgoing({ allowPrivateNetworks: true });
  const deps: DeliverDeps = {
    redis: client,
    deliveries: createDeliveryStore(client),
    store: createAlertStore(client),
    channels: { secret: async () => `whsec_${Buffer.alloc(32).toString('base64')}` },
    applications: { read: nothing },
    connections: { read: nothing },
    connectors: { read: nothing },
    outbox: { accept: nothing },
    outgoing,
    publicUrl: 'https://mail.contoso.example',
    clock: { now: () => Date.now() },
    log: { warn: () => undefined } as never,
    ...over,
  };
  const told = await deliver(deps, { ...channel, settings } as AlertChannel, new AbortController().signal);
  await outgoing.close();
  return { told, delivery: await deps.deliveries.read(channel.id) };
}

it('whose lease is lost while it is told is not told over and over by the process that lost it', async () => {
  onPost = async (id) => void (await storage.client.del(keys.alertDeliveryLease(id)));
  const { told } = await waiting();
  expect(posts).toHaveLength(1);
  // What became of it is not written, so that it is told once more, with the same id.
  expect(told).toBeGreaterThan(0);
});

it('that confirms with an answer without end is told', async () => {
  isEndless = true;
  const outgoing = createOutgoing({ allowPrivateNetworks: true });
  const fetch: typeof outgoing.fetch = (url, init) => outgoing.fetch(url, { ...init, deadlineMs: 300 });
  const { told, delivery } = await waiting({ outgoing: { fetch } });
  await outgoing.close();
  expect(posts).toHaveLength(1);
  expect(told).toBeUndefined();
  expect(delivery).toMatchObject({ notice: undefined, problem: undefined });
});

it('that was put off by a clock which has been put back since is told now', async () => {
  const deliveries = createDeliveryStore(storage.client);
  const inTwoDays = Date.now() + 2 * 86_400_000;
  await storage.client.hset(keys.alertDelivery(channel.id), {
    notice: JSON.stringify({
      id: 'aln_1',
      type: 'alert.opened',
      timestamp: '',
      data: { count: 1, alerts: [] },
    }),
    attempts: 1,
    nextAttemptAt: inTwoDays,
  });
  await waiting();
  expect(posts[0]).toBe('aln_1');
  expect(posts).toHaveLength(2);
  expect(await deliveries.read(channel.id)).toMatchObject({ notice: undefined, attempts: 0 });
});

it('is taken out of the queue by who holds the lease alone, and not while another notice is there', async () => {
  const { client } = storage;
  const deliveries = createDeliveryStore(client);
  const { id } = channel;
  const notice = noticeOf([], NOW);
  await client.rpush(keys.alertQueue(id), '{}', '{}');
  await client.set(keys.alertDeliveryLease(id), 'me');
  expect(await deliveries.freeze(id, { owner: 'somebody else', count: 1, notice })).toBe(false);
  expect(await deliveries.waitingCount(id)).toBe(2);
  expect(await deliveries.freeze(id, { owner: 'me', count: 1, notice })).toBe(true);
  expect(await deliveries.freeze(id, { owner: 'me', count: 1, notice })).toBe(false);
  expect(await deliveries.waitingCount(id)).toBe(1);
});

it('is queued by the first of two looks that saw the same, and by that one alone', async () => {
  const store = createAlertStore(storage.client);
  const deliveries = createDeliveryStore(storage.client);
  const state = { id: newAlertId(), condition: condition(), firstSeenAt: NOW, openedAt: NOW, channels: [] };
  const change = {
    ...{ key: 'a', before: undefined, after: state, channels: [channel.id] },
    event: { type: 'opened', alert: alertView(state, 'https://mail.contoso.example') },
  } as const;
  expect(await store.apply(change)).toBe('changed');
  expect(await store.apply(change)).toBe('stale');
  expect(await deliveries.waitingCount(channel.id)).toBe(1);
});
