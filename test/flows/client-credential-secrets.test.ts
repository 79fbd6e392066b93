/** Law 7 for what applications prove themselves with: keys, second secrets, passphrases, assertions and identity tokens stay sealed, and show nowhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { ProblemError } from '../../src/contract/problem.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { SEALED_APPLICATION_FIELDS } from '../../src/setup/application-record.js';
import { applicationView } from '../../src/setup/application-view.js';
import type { Application } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { makeClientCertificate, pfxOf } from '../servers/client-certificate.js';
import { redisValues } from '../servers/left-behind.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { createSecretSearch, type Evidence, type Secret } from '../servers/secret-search.js';
import { connectionOf, openWorld, type World } from './oauth-world.js';

const ALICE = 'alice@sandbox.example';
const PASSPHRASE = 'the passphrase of the PFX';
const SECRETS = { first: 'the-first-client-secret', second: 'the-second-client-secret' };

const certificate = makeClientCertificate();
const pfx = pfxOf(certificate, PASSPHRASE);
/** Answers, problems and lines of the log. */
const said: Evidence[] = [];

let redis: TestRedis;
let tenant: Tenant;
let world: World;
let directory: string;
let federatedToken: string;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant()]);
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-secrets-'));
  const federatedTokenFile = path.join(directory, 'token');
  federatedToken = await new SignJWT({
    iss: 'https://nobody.example',
    sub: 'x',
    aud: 'api://AzureADTokenExchange',
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(Buffer.alloc(32, 7));
  await writeFile(federatedTokenFile, federatedToken);
  const log = createLogger({
    level: 'trace',
    destination: { write: (line: string) => void said.push({ where: 'log', content: line }) },
  });
  const { header } = tenant.identities;
  const appService = { endpoint: `${tenant.origin}/msi/token`, header };
  world = await openWorld({ redisUrl: redis.url, log, federatedTokenFile, identity: { appService } });
});
afterAll(async () => {
  await world?.close();
  await tenant?.close();
  await redis?.stop();
  await rm(directory, { recursive: true });
});

async function created(
  clientId: string,
  clientAuth: Record<string, unknown>,
  registration: object,
): Promise<Application> {
  tenant.clients.add({ clientId, ...registration });
  const application = await world.applications.create({
    name: clientId,
    provider: 'exchange-online',
    issuer: tenant.issuer,
    tenant: tenant.tenantId,
    authUrl: tenant.authUrl,
    accessTokenUrl: tenant.accessTokenUrl,
    clientId,
    clientAuth,
  });
  said.push({ where: 'answer', content: JSON.stringify(applicationView(application, 'http://localhost/')) });
  said.push({ where: 'record', content: JSON.stringify(application) });
  return application;
}

/** Signs in and refreshes; what is refused is kept as it would be answered. */
async function used(application: Application): Promise<void> {
  const run = async (): Promise<void> => {
    const id: ConnectionId = await connectionOf(world, tenant, { application, user: ALICE });
    const redirected = await tenant.signIn(await world.signIn.authorizationUrl(id), { as: ALICE });
    await world.signIn.finish({ parameters: new URL(redirected).searchParams });
    await world.accessTokens.accessToken(id, { force: true });
  };
  await run().catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    said.push({ where: 'problem', content: JSON.stringify(error.problem) });
  });
}

it('shows no key, secret, passphrase, assertion or identity token in Redis, the log, an answer or a problem', async () => {
  const identity = tenant.identities.add({ kind: 'userAssigned' });
  const trusted = { federated: [{ issuer: tenant.issuer, subject: identity.principalId }] };
  const byPfx = { method: 'certificate', pfx, passphrase: PASSPHRASE };
  const twoSecrets = {
    method: 'clientSecret',
    clientSecret: SECRETS.first,
    secondClientSecret: SECRETS.second,
  };
  const registrations: [string, Record<string, unknown>, object][] = [
    ['good-certificate', byPfx, { certificates: [certificate.certificate] }],
    ['unknown-certificate', byPfx, { certificates: [] }],
    ['second-secret', twoSecrets, { clientSecret: SECRETS.second }],
    ['both-refused', twoSecrets, { clientSecret: 'something else' }],
    ['good-identity', { method: 'federatedCredential', source: 'managedIdentity' }, trusted],
    ['untrusted-file', { method: 'federatedCredential', source: 'file' }, trusted],
  ];
  const applications: Application[] = [];
  for (const [name, clientAuth, registration] of registrations)
    applications.push(await created(name, clientAuth, registration));
  for (const application of applications) await used(application);
  const [byCertificate, , bySecret, , byIdentity] = applications;
  if (!byCertificate || !bySecret || !byIdentity) throw new Error('all of them were created');
  // A server that repeats what it was sent, and what it cannot know: an assertion, the key, the secrets.
  const echo =
    tenant.authorization.secrets().find((each) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(each)) ?? 'none';
  for (const [application, words] of [
    [byCertificate, `no: ${echo} ${certificate.privateKey}`],
    [bySecret, `no: ${SECRETS.first} ${SECRETS.second}`],
  ] as const) {
    const body = JSON.stringify({ error: 'invalid_client', error_description: words });
    tenant.misbehave.token({ kind: 'status', status: 400, body });
    await used(application);
    tenant.misbehave.clear();
  }
  tenant.identities.faults.push({
    status: 401,
    body: `{"error":"x","error_description":"${tenant.identities.header}"}`,
  });
  await used(byIdentity);

  const problems = said
    .filter(({ where }) => where === 'problem')
    .map(({ content }) => JSON.parse(String(content)).code);
  expect(problems).toEqual([
    'client-assertion-invalid',
    'client-secret-wrong',
    'federated-credential-untrusted',
    'client-refused',
    'client-refused',
  ]);

  const keyLines = certificate.privateKey.split('\n').filter((line) => line.length > 40);
  const secrets: Secret[] = [
    { name: 'private key', value: certificate.privateKey },
    ...keyLines.map((value, n) => ({ name: `private key, line ${n}`, value })),
    { name: 'PFX', value: pfx },
    { name: 'passphrase', value: PASSPHRASE },
    { name: 'first secret', value: SECRETS.first },
    { name: 'second secret', value: SECRETS.second },
    { name: 'federated token', value: federatedToken },
    { name: 'identity header', value: tenant.identities.header },
    ...tenant.authorization.secrets().map((value, n) => ({ name: `seen by the tenant ${n}`, value })),
  ];
  const search = createSecretSearch(secrets);
  async function* everything(): AsyncGenerator<Evidence> {
    yield* redisValues(world.redis as Redis);
    yield* said;
  }
  expect(await search(everything())).toEqual([]);
  // That the search looks there: a key in clear in a record is found.
  await world.redis.hset('mg:{canary}', 'field', certificate.privateKey);
  expect((await search(everything())).map(({ where }) => where)).toContain('redis hash mg:{canary}');
});

it('seals each secret for its own application and field', async () => {
  const { id } = await created(
    'sealed',
    { method: 'clientSecret', clientSecret: 'one', secondClientSecret: 'two' },
    {},
  );
  const other = await created('other', { method: 'clientSecret', clientSecret: 'three' }, {});
  const { clientSecret, secondClientSecret } = SEALED_APPLICATION_FIELDS;
  const first = await world.redis.hgetBuffer(keys.application(id), clientSecret);
  const second = await world.redis.hgetBuffer(keys.application(id), secondClientSecret);
  if (!first || !second) throw new Error('both are sealed');
  await world.redis.hset(keys.application(other.id), clientSecret, first);
  await expect(world.applications.secrets(other.id)).rejects.toThrow();
  await world.redis.hset(keys.application(id), clientSecret, second);
  await expect(world.applications.secrets(id)).rejects.toThrow();
});

it('still reads a record of before there were several secrets', async () => {
  const { id } = await created('old', { method: 'clientSecret', clientSecret: 'as it was' }, {});
  const fields = await world.redis.hkeys(keys.application(id));
  expect(fields.sort()).toEqual(['createdAt', 'secret', 'settings', 'version']);
  expect(await world.applications.secrets(id)).toEqual({ clientSecret: 'as it was' });
});
