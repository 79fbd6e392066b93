/** The whole service tells what stops and what is over: by signed webhook, by mail through one of its own connectors, and at the terminal. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { API_KEY } from '../servers/service.js';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';
import { ALICE, BOB, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 50 };

interface ShownChannel extends Shown {
  delivery: { waiting: number; message: string | null; problem: { code: string } | null };
}

let world: ServiceWorld;
let hook: WebhookReceiver;
let application: Shown;
let alice: string;
let bob: string;
let mailChannel: string;

beforeEach(async () => {
  [world, hook] = await Promise.all([openServiceWorld(), startWebhookReceiver()]);
  await world.start();
  application = await world.createApplication();
  alice = (await world.createConnection(application.id, ALICE)).id;
  bob = (await world.createConnection(application.id, BOB)).id;
  await world.signIn(alice, ALICE);
  await world.signIn(bob, BOB);
  const connector = (await world.createConnector('email-send', alice)).id;
  const channel = (settings: object) =>
    world.service.api<Shown>('POST', '/alert-channels', { name: 'On call', ...settings });
  await channel({ type: 'webhook', url: hook.url, secret: hook.secret });
  mailChannel = (await channel({ type: 'mail', connector, to: BOB })).id;
});
afterEach(async () => {
  await world.close();
  await hook.stop();
});

/** What the webhook was told, and the subjects of what came by mail. */
const posted = (): string[] =>
  hook.deliveries.map(({ type, data }) => {
    const [first] = data.alerts as { kind: string }[];
    return `${type} ${first?.kind}`;
  });
const mailed = (): string[] =>
  world.tenant
    .mailbox(BOB)
    .messages()
    .map(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1] ?? '');
const refresh = (connection: string) => world.service.call('POST', `/connections/${connection}/refresh`);

async function terminal(...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [ENTRY, ...words], {
    env: { PATH: process.env.PATH, MAILGRANT_URL: world.service.url, MAILGRANT_API_KEY: API_KEY },
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return out;
}

const told = (kind: string) => [`alert.opened ${kind}`, `alert.resolved ${kind}`];

it('a connection that ends is told by webhook and by mail, shows at the terminal and in the metrics, and is told to be well', async () => {
  world.tenant.misbehave.revoke(BOB);
  expect((await refresh(bob)).status).toBe(409);
  await vi.waitFor(() => {
    expect(posted()).toEqual(told('connection-stopped').slice(0, 1));
    expect(mailed()).toEqual([expect.stringMatching(/^Mailgrant ALERT: /)]);
  }, PATIENCE);
  expect(JSON.stringify(hook.deliveries)).toContain(bob);
  expect(await terminal('alerts', 'list', '--open')).toContain(BOB);
  expect(await terminal('status')).toMatch(/Open alerts:\n {2}critical, since .*bob@/);
  const metrics = await (await fetch(`${world.service.url}/metrics`)).text();
  expect(metrics).toContain('mailgrant_open_alerts{kind="connection-stopped"} 1');

  await world.signIn(bob, BOB);
  await vi.waitFor(() => {
    expect(posted()).toEqual(told('connection-stopped'));
    expect(mailed()).toEqual([
      expect.stringMatching(/^Mailgrant ALERT: /),
      expect.stringMatching(/^Mailgrant RESOLVED: /),
    ]);
  }, PATIENCE);
  expect(hook.unverified).toBe(0);
});

it('an application that fails is one alert, over by webhook and mail, and once more when it works again', async () => {
  const changeSecret = async (clientSecret: string): Promise<void> => {
    const { version } = await world.service.api<Shown>('GET', `/applications/${application.id}`);
    const change = { clientAuth: { method: 'clientSecret', clientSecret } };
    await world.service.api('PATCH', `/applications/${application.id}`, change, {
      'if-match': `"${version}"`,
    });
  };
  await changeSecret('this-is-not-the-secret');
  await Promise.all([refresh(alice), refresh(bob)]);
  await vi.waitFor(() => {
    expect(posted()).toEqual(told('application-failed').slice(0, 1));
    // Alice's access token is still good: her mail goes out.
    expect(mailed()).toHaveLength(1);
  }, PATIENCE);
  // Until its outcome is on disk a mail is uncertain after a kill, and an alert of its own.
  await vi.waitFor(async () => {
    const channel = await world.service.api<ShownChannel>('GET', `/alert-channels/${mailChannel}`);
    const { message } = channel.delivery;
    expect(await world.service.api('GET', `/messages/${message}`)).toMatchObject({ status: 'sent' });
  }, PATIENCE);
  await world.service.kill();
  await world.start();
  await changeSecret(world.tenant.clientSecret);
  await vi.waitFor(() => {
    expect(posted()).toEqual(told('application-failed'));
    expect(mailed()).toHaveLength(2);
  }, PATIENCE);
});

it('a mail about the very connection that it goes out by waits, says so, and goes out in the end', async () => {
  const delivery = async () =>
    (await world.service.api<ShownChannel>('GET', `/alert-channels/${mailChannel}`)).delivery;
  world.tenant.misbehave.revoke(ALICE);
  expect((await refresh(alice)).status).toBe(409);
  await vi.waitFor(async () => {
    expect(posted()).toEqual(told('connection-stopped').slice(0, 1));
    expect(await delivery()).toMatchObject({
      waiting: 0,
      message: expect.stringMatching(/^msg_/),
      problem: { code: 'alert-mail-held' },
    });
  }, PATIENCE);
  expect(world.output()).toContain('alert-mail-held');
  expect(mailed()).toEqual([]);

  await world.signIn(alice, ALICE);
  await vi.waitFor(async () => {
    expect(posted()).toEqual(told('connection-stopped'));
    expect(mailed()).toEqual([
      expect.stringMatching(/^Mailgrant ALERT: /),
      expect.stringMatching(/^Mailgrant RESOLVED: /),
    ]);
    expect((await delivery()).problem).toBeNull();
  }, PATIENCE);
});
