/** Each way in which an application proves itself, at sign-in and at refresh, against the sandbox tenant, which checks it as Entra does. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { serverContext } from '../../src/oauth/server/server-context.js';
import { problemOfServerError } from '../../src/oauth/server/server-errors.js';
import type { SandboxClient } from '../../src/sandbox/authorization/clients.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { applicationView } from '../../src/setup/application-view.js';
import type { Application } from '../../src/setup/model.js';
import { legacyPfxOf, makeClientCertificate, pfxOf } from '../servers/client-certificate.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { connectionOf, openWorld, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

const ALICE = 'alice@sandbox.example';
const KUBELET = 'https://kubelet.example';
const SUBJECT = 'system:serviceaccount:mail:mailgrant';
const AUDIENCE = 'api://AzureADTokenExchange';

const certificate = makeClientCertificate();
const passphrase = 'of the PFX, größer';
const kubelet = generateKeyPairSync('rsa', { modulusLength: 2048 });

let redis: TestRedis;
let tenant: Tenant;
let directory: string;
let tokenFile: string;
/** On a virtual machine. */
let world: World;
/** In App Service. */
let appService: World;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant({ revocation: true })]);
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-federated-'));
  tokenFile = path.join(directory, 'token');
  const { origin, identities } = tenant;
  const federatedTokenFile = tokenFile;
  world = await openWorld({ redisUrl: redis.url, identity: { podIdentityHost: origin }, federatedTokenFile });
  const platform = { endpoint: `${origin}/msi/token`, header: identities.header };
  appService = await openWorld({
    redisUrl: redis.url,
    secretKey: world.secretKey,
    identity: { appService: platform },
  });
});
afterEach(() => tenant.misbehave.clear());
afterAll(async () => {
  await Promise.all([world?.close(), appService?.close()]);
  await tenant?.close();
  await redis?.stop();
  await rm(directory, { recursive: true });
});

let made = 0;
/** An app registration of its own, and the application that uses it. */
async function registered(
  registration: Omit<SandboxClient, 'clientId'>,
  clientAuth: Record<string, unknown>,
): Promise<Application> {
  made += 1;
  const clientId = `client-${made}`;
  tenant.clients.add({ clientId, ...registration });
  return world.applications.create({
    name: `App ${made}`,
    provider: 'exchange-online',
    issuer: tenant.issuer,
    tenant: tenant.tenantId,
    authUrl: tenant.authUrl,
    accessTokenUrl: tenant.accessTokenUrl,
    clientId,
    clientAuth,
  });
}

async function signIn(application: Application, by: World = world): Promise<ConnectionId> {
  const id = await connectionOf(by, tenant, { application, user: ALICE });
  const redirected = await tenant.signIn(await by.signIn.authorizationUrl(id), { as: ALICE });
  await by.signIn.finish({ parameters: new URL(redirected).searchParams });
  return id;
}

/** What the token endpoint answered to an application, in order. */
const outcomes = ({ settings }: Application, from = 0): string[] =>
  tenant.authorization.log
    .filter(({ clientId }) => clientId === settings.clientId)
    .slice(from)
    .map(({ grantType, outcome }) => `${grantType} ${outcome}`);

async function writeToken(
  claims: Record<string, unknown> = {},
  key: KeyObject = kubelet.privateKey,
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const token = await new SignJWT({
    iss: KUBELET,
    sub: SUBJECT,
    aud: [AUDIENCE],
    iat: now,
    exp: now + 3_600,
    jti: String(Math.random()),
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(key);
  // As kubelet does it: written beside, and moved into its place.
  await writeFile(`${tokenFile}.new`, `${token}\n`);
  await rename(`${tokenFile}.new`, tokenFile);
  return token;
}

const trust = {
  issuer: KUBELET,
  subject: SUBJECT,
  publicKey: kubelet.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
};

describe('an application signs in and refreshes', () => {
  const certificates = [certificate.certificate];
  it.each<[string, Omit<SandboxClient, 'clientId'>, Record<string, unknown>]>([
    [
      'with its secret in the body',
      { clientSecret: 'a secret & more', transport: 'body' },
      { method: 'clientSecret', clientSecret: 'a secret & more', transport: 'body' },
    ],
    [
      'with its secret as Basic',
      { clientSecret: 'a secret: % & ü', transport: 'basic' },
      { method: 'clientSecret', clientSecret: 'a secret: % & ü', transport: 'basic' },
    ],
    ['with a certificate, PS256', { certificates }, { method: 'certificate', ...pemOf(certificate) }],
    [
      'with a certificate, RS256',
      { certificates },
      { method: 'certificate', ...pemOf(certificate), algorithm: 'RS256' },
    ],
    [
      'with a certificate out of a PFX',
      { certificates },
      { method: 'certificate', pfx: pfxOf(certificate, passphrase), passphrase },
    ],
    [
      'with a certificate out of an old PFX',
      { certificates },
      { method: 'certificate', pfx: legacyPfxOf(certificate, passphrase), passphrase },
    ],
    ['as a public client, with PKCE alone', {}, { method: 'none' }],
  ])('%s', async (_, registration, clientAuth) => {
    const application = await registered(registration, clientAuth);
    const id = await signIn(application);
    await world.accessTokens.accessToken(id, { force: true });
    expect((await world.connections.read(id)).authorization).toMatchObject({
      status: 'authorized',
      authenticatedUser: ALICE,
    });
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
  });

  it('with a federated token out of a file, which is read anew each time', async () => {
    const application = await registered(
      { federated: [trust] },
      { method: 'federatedCredential', source: 'file' },
    );
    await writeToken();
    const id = await signIn(application);
    await writeToken({ sub: 'system:serviceaccount:mail:another' });
    expect((await problemOf(world.accessTokens.accessToken(id, { force: true }))).code).toBe(
      'federated-credential-untrusted',
    );
    await writeToken();
    await world.accessTokens.accessToken(id, { force: true });
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
  });

  it('with a token of the managed identity of a virtual machine, and in App Service', async () => {
    const identity = tenant.identities.add({ kind: 'userAssigned' });
    const application = await registered(
      { federated: [{ issuer: tenant.issuer, subject: identity.principalId }] },
      { method: 'federatedCredential', source: 'managedIdentity', identityClientId: identity.clientId },
    );
    for (const by of [world, appService]) {
      const asked = tenant.identities.log.length;
      const id = await signIn(application, by);
      await by.accessTokens.accessToken(id, { force: true });
      // One token for both requests: the endpoint takes a few requests a second, and gives a day.
      expect(tenant.identities.log.slice(asked)).toEqual([
        { resource: AUDIENCE, clientId: identity.clientId, outcome: 200 },
      ]);
    }
  });
});

function pemOf({ certificate: pem, privateKey }: typeof certificate) {
  return { certificate: pem, privateKey };
}

describe('a certificate', () => {
  it('that is not registered stops the application until it is, with no new sign-in', async () => {
    const application = await registered(
      { certificates: [certificate.certificate] },
      { method: 'certificate', ...pemOf(certificate) },
    );
    const id = await signIn(application);
    const next = makeClientCertificate({ name: 'next year' });
    const { version } = application;
    const changed = await world.applications.patch(application.id, version, {
      clientAuth: { pfx: pfxOf(next, passphrase), passphrase },
    });
    world.clients.forget(application.id);
    expect(changed.settings.clientAuth).toMatchObject({
      subject: 'CN=next year',
      thumbprint: next.thumbprint,
    });
    const refused = await problemOf(world.accessTokens.accessToken(id, { force: true }));
    expect(refused).toMatchObject({ code: 'client-assertion-invalid', reach: 'application' });
    expect((await world.applications.read(application.id)).failure?.code).toBe('client-assertion-invalid');

    tenant.clients.get(application.settings.clientId)?.certificates?.push(next.certificate);
    await world.accessTokens.accessToken(id, { force: true });
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
  });

  it('that has expired since is named as that when the provider refuses it', async () => {
    const short = makeClientCertificate({ until: 1 });
    const application = await registered(
      { certificates: [short.certificate] },
      { method: 'certificate', ...pemOf(short) },
    );
    const client = await world.clients.of(application.id);
    const connection = { user: ALICE, scope: [] };
    const tomorrow = Date.now() + 2 * 24 * 3_600_000;
    const failure = { facts: { error: 'invalid_client', errorCodes: [700027], status: 401 } };
    const { problem } = problemOfServerError(failure, serverContext(client, connection), tomorrow);
    const day = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 10);
    expect(problem).toMatchObject({
      code: 'client-certificate-expired',
      detail: expect.stringContaining(`ended on ${day}`),
    });
    const now = problemOfServerError(failure, serverContext(client, connection));
    expect(now.problem.code).toBe('client-assertion-invalid');
  });

  it('shows subject, thumbprint and end, and never its key; other settings change without it', async () => {
    const application = await registered({}, { method: 'certificate', ...pemOf(certificate) });
    const changed = await world.applications.patch(application.id, 1, {
      name: 'Renamed',
      clientAuth: { algorithm: 'RS256' },
    });
    expect(applicationView(changed, 'http://localhost/').clientAuth).toEqual({
      method: 'certificate',
      algorithm: 'RS256',
      subject: 'CN=mailgrant',
      thumbprint: certificate.thumbprint,
      expiresAt: expect.stringMatching(/^\d{4}-/),
    });
    expect(await world.applications.secrets(application.id)).toEqual({ privateKey: certificate.privateKey });
    const back = await world.applications.patch(application.id, 2, { clientAuth: { method: 'none' } });
    expect(back.settings.clientAuth).toEqual({ method: 'none' });
    expect(await world.applications.secrets(application.id)).toEqual({});
  });

  it('is refused beside the field at fault, together with the other faults', async () => {
    const expired = makeClientCertificate({ from: -3, until: -1 });
    const problem = await problemOf(
      world.applications.create({
        name: '',
        provider: 'exchange-online',
        tenant: tenant.tenantId,
        clientId: 'x',
        clientAuth: { method: 'certificate', ...pemOf(expired) },
      }),
    );
    expect(problem.fields).toEqual([
      { path: '/name', message: expect.any(String) },
      { path: '/clientAuth/certificate', message: expect.stringMatching(/^expired on .* \(CN=mailgrant\)/) },
    ]);
    expect(JSON.stringify(problem)).not.toContain('PRIVATE KEY');
  });
});

describe('a second client secret', () => {
  const both = (first: string, second: string) => ({
    method: 'clientSecret',
    clientSecret: first,
    secondClientSecret: second,
  });

  it('is used at once when the first is refused, and goes first from then on, also in the next process', async () => {
    const application = await registered({ clientSecret: 'the old one' }, both('the old one', 'the new one'));
    const { clientId } = application.settings;
    const id = await signIn(application);
    expect(outcomes(application)).toEqual(['authorization_code ok']);
    tenant.misbehave.clientSecret({ clientId, secret: 'the new one' });

    await world.accessTokens.accessToken(id, { force: true });
    await world.accessTokens.accessToken(id, { force: true });
    expect(outcomes(application, 1)).toEqual([
      'refresh_token AADSTS7000215',
      'refresh_token ok',
      'refresh_token ok',
    ]);
    const read = await world.applications.read(application.id);
    expect(read).toMatchObject({ secondSecret: 'inUse', version: 1 });
    expect(read.failure).toBeUndefined();

    const another = await openWorld({ redisUrl: redis.url, secretKey: world.secretKey });
    try {
      await another.accessTokens.accessToken(id, { force: true });
    } finally {
      await another.close();
    }
    expect(outcomes(application, 4)).toEqual(['refresh_token ok']);
  });

  it.each([
    ['expired (7000222)', { expired: true }],
    ['wrong (7000215)', { secret: 'yet another' }],
  ])('is used where the first is %s while a code is redeemed', async (_, change) => {
    const application = await registered(
      { clientSecret: 'first', secondClientSecret: 'second' },
      both('first', 'second'),
    );
    tenant.misbehave.clientSecret({ clientId: application.settings.clientId, ...change });
    await signIn(application);
    expect(outcomes(application).at(-1)).toBe('authorization_code ok');
  });

  it('is used for device codes as well, and at sign-out', async () => {
    const device = await registered({ clientSecret: 'second' }, both('first', 'second'));
    const id = await connectionOf(world, tenant, { application: device, user: ALICE });
    await world.connections.patch(id, 1, { grant: 'deviceCode' });
    expect(await world.deviceSignIn.start(id)).toMatchObject({ userCode: expect.any(String) });

    const application = await registered({ clientSecret: 'first' }, both('first', 'second'));
    const signedIn = await signIn(application);
    tenant.misbehave.clientSecret({ clientId: application.settings.clientId, secret: 'second' });
    expect(await world.signOut(signedIn)).toEqual({ outcome: 'revoked' });
    expect(tenant.revocation.log.at(-1)).toEqual({ hint: 'refresh_token', revoked: true });
  });

  it('fails the application only when it is refused as well, with the words about both', async () => {
    const application = await registered({ clientSecret: 'first' }, both('first', 'second'));
    const id = await signIn(application);
    tenant.misbehave.clientSecret({ clientId: application.settings.clientId, secret: 'a third' });
    const refused = await problemOf(world.accessTokens.accessToken(id, { force: true }));
    expect(refused).toMatchObject({ code: 'client-secret-wrong', reach: 'application' });
    expect(refused.serverWords).toMatch(
      /^Client Secret: AADSTS7000215.*\nSecond Client Secret: AADSTS7000215/s,
    );
    expect((await world.applications.read(application.id)).failure?.code).toBe('client-secret-wrong');
  });

  it('takes the place of the first when that is removed, with its end date', async () => {
    const application = await registered(
      {},
      { ...both('first', 'second'), expiresAt: '2027-01-31', secondExpiresAt: '2029-01-31' },
    );
    const view = applicationView(application, 'http://localhost/').clientAuth;
    expect(view).toEqual({
      method: 'clientSecret',
      expiresAt: '2027-01-31',
      secondExpiresAt: '2029-01-31',
      secondSecret: 'kept',
    });
    const changed = await world.applications.patch(application.id, 1, { clientAuth: { clientSecret: null } });
    expect(changed.settings.clientAuth).toEqual({ method: 'clientSecret', expiresAt: '2029-01-31' });
    expect(await world.applications.secrets(application.id)).toEqual({ clientSecret: 'second' });
    expect(changed.secondSecret).toBeUndefined();
  });

  it('is not marked as in use by whoever tried the secrets of before', async () => {
    const { id, version } = await registered(
      { clientSecret: 'first' },
      { method: 'clientSecret', clientSecret: 'first', secondClientSecret: 'second' },
    );
    await world.applications.patch(id, version, { clientAuth: { secondClientSecret: 'third' } });
    await world.applications.setSecretInUse(id, 'second', version);
    expect((await world.applications.read(id)).secondSecret).toBe('kept');
  });

  it('keeps twenty connections refreshing while secrets are rotated at the provider and here, with no failure', async () => {
    const application = await registered(
      { clientSecret: 'secret 0' },
      { method: 'clientSecret', clientSecret: 'secret 0' },
    );
    const { id, settings } = application;
    const { clientId } = settings;
    const connections: ConnectionId[] = [];
    for (let n = 0; n < 20; n += 1) connections.push(await signIn(application));
    const failures: string[] = [];
    let isRotating = true;
    let refreshed = 0;
    const refreshing = connections.map(async (connection) => {
      while (isRotating) {
        await world.accessTokens.accessToken(connection, { force: true }).then(
          () => {
            refreshed += 1;
          },
          (error) => failures.push(String(error)),
        );
      }
    });
    const further = async (count: number): Promise<void> => {
      const goal = refreshed + count;
      while (refreshed < goal && failures.length === 0) await new Promise(setImmediate);
    };
    const patch = async (clientAuth: Record<string, unknown>): Promise<void> => {
      const { version } = await world.applications.read(id);
      await world.applications.patch(id, version, { clientAuth });
    };
    for (let round = 1; round <= 3; round += 1) {
      const next = `secret ${round}`;
      tenant.misbehave.clientSecret({ clientId, second: next });
      await further(20);
      await patch({ secondClientSecret: next });
      await further(20);
      tenant.misbehave.clientSecret({ clientId, secret: next, second: null });
      await further(40);
      await patch({ clientSecret: null });
      await further(20);
    }
    isRotating = false;
    await Promise.all(refreshing);
    expect(failures).toEqual([]);
    expect((await world.applications.read(id)).failure).toBeUndefined();
    expect(await world.applications.secrets(id)).toEqual({ clientSecret: 'secret 3' });
    // Each connection sends a refused secret a few times a round at most: by what a process read a moment ago, and by what
    // is in flight. Every other refresh of the round goes first with the one that works.
    const refused = outcomes(application).filter((each) => each.endsWith('AADSTS7000215')).length;
    expect(refused).toBeLessThanOrEqual(20 * 3 * 3);
    expect(refreshed).toBeGreaterThanOrEqual(300);
  });
});

describe('a federated token', () => {
  const application = () =>
    registered({ federated: [trust] }, { method: 'federatedCredential', source: 'file' });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['is missing', () => rm(tokenFile, { force: true }), /cannot be read \(ENOENT\)/],
    ['is some other file', () => writeFile(tokenFile, 'root:x:0:0:root'), /is no JWT/],
    ['is for somebody else', () => writeToken({ aud: 'https://vault.example' }), /is for another audience/],
    ['is old', () => writeToken({ exp: Math.floor(Date.now() / 1_000) - 60 }), /expired at \d{4}-/],
  ])('that %s never leaves the machine, costs no grant, and is tried again', async (_, spoil, words) => {
    await writeToken();
    const id = await signIn(await application());
    const asked = tenant.authorization.log.length;
    await spoil();
    const problem = await problemOf(world.accessTokens.accessToken(id, { force: true }));
    expect(problem).toMatchObject({
      code: 'federated-token-unusable',
      verdict: 'retry',
      owner: 'service-admin',
    });
    expect(problem.detail).toMatch(words);
    expect(problem.detail).toContain(tokenFile);
    expect(tenant.authorization.log).toHaveLength(asked);
    expect((await world.connections.read(id)).authorization.status).toBe('authorized');
    await writeToken();
    await world.accessTokens.accessToken(id, { force: true });
  });

  it('of the pod for its own cluster goes nowhere, whatever audience is entered', async () => {
    const own = path.join(directory, 'kubernetes.io', 'serviceaccount');
    await mkdir(own, { recursive: true });
    const file = path.join(own, 'token');
    const token = await writeToken({ aud: 'https://kubernetes.default.svc' });
    await writeFile(file, token);
    const link = path.join(directory, 'innocent');
    await symlink(file, link);
    for (const entered of [file, link]) {
      const of = await registered(
        {},
        {
          method: 'federatedCredential',
          source: 'file',
          file: entered,
          audience: 'https://kubernetes.default.svc',
        },
      );
      const problem = await problemOf(signIn(of));
      expect(problem.detail).toContain('goes nowhere else');
    }
  });

  it('is read from a file: no pipe and no device keeps a refresh waiting', async () => {
    const pipe = path.join(directory, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero', directory]) {
      const of = await registered({}, { method: 'federatedCredential', source: 'file', file });
      const problem = await problemOf(signIn(of));
      expect(problem.detail).toContain('cannot be read (no file)');
    }
  });

  it.each([
    ['https://evil.example/token', '/accessTokenUrl'],
    ['https://login.microsoftonline.com.evil.example/token', '/accessTokenUrl'],
  ])('for Entra is set up for Entra alone, not for %s', async (accessTokenUrl, at) => {
    for (const source of ['file', 'managedIdentity']) {
      const problem = await problemOf(
        world.applications.create({
          name: 'x',
          provider: 'exchange-online',
          tenant: tenant.tenantId,
          clientId: 'x',
          accessTokenUrl,
          clientAuth: { method: 'federatedCredential', source },
        }),
      );
      expect(problem.fields?.map((each) => each.path)).toEqual([at]);
    }
    const moved = await world.applications.create({
      name: 'x',
      provider: 'exchange-online',
      tenant: tenant.tenantId,
      clientId: 'x',
      clientAuth: { method: 'federatedCredential', source: 'file' },
    });
    const problem = await problemOf(world.applications.patch(moved.id, 1, { accessTokenUrl }));
    expect(problem.fields?.map((each) => each.path)).toEqual([at]);
  });

  it('of a managed identity is for the exchange of tokens alone', async () => {
    const problem = await problemOf(
      registered(
        {},
        { method: 'federatedCredential', source: 'managedIdentity', audience: 'https://vault.azure.net' },
      ),
    );
    expect(problem.fields?.map((each) => each.path)).toEqual(['/clientAuth/audience']);
  });

  it('that somebody else signed is refused by the provider as that', async () => {
    await writeToken({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    const problem = await problemOf(signIn(await application()));
    expect(problem.code).toBe('client-assertion-invalid');
  });
});

describe('the sandbox tenant', () => {
  const post = async (parameters: Record<string, string>): Promise<Record<string, unknown>> => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', ...parameters });
    return (await fetch(tenant.accessTokenUrl, { method: 'POST', body })).json() as Promise<
      Record<string, unknown>
    >;
  };
  const key = certificate.privateKey;

  it('takes an assertion once, for its own endpoint, in its time, with a thumbprint it knows', async () => {
    await registered({ certificates: [certificate.certificate] }, { method: 'none' });
    const clientId = `client-${made}`;
    const now = Math.floor(Date.now() / 1_000);
    const { importPKCS8 } = await import('jose');
    const assertion = async (claims: object = {}, header: object = {}) =>
      new SignJWT({
        iss: clientId,
        sub: clientId,
        aud: tenant.accessTokenUrl,
        jti: String(Math.random()),
        nbf: now,
        exp: now + 500,
        ...claims,
      })
        .setProtectedHeader({ alg: 'PS256', 'x5t#S256': certificate.thumbprint, ...header })
        .sign(await importPKCS8(key, 'PS256'));
    const codesOf = async (jwt: string): Promise<unknown> => {
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      return (await post({ client_id: clientId, client_assertion: jwt, client_assertion_type })).error_codes;
    };
    const good = await assertion();
    // The refresh token is what is refused then.
    expect(await codesOf(good)).toEqual([70000]);
    expect(await codesOf(good)).toEqual([700027]);
    expect(await codesOf(await assertion({ aud: 'https://evil.example/token' }))).toEqual([700023]);
    expect(await codesOf(await assertion({ nbf: now - 1_000, exp: now - 500 }))).toEqual([700024]);
    expect(await codesOf(await assertion({ exp: now + 3_600 }))).toEqual([700024]);
    expect(await codesOf(await assertion({}, { 'x5t#S256': 'another' }))).toEqual([700027]);
    expect(await codesOf(await assertion({ iss: 'https://nobody.example' }))).toEqual([700211]);
    expect(await codesOf('no.jwt')).toEqual([50027]);
    expect((await post({ client_id: clientId })).error_codes).toEqual([7000218]);
  });
});
