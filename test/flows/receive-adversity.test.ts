/** What may strike a message on its way in, step by step; each was found by trying to break law 2. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReceiveSession } from '../../src/contract/connector-type.js';
import type { ConnectorId } from '../../src/contract/ids.js';
import type { ReceiveSettings } from '../../src/contract/receive-settings.js';
import { listCandidates } from '../../src/receive/candidates.js';
import { emptyLedger } from '../../src/receive/ledger-state.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { keys } from '../../src/storage/keys.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { openWorld, WEBHOOK_SECRET, type World } from './receive-world.js';
import { startWebhook, type WebhookReceiver } from './webhook-receiver.js';

const ALICE = 'alice@sandbox.example';

let redis: TestRedis;
let tenant: Tenant;
let hook: WebhookReceiver;
let worlds: World[];
/** Each test has connectors of its own, so that nothing need be emptied between them. */
let turn = 0;
let id = '';

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  worlds = [];
  id = `ctr_adversity${turn++}`;
  tenant = await startTenant();
  hook = await startWebhook();
});
afterEach(async () => {
  await vi.waitFor(() => expect(tenant.imap.openSessions()).toBe(0));
  await Promise.all(worlds.map((world) => world.close()));
  await hook.close();
  await tenant.close();
});

async function start(connectors: Record<string, Record<string, unknown>>): Promise<World> {
  const { accessToken } = await tenant.issueTokens(ALICE);
  const webhook = { type: 'webhook', url: hook.url, secret: WEBHOOK_SECRET };
  const world = await openWorld({
    redisUrl: redis.url,
    imap: tenant.imap,
    user: ALICE,
    accessToken,
    connectors: Object.fromEntries(
      Object.entries(connectors).map(([name, settings]) => [
        name,
        { destination: webhook, startFrom: 'all', ...settings },
      ]),
    ),
  });
  worlds.push(world);
  return world;
}
const inbox = (path?: string) => tenant.mailbox(ALICE, path);
const subjectsIn = (path?: string): number => inbox(path).messages().length;

describe('post-processing', () => {
  it('copies what was confirmed once, and leaves the original', async () => {
    inbox('Archive');
    const world = await start({ [id]: { postProcessing: { action: 'copy', mailbox: 'Archive' } } });
    tenant.deliver(ALICE, (i) => ({ subject: `mail ${i}` }), 3);
    hook.answer = ({ body }) => (body.includes('mail 1') ? 422 : 200);
    await world.poll();
    expect([subjectsIn(), subjectsIn('Archive')]).toEqual([3, 2]);
    await world.poll();
    expect(subjectsIn('Archive')).toBe(2);
  });

  it('deletes what was confirmed and nothing else, not even what somebody else marked for deletion', async () => {
    const world = await start({
      [id]: { postProcessing: { action: 'delete' }, filter: { subject: 'mail' } },
    });
    tenant.deliver(ALICE, (i) => ({ subject: `mail ${i}` }), 3);
    tenant.deliver(ALICE, { subject: 'private' });
    inbox().messages().at(-1)?.flags.add('\\Deleted');
    hook.answer = ({ body }) => (body.includes('mail 1') ? 422 : 200);
    await world.poll();
    expect(subjectsIn()).toBe(2);
  });

  it('does not wait for another receiver that was deleted a moment ago', async () => {
    const world = await start({ [id]: { postProcessing: { action: 'delete' } }, [`${id}b`]: {} });
    tenant.deliver(ALICE, { subject: 'mail' });
    // Its id is still among the connection's; its record has gone.
    Object.defineProperty(world.connectors, `${id}b`, { enumerable: true, get: () => undefined });
    await world.poll(id);
    expect(world.health(id).problem).toBeUndefined();
    expect(subjectsIn()).toBe(0);
  });

  it('after a new UIDVALIDITY deletes what was owed, and no mail that was delivered when nothing was to be deleted', async () => {
    const world = await start({ [id]: {} });
    tenant.deliver(ALICE, (i) => ({ subject: `kept ${i}` }), 5);
    await world.poll();
    const connector = world.connectors[id];
    if (connector) connector.settings.postProcessing = { action: 'delete' };
    tenant.misbehave.uidValidity(ALICE);
    await world.poll();
    expect(subjectsIn()).toBe(5);
    expect(hook.subjects()).toHaveLength(5);
    tenant.deliver(ALICE, { subject: 'new' });
    await world.poll();
    expect(subjectsIn()).toBe(5);
    expect(hook.subjects()).toHaveLength(6);
  });
});

describe('selection unread', () => {
  it('hands over what it chose although somebody has read it while the destination was down', async () => {
    const world = await start({ [id]: { selection: 'unread', retryInterval: '1s' } });
    tenant.deliver(ALICE, (i) => ({ subject: `mail ${i}` }), 2);
    hook.answer = ({ body }) => (body.includes('mail 0') ? 422 : 200);
    await world.poll();
    tenant.deliver(ALICE, { subject: 'mail 2' });
    hook.answer = () => 503;
    await world.poll();
    for (const message of inbox().messages()) message.flags.add('\\Seen');
    hook.answer = () => 200;
    const polled = async (): Promise<void> => {
      await world.poll();
      expect([...hook.subjects()].sort()).toEqual(['mail 0', 'mail 1', 'mail 2']);
    };
    await vi.waitFor(polled, { timeout: 10_000, interval: 200 });
  });
});

it('lets no number of refused messages at the head of the mailbox keep the others from their turn', async () => {
  const world = await start({ [id]: { maxAttempts: 3, retryInterval: '1s' } });
  tenant.deliver(ALICE, (i) => ({ subject: `poison ${i}` }), 20);
  tenant.deliver(ALICE, (i) => ({ subject: `good ${i}` }), 3);
  hook.answer = ({ body }) => (body.includes('poison') ? 500 : 200);
  for (let poll = 0; poll < 4; poll++) await world.poll();
  expect([...hook.subjects()].sort()).toEqual(['good 0', 'good 1', 'good 2']);
});

it('hands over what its filter cannot read, instead of stopping at it', async () => {
  const world = await start({ [id]: { filter: { subject: 'wanted' } } });
  tenant.deliver(ALICE, {
    raw: Buffer.from(`Subject: x\r\nX-Long: ${'x'.repeat(3_000_000)}\r\n\r\nbody\r\n`),
  });
  tenant.deliver(ALICE, { subject: 'wanted, too' });
  await world.poll();
  expect(hook.subjects()).toEqual(['wanted, too']);
  const { items } = await world.inbound.list(id as never, { limit: 10 });
  expect(items.map(({ problem }) => problem?.code)).toContain('message-unreadable');
});

it('passes no UID that UIDNEXT promises and the server does not list yet', async () => {
  const state = emptyLedger('account');
  state.uidValidity = '1';
  const session = { search: async () => [1, 2] } as unknown as ReceiveSession;
  const settings = { selection: 'unprocessed' } as ReceiveSettings;
  const selected = { path: 'INBOX', uidValidity: '1', uidNext: 9, exists: 2 };
  const { bound } = await listCandidates(session, { state, selected, settings, now: 0 });
  expect(bound).toBe(2);
});

it('does not take mail of before its start for new after a new UIDVALIDITY, though it lay far below and a crash came between', async () => {
  const world = await start({ [id]: { startFrom: 'now' } });
  tenant.deliver(ALICE, (i) => ({ subject: `old ${i}` }), 3);
  const gap = tenant.deliver(ALICE, { subject: 'deleted' }, 600);
  inbox().expunge(new Set(gap));
  expect(subjectsIn()).toBe(3);
  await world.poll();
  // As a crash right after the start leaves it.
  await world.storage.client.hdel(keys.ledger(id as ConnectorId, 'INBOX'), 'anchors');
  await world.poll();
  tenant.misbehave.uidValidity(ALICE);
  tenant.deliver(ALICE, { subject: 'new' });
  await world.poll();
  expect(hook.subjects()).toEqual(['new']);
});
