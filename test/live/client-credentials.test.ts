/**
 * Each client credential at a certified authorization server, set up, signed in and refreshed from the command line as a
 * new user would: secret in the body and as Basic, certificate with PS256 and RS256 (PEM and PFX), public client with
 * PKCE alone. Refresh tokens are good for one use, so each refresh proves the client anew.
 */
import { spawn } from 'node:child_process';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientMetadata } from 'oidc-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  MAIL_SCOPES,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { makeClientCertificate, pfxOf } from '../servers/client-certificate.js';
import { freePort } from '../servers/free-port.js';
import { API_KEY, startServiceProcess, type TestService } from '../servers/service.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const ALICE = { sub: 'a-1', address: 'alice@example.test' };
/** Everything that RFC 6749 appendix A lets a secret have. */
const SECRET = 'a secret, with % + & : = ~ and "more" in it';
const SECOND_SECRET = 'the one that comes after it';
const PASSPHRASE = 'a passphrase of its own';
const certificate = makeClientCertificate({ name: 'live lane' });
const stranger = makeClientCertificate({ name: 'nobody knows' });

const jwks = {
  keys: [
    createPublicKey(
      new X509Certificate(certificate.certificate).publicKey.export({ type: 'spki', format: 'pem' }),
    ).export({ format: 'jwk' }) as { kty: string },
  ],
};
const CLIENTS: ClientMetadata[] = [
  { client_id: 'by-post', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post' },
  { client_id: 'by-basic', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_basic' },
  { client_id: 'by-second', client_secret: SECOND_SECRET, token_endpoint_auth_method: 'client_secret_post' },
  {
    client_id: 'by-ps256',
    jwks,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'PS256',
  },
  {
    client_id: 'by-rs256',
    jwks,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
  },
  { client_id: 'in-public', token_endpoint_auth_method: 'none' },
];

let authority: TestAuthorizationServer;
let service: TestService;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-credentials-'));
  const port = await freePort();
  authority = await startAuthorizationServer({
    users: [ALICE],
    redirectUris: [`http://localhost:${port}/oauth/callback`],
    clients: CLIENTS,
  });
  service = await startServiceProcess({
    MAILGRANT_PORT: String(port),
    MAILGRANT_DATA_DIR: path.join(directory, 'data'),
    MAILGRANT_LOG_LEVEL: 'trace',
  });
  const files = {
    secret: `${SECRET}\n`,
    'second-secret': SECOND_SECRET,
    passphrase: PASSPHRASE,
    'mail.pem': certificate.certificate,
    'mail.key': certificate.privateKey,
    'stranger.pem': stranger.certificate,
    'stranger.key': stranger.privateKey,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(directory, name), content);
  await writeFile(path.join(directory, 'mail.pfx'), Buffer.from(pfxOf(certificate, PASSPHRASE), 'base64'));
});
afterAll(async () => {
  await service?.stop();
  await authority?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The command line, in the directory of the files, with nothing but its two settings. */
function mailgrant(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env.PATH, MAILGRANT_URL: service.url, MAILGRANT_API_KEY: API_KEY };
  const child = spawn(process.execPath, [ENTRY, ...words], { cwd: directory, env });
  const heard = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    heard.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    heard.err += chunk;
  });
  child.stdin.end();
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...heard })));
}

async function json<Body>(...words: string[]): Promise<Body> {
  const { code, out, err } = await mailgrant(...words, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Body;
}

const createApplication = (clientId: string, options: string[]): Promise<{ id: string }> =>
  json(
    ...['applications', 'create', '--name', clientId, '--provider', 'custom', '--issuer', authority.issuer],
    ...['--client-id', clientId, ...options],
  );

/** @returns the connection, and what came of the sign-in */
async function signIn(application: string) {
  const { id } = await json<{ id: string }>(
    ...['connections', 'create', '--application', application, '--user', ALICE.address],
    ...['--scope', MAIL_SCOPES.join(' '), '--imap', 'localhost:993', '--imap-tls-type', 'SSL/TLS'],
  );
  const { authorizationUrl } = await json<{ authorizationUrl: string }>('connections', 'authorize', id);
  const redirected = await signInByHttp(authorizationUrl, { user: ALICE.address });
  return { id, ended: await mailgrant('connections', 'exchange', id, '--redirected-url', redirected) };
}

const eventsOf = (client: string): string[] =>
  authority.tokenEvents
    .filter(({ clientId }) => clientId === client)
    .map(({ grantType, granted, error }) => `${grantType} ${granted ? 'granted' : error}`);

it.each<[string, string[]]>([
  ['by-post', ['--client-secret-file', 'secret']],
  ['by-basic', ['--client-secret-file', 'secret', '--client-secret-transport', 'basic']],
  ['by-ps256', ['--certificate', 'mail.pem', '--private-key', 'mail.key']],
  ['by-rs256', ['--pfx', 'mail.pfx', '--passphrase-file', 'passphrase', '--algorithm', 'RS256']],
  ['in-public', ['--public']],
])('%s: signs in and refreshes, twice', async (client, options) => {
  const application = await createApplication(client, options);
  const { id, ended } = await signIn(application.id);
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(ended.out).toContain(`Success! ${ALICE.address} is signed in.`);
  for (let n = 0; n < 2; n += 1)
    expect(await mailgrant('connections', 'refresh', id)).toMatchObject({ code: 0, err: '' });
  expect(eventsOf(client)).toEqual([
    'authorization_code granted',
    'refresh_token granted',
    'refresh_token granted',
  ]);
});

it('uses a second secret where the first is not the one any more, and shows so', async () => {
  const application = await createApplication('by-second', [
    ...['--client-secret-file', 'secret', '--second-client-secret-file', 'second-secret'],
  ]);
  const { ended } = await signIn(application.id);
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(eventsOf('by-second')).toEqual(['authorization_code invalid_client', 'authorization_code granted']);
  const shown = await mailgrant('applications', 'show', application.id);
  expect(shown.out).toMatch(/Second secret\s+in use: the first is refused/);
});

it('names a certificate that the server does not know, and goes on with the right one, with nobody signing in again', async () => {
  const application = await createApplication('by-ps256', [
    ...['--certificate', 'mail.pem', '--private-key', 'mail.key'],
  ]);
  const { id } = await signIn(application.id);
  const change = (...options: string[]) => mailgrant('applications', 'update', application.id, ...options);
  expect(await change('--certificate', 'stranger.pem', '--private-key', 'stranger.key')).toMatchObject({
    code: 0,
  });
  const refused = await mailgrant('connections', 'refresh', id);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('What to do next');
  expect((await mailgrant('applications', 'show', application.id)).out).toContain('What to do next');
  expect(await change('--pfx', 'mail.pfx', '--passphrase-file', 'passphrase')).toMatchObject({ code: 0 });
  expect(await mailgrant('connections', 'refresh', id)).toMatchObject({ code: 0, err: '' });
});

it('says beside the option what is wrong with a certificate', async () => {
  const wrong = await mailgrant(
    ...['applications', 'create', '--name', 'x', '--provider', 'custom', '--issuer', authority.issuer],
    ...['--client-id', 'x', '--certificate', 'stranger.pem', '--private-key', 'mail.key'],
  );
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('/clientAuth/certificate');
  expect(wrong.err).toContain('does not belong to the private key: it is that of CN=nobody knows');
});

it('has written no secret and no key into its log', () => {
  const output = service.output();
  expect(output).toContain('Mailgrant is ready');
  const lines = certificate.privateKey.split('\n').filter((line) => line.length > 40);
  for (const secret of [SECRET, SECOND_SECRET, PASSPHRASE, ...lines]) expect(output).not.toContain(secret);
  expect(output).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
});
