/** Changing the encryption key of a running service as an operator does it, with one process and with two; the former key is gone in the end. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createVault } from '../../src/storage/vault.js';
import { freePort } from '../servers/free-port.js';
import { redisValues } from '../servers/left-behind.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { API_KEY, startServiceProcess, type TestService } from '../servers/service.js';
import { ALICE, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

let world: ServiceWorld;
let redis: TestRedis;
let services: TestService[];
beforeEach(async () => {
  services = [];
  [world, redis] = await Promise.all([openServiceWorld(), startRedis()]);
});
afterEach(async () => {
  for (const each of services) await each.kill();
  await world.close();
  await redis.stop();
});

const key = (): string => randomBytes(32).toString('base64');

async function start(environment: Record<string, string>): Promise<TestService> {
  const service = await startServiceProcess({ MAILGRANT_DATA_DIR: world.dataDir, ...environment });
  services.push(service);
  return service;
}

async function reseal(service: TestService): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [ENTRY, 'reseal'], {
    env: { PATH: process.env.PATH, MAILGRANT_URL: service.url, MAILGRANT_API_KEY: API_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      out += chunk;
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out };
}

/** One of everything that is sealed. */
async function everythingSealed(service: TestService): Promise<{ connection: string }> {
  const { tenant } = world;
  const { imap, smtp, defaultScope, issuer, clientId, clientSecret } = tenant;
  const endpoints = {
    imap: { host: imap.host, port: imap.port, tlsType: imap.tlsType },
    smtp: { host: smtp.host, port: smtp.port, tlsType: smtp.tlsType },
  };
  const made = async (list: string, body: object): Promise<string> =>
    (await service.api<Shown>('POST', `/${list}`, body)).id;
  const application = await made('applications', {
    ...{ name: 'App', provider: 'custom', issuer, clientId },
    clientAuth: { method: 'clientSecret', clientSecret, secondClientSecret: 'the next one' },
  });
  const connection = await made('connections', {
    ...{ name: ALICE, application, user: ALICE, scope: defaultScope },
    ...endpoints,
  });
  const { authorizationUrl } = await service.api<{ authorizationUrl: string }>(
    'POST',
    `/connections/${connection}/authorize`,
  );
  expect((await fetch(await tenant.signIn(authorizationUrl, { as: ALICE }))).status).toBe(200);
  await made('connections', { name: 'Basic', user: ALICE, basic: { password: 'of basic' }, ...endpoints });
  await made('connectors', {
    ...{ name: 'In', type: 'email-receive', connection, enabled: false },
    settings: { destination: { type: 'webhook', url: 'https://hooks.example/in', secret: WEBHOOK_SECRET } },
  });
  await made('alert-channels', {
    ...{ name: 'Pager', type: 'webhook', enabled: false },
    ...{ url: 'https://pager.example/in', secret: WEBHOOK_SECRET },
  });
  await service.api('POST', `/connections/${connection}/authorize`);
  return { connection };
}

/** Everything in Redis that has the form of a value that this key sealed. */
async function sealedWith(client: Redis, secretKey: string): Promise<string[]> {
  const vault = createVault([Buffer.from(secretKey, 'base64')]);
  const found: string[] = [];
  for await (const { where, content } of redisValues(client)) {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
    for (const form of [bytes, Buffer.from(bytes.toString('latin1'), 'base64')])
      if (vault.keyIdOf(form) === vault.keyIds[0]) found.push(where);
  }
  return found;
}

const refresh = async (service: TestService, id: string): Promise<number> =>
  (await service.call('POST', `/connections/${id}/refresh`)).status;

it('goes from the generated key to another, and the former one opens nothing and is not needed', async () => {
  const service = await start({});
  const { connection } = await everythingSealed(service);
  const former = (await readFile(path.join(world.dataDir, 'encryption-key'), 'utf8')).trim();
  expect(await service.stop()).toBe(0);

  const next = key();
  const both = await start({ MAILGRANT_SECRET_KEY: `${next},${former}` });
  const client = new Redis(path.join(world.dataDir, 'redis', 'redis.sock'));
  const before = await sealedWith(client, former);
  // Two client secrets, tokens, a password, a connector's and an alert channel's secret, a sign-in in progress.
  expect(before.length).toBeGreaterThanOrEqual(7);
  const done = await reseal(both);
  expect(done, done.out).toMatchObject({ code: 0, out: expect.stringContaining('needed no more') });
  expect(await sealedWith(client, former)).toEqual([]);
  expect((await sealedWith(client, next)).length).toBeGreaterThanOrEqual(before.length);
  const [entry] = (await both.api<{ items: object[] }>('GET', '/audit?action=service.reseal')).items;
  expect(entry).toMatchObject({ outcome: 'done', detail: expect.stringContaining('0 remain') });
  client.disconnect();
  expect(await both.stop()).toBe(0);

  const after = await start({ MAILGRANT_SECRET_KEY: next });
  expect(await refresh(after, connection)).toBe(200);
  expect(await after.stop()).toBe(0);

  await expect(start({ MAILGRANT_SECRET_KEY: former })).rejects.toThrow(/encryption key is not the one/);
});

it('with two processes is refused until both seal with the new key, and then no process notices', async () => {
  const [former, next] = [key(), key()];
  const roles = ['admin', 'refresh,receive,send'];
  const ports = await Promise.all(roles.map(() => freePort()));
  const process = (role: number, secretKey: string): Promise<TestService> =>
    start({
      MAILGRANT_REDIS_URL: redis.url,
      MAILGRANT_ROLES: roles[role] ?? '',
      MAILGRANT_PORT: String(ports[role]),
      MAILGRANT_SECRET_KEY: secretKey,
    });
  let [admin, worker] = await Promise.all([process(0, former), process(1, former)]);
  const { connection } = await everythingSealed(admin);

  // First everybody can read both, then everybody seals with the new one.
  for (const secretKey of [`${former},${next}`, `${next},${former}`]) {
    await admin.stop();
    admin = await process(0, secretKey);
    expect(await refresh(admin, connection)).toBe(200);
    if (secretKey.startsWith(next)) {
      const refused = await reseal(admin);
      expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('(reseal-key-not-everywhere)') });
      expect(refused.out).toContain(String(worker.process.pid));
    }
    await worker.stop();
    worker = await process(1, secretKey);
  }
  const done = await reseal(admin);
  expect(done, done.out).toMatchObject({ code: 0 });
  const client = new Redis(redis.url);
  expect(await sealedWith(client, former)).toEqual([]);
  client.disconnect();
  for (const role of [1, 0]) {
    await [admin, worker][role]?.stop();
    [admin, worker] = role === 0 ? [await process(0, next), worker] : [admin, await process(1, next)];
    expect(await refresh(admin, connection)).toBe(200);
  }
});
