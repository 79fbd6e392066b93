/** The whole service, as an operator runs it: from the first sign-in to mail that goes round, and what becomes of it when a grant or the client secret ends. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';
import { ALICE, BOB, MALLORY, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const PATIENCE = { timeout: 30_000, interval: 50 };
const STOP_WITHIN_MS = 8_000;

let world: ServiceWorld;
let webhook: WebhookReceiver;
let application: Shown;
let alice: string;
let bob: string;
let aliceSends: string;
let inbox: string;

beforeEach(async () => {
  [world, webhook] = await Promise.all([openServiceWorld(), startWebhookReceiver()]);
  await world.start();
  application = await world.createApplication();
  alice = (await world.createConnection(application.id, ALICE)).id;
  bob = (await world.createConnection(application.id, BOB)).id;
  inbox = path.join(world.directory, 'inbox');
  await mkdir(inbox);
});
afterEach(async () => {
  await world.close();
  await webhook.stop();
});

const shown = (connection: string): Promise<Shown> =>
  world.service.api<Shown>('GET', `/connections/${connection}`);
const status = async (message: string): Promise<string> =>
  (await world.service.api<Shown>('GET', `/messages/${message}`)).status;
const becomes = (message: string, wanted: string): Promise<void> =>
  vi.waitFor(async () => expect(await status(message)).toBe(wanted), PATIENCE);
const arrived = (): string[] => webhook.deliveries.map(({ data }) => data.subject);
const refresh = (connection: string) =>
  world.service.call<{ code: string }>('POST', `/connections/${connection}/refresh`);
const logLines = (code: string): string[] =>
  world
    .output()
    .split('\n')
    // The audit trail has each refused request as well.
    .filter((line) => line.includes(`"${code}"`) && line.includes('"level"') && !line.includes('"audit"'));

async function everythingSetUp(): Promise<void> {
  for (const [connection, user] of [
    [alice, ALICE],
    [bob, BOB],
  ] as const) {
    expect(await world.signIn(connection, user)).toMatchObject({
      status: 200,
      text: expect.stringContaining('Success!'),
    });
  }
  const poll = { startFrom: 'all', schedule: { every: '1s' } };
  aliceSends = (await world.createConnector('email-send', alice)).id;
  await world.createConnector('email-receive', bob, {
    ...poll,
    destination: { type: 'webhook', url: webhook.url, secret: webhook.secret },
    postProcessing: { action: 'markRead' },
  });
  await world.createConnector('email-receive', bob, {
    ...poll,
    destination: { type: 'directory', path: inbox },
  });
}

it('carries a message from sign-in to a signed webhook and a directory, and stops leaving nothing behind', async () => {
  await everythingSetUp();
  const { id } = await world.send(aliceSends, { to: BOB, subject: 'round' });
  await becomes(id, 'sent');
  await vi.waitFor(async () => {
    expect(arrived()).toEqual(['round']);
    expect(await readdir(inbox)).toHaveLength(1);
  }, PATIENCE);
  expect(webhook.unverified).toBe(0);
  await vi.waitFor(
    () => expect([...(world.tenant.mailbox(BOB).messages()[0]?.flags ?? [])]).toContain('\\Seen'),
    PATIENCE,
  );
  expect(await world.left()).toEqual([expect.stringContaining('redis-server')]);

  expect((await refresh(alice)).status).toBe(200);
  const metrics = await (await fetch(`${world.service.url}/metrics`)).text();
  for (const counted of [
    'mailgrant_messages_sent_total{outcome="sent"}',
    'mailgrant_messages_received_total{outcome="delivered"}',
    'mailgrant_token_refreshes_total{outcome="refreshed"}',
    'mailgrant_poll_seconds_count{outcome="ok"}',
    'mailgrant_http_request_seconds_count{method="POST"',
    'mailgrant_queue_depth{queue="receive"',
  ])
    expect(metrics).toContain(counted);

  const before = Date.now();
  expect(await world.service.stop()).toBe(0);
  expect(Date.now() - before).toBeLessThan(STOP_WITHIN_MS);
  expect(await world.left()).toEqual([]);
});

it('loses one grant for 50173: its mail waits, and goes on with a new sign-in, nobody pressing retry', async () => {
  await everythingSetUp();
  const bobSends = (await world.createConnector('email-send', bob)).id;
  world.tenant.misbehave.revoke(BOB);
  expect(await refresh(bob)).toMatchObject({ status: 409 });
  expect(await shown(bob)).toMatchObject({
    status: 'reauthorization-required',
    problem: { code: expect.any(String), detail: expect.stringContaining(BOB) },
  });
  expect(await shown(alice)).toMatchObject({ status: 'authorized', problem: null });

  const held = await Promise.all(
    [1, 2, 3].map((i) => world.send(bobSends, { to: ALICE, subject: `held ${i}` })),
  );
  for (const { id } of held) await becomes(id, 'held');
  const meanwhile = await world.send(aliceSends, { to: BOB, subject: 'meanwhile' });
  await becomes(meanwhile.id, 'sent');
  expect(arrived()).toEqual([]);
  expect(world.tenant.sink.entries.map(({ subject }) => subject)).toEqual(['meanwhile']);

  expect((await world.signIn(bob, BOB)).status).toBe(200);
  for (const { id } of held) await becomes(id, 'sent');
  await vi.waitFor(() => expect(arrived()).toEqual(['meanwhile']), PATIENCE);
  expect([...world.tenant.sink.countsById().values()]).toEqual([1, 1, 1, 1]);
  expect(await shown(bob)).toMatchObject({ status: 'authorized', problem: null });
});

it('stores nothing of a sign-in as somebody else, and names both', async () => {
  const refused = await world.signIn(alice, MALLORY);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.text).toContain(ALICE);
  expect(refused.text).toContain(MALLORY);
  expect(await shown(alice)).toMatchObject({
    status: 'unauthorized',
    authenticatedUser: null,
    grantedScope: [],
    accessTokenExpiresAt: null,
  });
  expect((await world.signIn(alice, ALICE)).status).toBe(200);
  const kept = await shown(alice);
  expect((await world.signIn(alice, MALLORY)).status).toBeGreaterThanOrEqual(400);
  expect(await shown(alice)).toEqual(kept);
});

it('shows a wrong client secret on every connection, logs it once, and heals with the right one without a sign-in', async () => {
  await everythingSetUp();
  const signIns = () =>
    world.tenant.authorization.log.filter(({ grantType }) => grantType === 'authorization_code').length;
  const changeSecret = async (clientSecret: string): Promise<void> => {
    const { version } = await world.service.api<Shown>('GET', `/applications/${application.id}`);
    const change = { clientAuth: { method: 'clientSecret', clientSecret } };
    const header = { 'if-match': `"${version}"` };
    await world.service.api('PATCH', `/applications/${application.id}`, change, header);
  };
  const statuses = async (): Promise<string[]> =>
    Promise.all([alice, bob].map(async (each) => (await shown(each)).status));

  await changeSecret('this-is-not-the-secret');
  await Promise.all([refresh(alice), refresh(bob)]);
  expect(await statuses()).toEqual(['application-error', 'application-error']);
  const { problem } = await shown(alice);
  expect((await shown(bob)).problem).toMatchObject({ code: problem?.code });
  await Promise.all([refresh(alice), refresh(bob), refresh(alice)]);
  expect(logLines(problem?.code ?? 'none')).toHaveLength(1);

  await changeSecret(world.tenant.clientSecret);
  await vi.waitFor(async () => expect(await statuses()).toEqual(['authorized', 'authorized']), PATIENCE);
  expect(signIns()).toBe(2);
  const { id } = await world.send(aliceSends, { to: BOB, subject: 'healed' });
  await becomes(id, 'sent');
  await vi.waitFor(() => expect(arrived()).toEqual(['healed']), PATIENCE);
});
