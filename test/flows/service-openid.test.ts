/** The service as an operator starts it, with the company's OpenID provider in its environment and a proxy before it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAuthorizationServer, type TestAuthorizationServer } from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { freePort } from '../servers/free-port.js';
import { startServiceProcess, type TestService } from '../servers/service.js';

const ADA = { sub: 'sub-1', address: 'ada@contoso.example', claims: { groups: ['mail-admins'] } };
const CLIENT = '203.0.113.7';

let directory: string;
let provider: TestAuthorizationServer;
let service: TestService;
let publicUrl: string;
beforeAll(async () => {
  const port = await freePort();
  publicUrl = `http://localhost:${port}`;
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-openid-'));
  provider = await startAuthorizationServer({
    users: [ADA],
    redirectUris: [`${publicUrl}/sign-in/callback`],
  });
  service = await startServiceProcess({
    MAILGRANT_PORT: String(port),
    MAILGRANT_DATA_DIR: directory,
    MAILGRANT_LOG_LEVEL: 'trace',
    MAILGRANT_TRUSTED_PROXIES: '127.0.0.0/8',
    MAILGRANT_PASSWORD_SIGN_IN: 'false',
    MAILGRANT_OPENID_ISSUER: provider.issuer,
    MAILGRANT_OPENID_CLIENT_ID: provider.client.clientId,
    MAILGRANT_OPENID_CLIENT_SECRET: provider.client.clientSecret,
    MAILGRANT_OPENID_ROLES: 'groups:mail-admins=admin',
    MAILGRANT_OPENID_NAME: 'Contoso',
  });
});
afterAll(async () => {
  await service?.stop();
  await provider?.stop();
  await rm(directory, { recursive: true, force: true });
});

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');

it('its first admin comes through the provider, by the address that the proxy tells, and no secret is in the log', async () => {
  const ask = (url: string, init: RequestInit = {}) =>
    fetch(`${service.url}${url}`, {
      redirect: 'manual',
      ...init,
      headers: { 'x-forwarded-for': `127.0.0.1, ${CLIENT}`, origin: publicUrl, ...init.headers },
    });
  expect(await (await ask('/sign-in')).text()).toContain('Sign in with Contoso');
  const begun = await ask('/sign-in/openid', { method: 'POST' });
  const authorizationUrl = begun.headers.get('refresh')?.replace('0; url=', '') ?? '';
  const back = new URL(await signInByHttp(authorizationUrl, { user: ADA.address }));
  expect(back.origin).toBe(publicUrl);
  const headers = { cookie: cookiesOf(begun) };
  const arrived = await ask(`${back.pathname}${back.search}`, { headers });
  expect([arrived.status, arrived.headers.get('location')]).toEqual([303, '/']);

  const session = await ask('/api/v1/session', { headers: { cookie: cookiesOf(arrived) } });
  expect(await session.json()).toMatchObject({ kind: 'person', name: ADA.address, role: 'admin' });
  const { items } = await service.api<{ items: object[] }>('GET', '/audit?action=session.start');
  expect(items[0]).toMatchObject({ from: CLIENT, outcome: 'done', detail: `through ${provider.issuer}` });

  const parameters = [...new URL(authorizationUrl).searchParams, ...back.searchParams];
  const secrets = parameters.filter(([name]) => ['state', 'nonce', 'code'].includes(name));
  expect(new Set(secrets.map(([name]) => name)).size).toBe(3);
  for (const [name, secret] of [...secrets, ['client secret', provider.client.clientSecret] as const])
    expect(service.output(), name).not.toContain(secret);
});
