/** Every way in at a certified authorization server: device code in a browser, client credentials, headless, pasted tokens; and revocation. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as oidc from 'openid-client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  MAIL_SCOPES,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { startChromium } from '../servers/chromium.js';
import { freePort } from '../servers/free-port.js';
import { startServiceProcess, type TestService } from '../servers/service.js';

const ALICE = { sub: 'a-1', address: 'alice@example.test' };
const BOB = { sub: 'b-2', address: 'bob@example.test' };
const CLIENT = { clientId: 'every-grant', clientSecret: 'secret-of-every-grant-0123456789' };
/** Where the test's own sign-ins come back to; nobody listens. */
const ELSEWHERE = 'http://127.0.0.1:9/elsewhere';
/** The server names no interval, so it is asked every five seconds (RFC 8628 §3.2). */
const PATIENCE = { timeout: 30_000, interval: 200 };

interface Shown {
  id: string;
  version: number;
  status: string;
  identity: string | null;
  authenticatedUser: string | null;
  accessTokenExpiresAt: string | null;
  lastRefreshAt: string | null;
  problem: { code: string } | null;
}

interface Device {
  state: string;
  userCode: string;
  verificationUriComplete: string;
  user?: string;
  problem: { code: string } | null;
}

let authority: TestAuthorizationServer;
let browser: Browser;
let service: TestService;
let directory: string;
let application: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-grants-'));
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  authority = await startAuthorizationServer({
    users: [ALICE, BOB],
    redirectUris: [`${publicUrl}/oauth/callback`, ELSEWHERE],
    rotateStrictly: false,
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        grant_types: [
          'authorization_code',
          'refresh_token',
          'client_credentials',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
      },
    ],
  });
  browser = await startChromium();
  service = await startServiceProcess({
    MAILGRANT_PORT: String(port),
    MAILGRANT_PUBLIC_URL: publicUrl,
    MAILGRANT_DATA_DIR: path.join(directory, 'data'),
  });
  const created = await service.api<Shown>('POST', '/applications', {
    name: 'oidc-provider',
    provider: 'custom',
    issuer: authority.issuer,
    clientId: CLIENT.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: CLIENT.clientSecret },
  });
  application = created.id;
});
afterAll(async () => {
  await service?.stop();
  await browser?.close();
  await authority?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function connection(settings: Record<string, unknown> = {}): Promise<string> {
  const { id } = await service.api<Shown>('POST', '/connections', {
    name: ALICE.address,
    application,
    user: ALICE.address,
    scope: [...MAIL_SCOPES],
    imap: { host: 'localhost', port: 1143, tlsType: 'None' },
    ...settings,
  });
  return id;
}

const shown = (id: string): Promise<Shown> => service.api<Shown>('GET', `/connections/${id}`);
const act = <Body = Shown>(id: string, what: string, body?: unknown): Promise<Body> =>
  service.api<Body>('POST', `/connections/${id}/${what}`, body);

/** Opens the link with the code in it, and signs in as somebody or declines. */
async function enterCode(url: string, as: string | undefined): Promise<void> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: as === undefined ? '[ Abort ]' : 'Continue' }).click();
    if (as === undefined) return void (await page.waitForLoadState());
    await page.getByLabel('User').fill(as);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Sign-in Success').waitFor();
  } finally {
    await context.close();
  }
}

const deviceOf = (id: string): Promise<Device> => service.api<Device>('GET', `/connections/${id}/device`);
const ended = (id: string) => expect.poll(async () => (await deviceOf(id)).state, PATIENCE);

it('signs in with a device code, entered in a browser', async () => {
  const id = await connection({ grant: 'deviceCode' });
  const device = await act<Device>(id, 'device');
  expect(device.verificationUriComplete).toContain(device.userCode);
  await enterCode(device.verificationUriComplete, ALICE.address);
  await ended(id).toBe('signed-in');
  expect(await shown(id)).toMatchObject({
    status: 'authorized',
    identity: 'proved',
    authenticatedUser: ALICE.address,
  });
  const before = await shown(id);
  const after = await act(id, 'refresh');
  expect(after.lastRefreshAt).not.toBe(before.lastRefreshAt);
});

it('refuses somebody else with the device code, and a person who declines', async () => {
  const id = await connection({ grant: 'deviceCode' });
  await enterCode((await act<Device>(id, 'device')).verificationUriComplete, BOB.address);
  await ended(id).toBe('failed');
  expect((await deviceOf(id)).problem?.code).toBe('wrong-user');
  await enterCode((await act<Device>(id, 'device')).verificationUriComplete, undefined);
  await expect.poll(async () => (await deviceOf(id)).problem?.code, PATIENCE).toBe('device-code-declined');
  expect((await shown(id)).status).toBe('unauthorized');
});

it('gets tokens of the application itself, and renews them', async () => {
  const id = await connection({ grant: 'clientCredentials' });
  expect(await act(id, 'refresh')).toMatchObject({
    status: 'authorized',
    identity: 'application',
    authenticatedUser: null,
  });
  const granted = () =>
    authority.tokenEvents.filter(({ grantType }) => grantType === 'client_credentials').length;
  const before = granted();
  expect((await act(id, 'refresh')).status).toBe('authorized');
  expect(granted()).toBe(before + 1);
});

it('is finished headless, with the address that another machine’s browser ended on', async () => {
  const id = await connection();
  const { authorizationUrl } = await act<{ authorizationUrl: string }>(id, 'authorize');
  const redirectedUrl = await signInByHttp(authorizationUrl, { user: ALICE.address });
  expect(await act(id, 'exchange', { redirectedUrl })).toMatchObject({
    status: 'authorized',
    authenticatedUser: ALICE.address,
  });
});

it('takes a pasted refresh token, revokes it at sign-out, and takes it no more', async () => {
  const refreshToken = await refreshTokenOf(ALICE.address);
  const id = await connection({ tokenMode: 'refresh' });
  expect(await act(id, 'tokens', { refreshToken })).toMatchObject({
    status: 'authorized',
    identity: 'proved',
    authenticatedUser: ALICE.address,
  });
  const out = await act<Shown & { revocation: { outcome: string } }>(id, 'sign-out');
  expect([out.status, out.revocation.outcome]).toEqual(['unauthorized', 'revoked']);
  const again = await service.call<{ code: string }>('POST', `/connections/${id}/tokens`, { refreshToken });
  expect([again.status, again.body.code]).toEqual([409, 'grant-invalid']);

  const bobs = await refreshTokenOf(BOB.address);
  const foreign = await service.call<{ code: string }>('POST', `/connections/${id}/tokens`, {
    refreshToken: bobs,
  });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'wrong-user']);
});

/** As a person gets one with some other tool. */
async function refreshTokenOf(user: string): Promise<string> {
  const config = await oidc.discovery(
    new URL(authority.issuer),
    CLIENT.clientId,
    CLIENT.clientSecret,
    undefined,
    { execute: [oidc.allowInsecureRequests] },
  );
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: ELSEWHERE,
    scope: ['openid', 'profile', 'email', 'offline_access', ...MAIL_SCOPES].join(' '),
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const back = new URL(await signInByHttp(url.href, { user }));
  const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier });
  return tokens.refresh_token ?? '';
}
