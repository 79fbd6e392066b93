import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageId } from '../../src/contract/ids.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { flushRedis, startRedis, type TestRedis } from '../servers/redis.js';
import { mailboxKey, openWorld, WEBHOOK_SECRET, type World } from './receive-world.js';
import { startWebhook, type WebhookReceiver } from './webhook-receiver.js';

const ALICE = 'alice@sandbox.example';

let redis: TestRedis;
let tenant: Tenant;
let hook: WebhookReceiver;
let world: World | undefined;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  tenant = await startTenant();
  hook = await startWebhook();
});
afterEach(async () => {
  await vi.waitFor(() => expect(tenant.imap.openSessions()).toBe(0));
  if (world) await flushRedis(world.storage.client);
  await world?.close();
  world = undefined;
  await hook.close();
  await tenant.close();
});

async function start(
  connectors: Record<string, Record<string, unknown>>,
  options: { webhookDeadlineMs?: number } = {},
): Promise<World> {
  const { accessToken } = await tenant.issueTokens(ALICE);
  const webhook = { type: 'webhook', url: hook.url, secret: WEBHOOK_SECRET };
  world = await openWorld({
    redisUrl: redis.url,
    imap: tenant.imap,
    user: ALICE,
    accessToken,
    connectors: Object.fromEntries(
      Object.entries(connectors).map(([id, settings]) => [id, { destination: webhook, ...settings }]),
    ),
    ...options,
  });
  return world;
}

const numbered = (prefix: string) => (index: number) => ({ subject: `${prefix} ${index}` });
const sorted = (texts: readonly string[]): string[] => [...texts].sort();
const expected = (prefix: string, count: number): string[] =>
  sorted(Array.from({ length: count }, (_, i) => `${prefix} ${i}`));
const uids = (path?: string): number[] =>
  tenant
    .mailbox(ALICE, path)
    .messages()
    .map(({ uid }) => uid);
const commands = (name: string): number =>
  tenant.imap.log.filter((entry) => entry.command.includes(name)).length;

describe('a first poll', () => {
  it('that starts from now delivers nothing that was there, and everything that comes afterwards', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'now' } });
    tenant.deliver(ALICE, numbered('old'), 3);
    await poll();
    tenant.deliver(ALICE, numbered('new'), 3);
    await poll();
    expect(sorted(hook.subjects())).toEqual(expected('new', 3));
  });

  it('that starts from all delivers what is there, signed, once', async () => {
    const { poll, health } = await start({ ctr_a: { startFrom: 'all' } });
    tenant.deliver(ALICE, numbered('mail'), 120);
    await poll();
    await poll();
    expect(sorted(hook.subjects())).toEqual(expected('mail', 120));
    const verifier = new Webhook(WEBHOOK_SECRET);
    for (const { body, headers } of hook.received)
      expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'message.received',
      });
    expect(health()).toMatchObject({ failures: 0, problem: undefined });
    expect(health().lastSuccessAt).toBeGreaterThan(0);
  });

  it('that starts from a date begins with the first message received on it', async () => {
    const { poll } = await start({ ctr_a: { startFrom: '2026-03-01' } });
    const dates = ['2026-01-01', '2026-02-01', '2026-03-02', '2026-02-15'];
    tenant.deliver(ALICE, (i) => ({ subject: `mail ${i}`, internalDate: Date.parse(dates[i] ?? '') }), 4);
    await poll();
    expect(sorted(hook.subjects())).toEqual(['mail 2', 'mail 3']);
  });
});

describe('a poll', () => {
  it('of a mailbox without news is a SELECT and no SEARCH', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'all' } });
    tenant.deliver(ALICE, numbered('mail'), 3);
    await poll();
    const searches = commands('SEARCH');
    await poll();
    expect(commands('SEARCH')).toBe(searches);
  });

  it('hands over no more than its limit and asks to go on at once', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'all', maxMessagesPerPoll: 10 } });
    tenant.deliver(ALICE, numbered('mail'), 25);
    expect(await poll()).toBeLessThanOrEqual(Date.now());
    expect(hook.received.length).toBe(10);
    await poll();
    expect(await poll()).toBeGreaterThan(Date.now());
    expect(sorted(hook.subjects())).toEqual(expected('mail', 25));
  });

  it('passes over what its filter leaves out, encoded headers included', async () => {
    const { poll, ledgers } = await start({
      ctr_a: { startFrom: 'all', filter: { from: ['@billing.example'], subject: 'Übersicht' } },
    });
    tenant.deliver(ALICE, { from: 'Bills <a@billing.example>', subject: '=?utf-8?q?=C3=9Cbersicht_Mai?=' });
    tenant.deliver(ALICE, { from: 'Bills <a@billing.example>', subject: 'Other' });
    tenant.deliver(ALICE, { from: 'Spam <a@spam.example>', subject: '=?utf-8?q?=C3=9Cbersicht?=' });
    await poll();
    expect(hook.subjects()).toEqual(['Übersicht Mai']);
    expect((await ledgers.read('ctr_a' as never, 'INBOX')).watermark).toBe(3);
  });

  it('takes only what nobody has read where unread is selected', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'all', selection: 'unread' } });
    tenant.deliver(ALICE, { subject: 'read', flags: ['\\Seen'] });
    tenant.deliver(ALICE, { subject: 'unread' });
    await poll();
    expect(hook.subjects()).toEqual(['unread']);
  });

  it('leaves content above maxInlineBytes out and says so', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'all', maxInlineBytes: 2_000 } });
    tenant.deliver(ALICE, { subject: 'large', text: 'x'.repeat(5_000) });
    await poll();
    const { data } = JSON.parse(hook.received[0]?.body ?? '') as { data: Record<string, unknown> };
    expect(data).toMatchObject({
      subject: 'large',
      text: null,
      contentOmitted: { reason: 'maxInlineBytes' },
    });
  });
});

describe('post-processing', () => {
  it('marks, moves and deletes only what was confirmed', async () => {
    for (const [id, action] of [
      ['ctr_mark', { action: 'markRead' }],
      ['ctr_move', { action: 'move', mailbox: 'Archive' }],
    ] as const) {
      const { poll, close } = await start({ [id]: { startFrom: 'all', postProcessing: action } });
      hook.answer = ({ body }) => (body.includes('bad') ? 422 : 200);
      tenant.deliver(ALICE, { subject: 'good' });
      tenant.deliver(ALICE, { subject: 'bad' });
      await poll();
      const left = tenant.mailbox(ALICE).messages();
      if (action.action === 'markRead') {
        expect(left.map(({ flags }) => flags.has('\\Seen'))).toEqual([true, false]);
        tenant.mailbox(ALICE).expunge(new Set(uids()));
        await close();
      } else {
        expect(left.length).toBe(1);
        expect(uids('Archive').length).toBe(1);
      }
    }
  });

  it('moves a message only when every enabled receiver of the mailbox has it', async () => {
    const { poll, connectors } = await start({
      ctr_a: { startFrom: 'all', postProcessing: { action: 'move', mailbox: 'Archive' } },
      ctr_b: { startFrom: 'all' },
      ctr_c: { startFrom: 'all' },
    });
    if (connectors.ctr_c) connectors.ctr_c.enabled = false;
    tenant.deliver(ALICE, numbered('mail'), 5);
    await poll('ctr_a');
    expect(uids().length).toBe(5);
    await poll('ctr_b');
    await poll('ctr_a');
    expect(uids()).toEqual([]);
    expect(uids('Archive').length).toBe(5);
    expect(hook.received.length).toBe(10);
  });

  it('that the server refuses stays owed, is shown, and is tried again', async () => {
    const { poll, health } = await start({
      ctr_a: { startFrom: 'all', postProcessing: { action: 'move', mailbox: 'Nowhere' } },
    });
    tenant.deliver(ALICE, { subject: 'mail' });
    await poll();
    expect(health()).toMatchObject({ failures: 0, problem: { code: 'post-processing-failed' } });
    tenant.mailbox(ALICE, 'Nowhere');
    await poll();
    expect(health().problem).toBeUndefined();
    expect(uids('Nowhere').length).toBe(1);
    expect(hook.received.length).toBe(1);
  });
});

describe('a destination', () => {
  it('that is down as a whole backs the connector off and counts nothing against messages', async () => {
    const { poll, health, ledgers } = await start({ ctr_a: { startFrom: 'all', maxAttempts: 1 } });
    hook.answer = () => 503;
    tenant.deliver(ALICE, numbered('mail'), 20);
    const next = await poll();
    expect(health()).toMatchObject({ failures: 1, problem: { code: 'webhook-unavailable' } });
    expect(next).toBeGreaterThan(Date.now() + 1_000);
    expect((await ledgers.read('ctr_a' as never, 'INBOX')).pending.size).toBe(0);
    hook.answer = () => 200;
    await poll();
    expect(sorted(hook.subjects())).toEqual(expected('mail', 20));
    expect(health().failures).toBe(0);
  });

  it('that says 410 pauses the connector and loses nothing', async () => {
    const { poll, health } = await start({ ctr_a: { startFrom: 'all' } });
    hook.answer = () => 410;
    tenant.deliver(ALICE, numbered('mail'), 3);
    expect(await poll()).toBeUndefined();
    expect(health()).toMatchObject({ paused: true, problem: { code: 'webhook-gone' } });
    hook.answer = () => 200;
    expect(await poll()).toBeUndefined();
    health().paused = false;
    await poll();
    expect(sorted(hook.subjects())).toEqual(expected('mail', 3));
  });

  it('that never answers is cut off at its deadline', async () => {
    const { poll, health } = await start({ ctr_a: { startFrom: 'all' } }, { webhookDeadlineMs: 200 });
    hook.answer = () => undefined;
    tenant.deliver(ALICE, { subject: 'mail' });
    await poll();
    expect(health().problem).toMatchObject({ code: 'webhook-unreachable' });
  });

  it('that refuses one message for good does not keep it from the others: quarantine, and redelivery under the same id', async () => {
    const { poll, inbound, ledgers } = await start({
      ctr_a: {
        startFrom: 'all',
        maxAttempts: 2,
        retryInterval: '1ms',
        postProcessing: { action: 'move', mailbox: 'Archive' },
      },
    });
    hook.answer = ({ body }) => (body.includes('poison') ? 422 : 200);
    tenant.deliver(ALICE, (i) => ({ subject: i === 3 ? 'poison' : `mail ${i}` }), 10);
    await poll();
    await poll();
    expect(hook.subjects().length).toBe(9);
    const { items } = await inbound.list('ctr_a' as never, { status: 'quarantined', limit: 10 });
    expect(items).toMatchObject([
      { subject: 'poison', attempts: 2, problem: { code: 'message-quarantined' } },
    ]);
    expect((await ledgers.read('ctr_a' as never, 'INBOX')).watermark).toBe(10);
    expect(uids()).toEqual([4]);

    hook.answer = () => 200;
    const redelivered = await inbound.redeliver(items[0]?.id as MessageId, 'key_test');
    expect(redelivered.status).toBe('delivered');
    const ids = hook.received.filter(({ body }) => body.includes('poison')).map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
    expect(uids()).toEqual([]);
    expect((await inbound.list('ctr_a' as never, { status: 'quarantined', limit: 10 })).items).toEqual([]);
  });
});

describe('UIDVALIDITY', () => {
  it('may change without losing or replaying mail', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'now' } });
    tenant.deliver(ALICE, numbered('old'), 3);
    await poll();
    tenant.deliver(ALICE, numbered('mail'), 30);
    await poll();
    tenant.deliver(ALICE, numbered('new'), 5);
    tenant.misbehave.uidValidity(ALICE);
    await poll();
    await poll();
    expect(sorted(hook.subjects())).toEqual(sorted([...expected('mail', 30), ...expected('new', 5)]));
  });

  it('takes two like messages for two', async () => {
    const { poll } = await start({ ctr_a: { startFrom: 'all' } });
    const twin = { subject: 'twin', messageId: '<twin@x.example>', internalDate: Date.parse('2026-01-01') };
    tenant.deliver(ALICE, twin);
    await poll();
    tenant.deliver(ALICE, twin);
    tenant.misbehave.uidValidity(ALICE);
    await poll();
    expect(hook.subjects()).toEqual(['twin', 'twin']);
  });
});

describe('a session', () => {
  it('whose access token ends in the middle goes on at once with a new one', async () => {
    const running = await start({ ctr_a: { startFrom: 'all', maxMessagesPerPoll: 1_000 } });
    running.token.refresh = async () => (await tenant.issueTokens(ALICE)).accessToken;
    tenant.deliver(ALICE, numbered('mail'), 600);
    let expired = false;
    hook.onConfirmed = () => {
      if (hook.received.length === 150 && !expired) {
        expired = true;
        tenant.misbehave.expireAccessTokens(ALICE);
      }
    };
    await running.poll();
    expect(expired).toBe(true);
    expect(new Set(hook.subjects())).toEqual(new Set(expected('mail', 600)));
    expect(running.token.version).toBe(2);
    expect(running.health()).toMatchObject({ failures: 0, problem: undefined });
  });

  it('refreshes a refused token once, and holds when the new one is refused too', async () => {
    const running = await start({ ctr_a: { startFrom: 'all' } });
    let refreshes = 0;
    running.token.refresh = async () => {
      refreshes++;
      return (await tenant.issueTokens(ALICE)).accessToken;
    };
    tenant.misbehave.imap({ kind: 'refuse-authentication' });
    await running.poll();
    expect(refreshes).toBe(1);
    expect(running.health().problem).toMatchObject({ code: 'imap-sign-in-refused', verdict: 'hold' });
  });

  it('waits as long as a throttling server asks', async () => {
    const { poll, health } = await start({ ctr_a: { startFrom: 'all' } });
    tenant.deliver(ALICE, { subject: 'mail' });
    tenant.misbehave.imap({ kind: 'throttled', ms: 92_415, command: 'UID FETCH' });
    const next = (await poll()) ?? 0;
    expect(health().problem).toMatchObject({ code: 'imap-throttled', verdict: 'wait-until' });
    expect(next - Date.now()).toBeGreaterThan(80_000);
    expect(next - Date.now()).toBeLessThan(93_000);
  });

  it('names a mailbox that the account cannot open', async () => {
    const { poll, health } = await start({ ctr_a: { startFrom: 'all' } });
    tenant.misbehave.imap({ kind: 'not-connected' });
    await poll();
    expect(health().problem).toMatchObject({ code: 'mailbox-not-connected', verdict: 'hold' });
  });

  it('names a folder that does not exist', async () => {
    const { poll, health } = await start({ ctr_a: { startFrom: 'all', mailbox: 'Nowhere' } });
    await poll();
    expect(health().problem).toMatchObject({ code: 'mailbox-not-found' });
  });

  it('that breaks during a fetch loses nothing, and a message that always breaks it ends in quarantine', async () => {
    const { poll, inbound } = await start({
      ctr_a: { startFrom: 'all', maxAttempts: 2, retryInterval: '1ms' },
    });
    tenant.deliver(ALICE, numbered('mail'), 4);
    const withdraw = tenant.misbehave.imap({ kind: 'drop', command: 'UID FETCH' });
    await poll();
    withdraw();
    for (let i = 0; i < 3; i++) await poll();
    expect(sorted(hook.subjects())).toEqual(expected('mail', 4));
    expect((await inbound.list('ctr_a' as never, { status: 'quarantined', limit: 10 })).items).toEqual([]);
  });

  it('is the only one of its mailbox over all processes', async () => {
    const first = await start({ ctr_a: { startFrom: 'all' }, ctr_b: { startFrom: 'all' } });
    tenant.deliver(ALICE, numbered('mail'), 20);
    let most = 0;
    hook.onConfirmed = () => {
      most = Math.max(most, tenant.imap.openSessions());
    };
    const wants = await Promise.all([first.poll('ctr_a'), first.poll('ctr_b')]);
    expect(most).toBe(1);
    expect(hook.received.length).toBe(20);
    expect(wants.some((at) => at !== undefined && at < Date.now() + 1_000)).toBe(true);
    expect(await first.storage.client.exists(`mg:{${mailboxKey}}:poll`)).toBe(0);
  });
});
