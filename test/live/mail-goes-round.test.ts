/**
 * The main job, nothing mocked, XOAUTH2 the only mechanism offered: sign-in at a certified authorization server in a
 * real browser, Email Send through Postfix into Dovecot, Email Receive out of Dovecot into a signed webhook and a
 * directory, while access tokens expire every few seconds and refresh tokens are good for one use.
 */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  MAIL_SCOPES,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../servers/authorization-server.js';
import { startChromium } from '../servers/chromium.js';
import { startDovecot, type TestDovecot } from '../servers/dovecot.js';
import { freePort } from '../servers/free-port.js';
import { startPostfix, type TestPostfix } from '../servers/postfix.js';
import { API_KEY, startServiceProcess, type TestService } from '../servers/service.js';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';

const ALICE = { sub: 'a-1', address: 'alice@example.test' };
const BOB = { sub: 'b-2', address: 'bob@example.test' };
/** Long enough for one sign-in at a mail server, short enough to expire many times in this test. */
const ACCESS_TOKEN_SECONDS = 4;
const REFRESHES_PER_CONNECTION = 4;

interface Shown {
  id: string;
  status: string;
  authenticatedUser: string | null;
  problem: { code: string; detail: string } | null;
}

let authority: TestAuthorizationServer;
let dovecot: TestDovecot;
let postfix: TestPostfix;
let webhook: WebhookReceiver;
let browser: Browser;
let service: TestService;
let directory: string;
let publicUrl: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-round-'));
  const port = await freePort();
  publicUrl = `http://localhost:${port}`;
  authority = await startAuthorizationServer({
    users: [ALICE, BOB],
    redirectUris: [`${publicUrl}/oauth/callback`],
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
    rotateStrictly: true,
  });
  dovecot = await startDovecot({ introspectionUrl: authority.introspectionUrl });
  postfix = await startPostfix({ dovecot, domain: 'example.test' });
  webhook = await startWebhookReceiver();
  browser = await startChromium();
  service = await startServiceProcess({
    MAILGRANT_PORT: String(port),
    MAILGRANT_PUBLIC_URL: publicUrl,
    MAILGRANT_DATA_DIR: path.join(directory, 'data'),
    NODE_EXTRA_CA_CERTS: dovecot.tls.caFile,
  });
});
afterAll(async () => {
  await service?.stop();
  await browser?.close();
  await webhook?.stop();
  await postfix?.stop();
  await dovecot?.stop();
  await authority?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function createConnection(application: string, user: string): Promise<string> {
  const { id } = await service.api<Shown>('POST', '/connections', {
    name: user,
    application,
    user,
    scope: [...MAIL_SCOPES],
    imap: { host: 'localhost', port: dovecot.imapsPort, tlsType: 'SSL/TLS' },
    smtp: { host: 'localhost', port: postfix.submissionPort, tlsType: 'STARTTLS' },
  });
  return id;
}

/** Presses the page's button for a connection and signs in as somebody; each time with a browser that knows nobody. */
async function signIn(connection: string, button: string, as: string): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(publicUrl);
    await page.getByLabel('Password, or an API key').fill(API_KEY);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${publicUrl}/`);
    await page.goto(`${publicUrl}/connections/${connection}`);
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: button, exact: true }).click();
    const tab = await opened;
    await tab.waitForURL((url) => url.origin === authority.issuer);
    await tab.getByLabel('User').fill(as);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.waitForURL((url) => url.origin === publicUrl);
    return await tab.locator('body').innerText();
  } finally {
    await context.close();
  }
}

const refreshes = () => authority.tokenEvents.filter(({ grantType }) => grantType === 'refresh_token');

it('goes round, with tokens that expire every few seconds', async () => {
  const { id: application } = await service.api<Shown>('POST', '/applications', {
    name: 'oidc-provider',
    provider: 'custom',
    issuer: authority.issuer,
    clientId: authority.client.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: authority.client.clientSecret },
  });
  const alice = await createConnection(application, ALICE.address);
  const bob = await createConnection(application, BOB.address);
  for (const [connection, { address }] of [[alice, ALICE] as const, [bob, BOB] as const]) {
    expect(await signIn(connection, 'Get New Access Token', address)).toContain('Success!');
    const shown = await service.api<Shown>('GET', `/connections/${connection}`);
    expect(shown).toMatchObject({ status: 'authorized', authenticatedUser: address, problem: null });
  }

  const inbox = path.join(directory, 'inbox');
  await mkdir(inbox);
  const receive = (name: string, destination: Record<string, unknown>) =>
    service.api<Shown>('POST', '/connectors', {
      name,
      type: 'email-receive',
      connection: bob,
      settings: { startFrom: 'all', schedule: { every: '1s' }, destination },
    });
  await receive('to a webhook', { type: 'webhook', url: webhook.url, secret: webhook.secret });
  await receive('to a directory', { type: 'directory', path: inbox });
  const { id: sender } = await service.api<Shown>('POST', '/connectors', {
    name: 'Alice sends',
    type: 'email-send',
    connection: alice,
  });

  const subjects: string[] = [];
  const ids: string[] = [];
  // Each message goes the whole way before the next; it ends when every grant has lived through several tokens.
  while (refreshes().length < 2 * REFRESHES_PER_CONNECTION || subjects.length < 5) {
    const subject = `round ${subjects.length + 1}`;
    subjects.push(subject);
    const text = `Grüße, ${subject}`;
    const draft = { to: BOB.address, subject, text };
    const { id } = await service.api<Shown>('POST', `/connectors/${sender}/messages`, draft);
    ids.push(id);
    await vi.waitFor(
      async () => {
        expect(webhook.deliveries.map(({ data }) => data.subject)).toContain(subject);
        expect(await readdir(inbox)).toHaveLength(subjects.length);
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  expect(webhook.unverified, 'requests whose signature did not verify').toBe(0);
  expect(webhook.deliveries.map(({ data }) => data.subject)).toEqual(subjects);
  expect(new Set(webhook.deliveries.map(({ id }) => id)).size).toBe(subjects.length);
  for (const { data } of webhook.deliveries) expect(JSON.stringify(data.from)).toContain(ALICE.address);
  const files = await readdir(inbox);
  const contents = await Promise.all(files.map((file) => readFile(path.join(inbox, file), 'utf8')));
  for (const subject of subjects) {
    expect(contents.filter((content) => content.includes(`Subject: ${subject}\r\n`))).toHaveLength(1);
  }
  for (const id of ids) {
    const message = await service.api<{ status: string; log: unknown[] }>('GET', `/messages/${id}`);
    expect(message.status).toBe('sent');
    expect(JSON.stringify(message.log)).toContain('250 2.0.0 Ok: queued as');
  }
  expect(refreshes().filter(({ granted }) => !granted)).toEqual([]);
  for (const connection of [alice, bob]) {
    expect(await service.api<Shown>('GET', `/connections/${connection}`)).toMatchObject({
      status: 'authorized',
      problem: null,
    });
  }

  // A sign-in as somebody else stores nothing, and names both; the grant that was held goes on.
  const refusal = await signIn(alice, 'Sign in again', BOB.address);
  expect(refusal).toContain(ALICE.address);
  expect(refusal).toContain(BOB.address);
  expect(refusal).not.toContain('Success!');
  const forged = { from: BOB.address, to: BOB.address, subject: 'forged', text: 'x' };
  const answer = await service.call<{ code: string }>('POST', `/connectors/${sender}/messages`, forged);
  expect(answer).toMatchObject({ status: 422, body: { code: 'from-mismatch' } });
  const last = { to: BOB.address, subject: 'and again', text: 'still signed in' };
  await service.api('POST', `/connectors/${sender}/messages`, last);
  await vi.waitFor(() => expect(webhook.deliveries.at(-1)?.data.subject).toBe('and again'), {
    timeout: 30_000,
    interval: 50,
  });
  expect(webhook.deliveries).toHaveLength(subjects.length + 1);
});
