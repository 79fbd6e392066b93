/**
 * A set-up and a grant carried from one service to another, at a certified authorization server whose refresh tokens are
 * good for one use: what was moved goes on there, through several tokens; what was only copied ends, as the warning says.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  MAIL_SCOPES,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { freePort } from '../servers/free-port.js';
import { startServiceProcess, type TestService } from '../servers/service.js';

const ALICE = { sub: 'a-1', address: 'alice@example.test' };
const PASSPHRASE = 'carried over in the other pocket';
/** The schedule refreshes ahead of expiry, so a few seconds make many refreshes. */
const ACCESS_TOKEN_SECONDS = 4;

interface Shown {
  id: string;
  status: string;
  authenticatedUser: string | null;
  problem: { code: string } | null;
}
interface SetupDocument {
  applications: { clientAuth: Record<string, string> }[];
}

let authority: TestAuthorizationServer;
let directory: string;
let here: TestService;
let there: TestService;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-transfer-'));
  const [port, portThere] = [await freePort(), await freePort()];
  authority = await startAuthorizationServer({
    users: [ALICE],
    redirectUris: [`http://localhost:${port}/oauth/callback`],
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
    rotateStrictly: true,
  });
  const start = (name: string, at: number): Promise<TestService> =>
    startServiceProcess({ MAILGRANT_PORT: String(at), MAILGRANT_DATA_DIR: path.join(directory, name) });
  [here, there] = await Promise.all([start('here', port), start('there', portThere)]);
});
afterAll(async () => {
  await here?.stop();
  await there?.stop();
  await authority?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function signedInHere(name: string): Promise<string> {
  const { items } = await here.api<{ items: Shown[] }>('GET', '/applications');
  const application =
    items[0]?.id ??
    (
      await here.api<Shown>('POST', '/applications', {
        name: 'oidc-provider',
        provider: 'custom',
        issuer: authority.issuer,
        clientId: authority.client.clientId,
        clientAuth: { method: 'clientSecret', clientSecret: authority.client.clientSecret },
      })
    ).id;
  const { id } = await here.api<Shown>('POST', '/connections', {
    ...{ name, application, user: ALICE.address, scope: [...MAIL_SCOPES] },
    imap: { host: 'imap.example.test', port: 993, tlsType: 'SSL/TLS' },
  });
  const { authorizationUrl } = await here.api<{ authorizationUrl: string }>(
    'POST',
    `/connections/${id}/authorize`,
  );
  const redirectedUrl = await signInByHttp(authorizationUrl, { user: ALICE.address });
  await here.api('POST', `/connections/${id}/exchange`, { redirectedUrl });
  return id;
}

/** The same set-up there, with its client secret put into the document. @returns the connection's id */
async function setUpThere(name: string): Promise<string> {
  const document = await here.api<SetupDocument>('GET', '/setup/export');
  for (const { clientAuth } of document.applications) clientAuth.clientSecret = authority.client.clientSecret;
  const { items } = await there.api<{ items: { name: string; id: string }[] }>(
    'POST',
    '/setup/import',
    document,
  );
  return items.find((each) => each.name === name)?.id ?? '';
}

const carry = async (from: string, to: string, { move }: { move: boolean }): Promise<string[]> => {
  const { file, warnings } = await here.api<{ file: object; warnings: { code: string }[] }>(
    'POST',
    `/connections/${from}/export`,
    { passphrase: PASSPHRASE, move },
  );
  await there.api('POST', `/connections/${to}/import`, { file, passphrase: PASSPHRASE });
  return warnings.map(({ code }) => code);
};

const refreshes = () => authority.tokenEvents.filter(({ grantType }) => grantType === 'refresh_token');

it('goes on there through several tokens, once it was moved, and is held here', async () => {
  const from = await signedInHere('Alice');
  const to = await setUpThere('Alice');
  expect(await carry(from, to, { move: true })).toEqual([]);
  expect(await here.api<Shown>('GET', `/connections/${from}`)).toMatchObject({
    status: 'reauthorization-required',
    problem: { code: 'grant-moved' },
  });
  const made = refreshes().length;
  await vi.waitFor(() => expect(refreshes().length).toBeGreaterThanOrEqual(made + 4), {
    timeout: 60_000,
    interval: 100,
  });
  expect(refreshes().filter(({ granted }) => !granted)).toEqual([]);
  expect(await there.api<Shown>('GET', `/connections/${to}`)).toMatchObject({
    status: 'authorized',
    authenticatedUser: ALICE.address,
    problem: null,
  });
  // Signed in anew, both live, each with a grant of its own.
  await there.api('POST', `/connections/${to}/sign-out`);
});

it('ends where it was only copied and both use it, as the warning said', async () => {
  const from = await signedInHere('Alice, copied');
  const to = await setUpThere('Alice, copied');
  expect(await carry(from, to, { move: false })).toEqual(['grant-shared']);
  await vi.waitFor(
    async () => {
      const shown = await Promise.all([
        here.api<Shown>('GET', `/connections/${from}`),
        there.api<Shown>('GET', `/connections/${to}`),
      ]);
      expect(shown.map(({ status }) => status)).toContain('reauthorization-required');
    },
    { timeout: 60_000, interval: 100 },
  );
});
