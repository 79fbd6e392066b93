/** Sealing everything anew with another key while tokens are refreshed, processes are killed, and values change under it. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { announceKeys } from '../../src/storage/key-holders.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisClient } from '../../src/storage/redis.js';
import { createVault, type Vault } from '../../src/storage/vault.js';
import { checkVaultCanary } from '../../src/storage/vault-canary.js';
import { createReseal } from '../../src/transfer/reseal.js';
import { keysIn, startRedis, type TestRedis } from '../servers/redis.js';
import { forkProcess, kill } from './child-process.js';
import type { Order, ProcessPlan } from './oauth-refresh-process.js';
import { applicationOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';
import type { ResealPlan } from './reseal-process.js';

const CONNECTIONS = 200;
const users = Array.from({ length: CONNECTIONS }, (_, index) => `u${index}@sandbox.example`);
const [former, current] = [randomBytes(32), randomBytes(32)];
const both = [current, former];

let redis: TestRedis;
let tenant: Tenant;
/** Has the former key alone, and has ended before any reseal. */
let before: World;
let children: ChildProcess[];

beforeEach(async () => {
  [redis, tenant] = await Promise.all([
    startRedis(),
    startTenant({ users, refreshTokens: 'rotated-strictly', accessTokenSeconds: 1, keepContent: false }),
  ]);
  before = await openWorld({ redisUrl: redis.url, secretKeys: [former] });
  await checkVaultCanary(before.redis, before.vault, 'a test');
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await before.close();
  await tenant.close();
  await redis.stop();
});

async function connections(count: number): Promise<ConnectionId[]> {
  const application = await applicationOf(before, tenant, { provider: 'custom' });
  const expiresAt = Date.now() - 1;
  const some = users.slice(0, count);
  return Promise.all(some.map((user) => signedIn(before, tenant, { application, user, expiresAt })));
}

async function startChild(file: string, plan: ProcessPlan | ResealPlan): Promise<ChildProcess> {
  const child = forkProcess(file, plan);
  children.push(child);
  return child;
}

/** How many sealed values there are of each key, wherever in Redis they stand, found by their form alone. */
async function sealedWith(client: RedisClient, vault: Vault): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const look = (value: Buffer): void => {
    for (const bytes of [value, Buffer.from(value.toString('latin1'), 'base64')]) {
      const id = vault.keyIdOf(bytes);
      if (id !== undefined && vault.keyIds.includes(id)) counts[id] = (counts[id] ?? 0) + 1;
    }
  };
  for (const key of await keysIn(client)) {
    const type = await client.type(key);
    if (type === 'string') look((await client.getBuffer(key)) ?? Buffer.alloc(0));
    if (type === 'hash') for (const value of Object.values(await client.hgetallBuffer(key))) look(value);
  }
  return counts;
}

it('loses nothing while two processes refresh 200 connections, and the former key is needed no more', async () => {
  const ids = await connections(CONNECTIONS);
  const world = await openWorld({ redisUrl: redis.url, secretKeys: both });
  const started = await world.signIn.authorizationUrl(ids[0] as ConnectionId);
  const secretKey = both.map((key) => key.toString('base64')).join(',');
  const workers = await Promise.all(
    ['one', 'two'].map((name) =>
      startChild('./oauth-refresh-process.ts', { redisUrl: redis.url, secretKey, name }),
    ),
  );
  await Promise.all(workers.map((child) => once(child, 'message')));
  const order = (child: ChildProcess, what: Order): void => void child.send(what);
  for (const child of workers) order(child, { kind: 'forever', connections: ids });
  await vi.waitFor(() => expect(refreshesOf(tenant).length).toBeGreaterThan(20), {
    timeout: 20_000,
    interval: 5,
  });

  const reseal = createReseal(world);
  const made = refreshesOf(tenant).length;
  const report = await reseal();
  expect(report.remaining).toBe(0);
  // Again and again in the midst of refreshes: nothing is left to do, and nothing is disturbed.
  await vi.waitFor(
    async () => {
      expect((await reseal()).kinds.filter(({ resealed }) => resealed > 0)).toEqual([]);
      expect(refreshesOf(tenant).length).toBeGreaterThan(made + CONNECTIONS);
    },
    { timeout: 30_000, interval: 20 },
  );
  await Promise.all(
    workers.map(async (child) => {
      const stopped = once(child, 'message');
      order(child, { kind: 'stop' });
      await stopped;
    }),
  );
  const byKind = Object.fromEntries(report.kinds.map((each) => [each.kind, each]));
  expect(byKind.connections?.current).toBe(CONNECTIONS);
  expect(byKind.connections?.resealed).toBeGreaterThan(0);
  expect(byKind.applications).toMatchObject({ resealed: 1, current: 1 });
  expect(byKind['sign-ins']).toMatchObject({ current: 1 });
  const counts = await sealedWith(world.redis, world.vault);
  expect(Object.keys(counts)).toEqual([world.vault.keyIds[0]]);
  await world.close();

  const after = await openWorld({ redisUrl: redis.url, secretKeys: [current] });
  await checkVaultCanary(after.redis, after.vault, 'a test');
  await expect(checkVaultCanary(after.redis, before.vault, 'a test')).rejects.toThrow('encryption-key-wrong');
  // Where the server ends a grant that is refreshed with an old token, a token set that was overwritten shows here.
  for (const id of ids) {
    const { tokenVersion } = await after.tokenStore.read(id);
    await after.accessTokens.accessToken(id, { rejected: tokenVersion });
  }
  const redirected = new URL(await tenant.signIn(started, { as: users[0] ?? '' }));
  expect(await after.signIn.finish({ parameters: redirected.searchParams })).toMatchObject({
    kind: 'signed-in',
  });
  await after.close();
});

it('goes on after kill -9 in the middle', async () => {
  const ids = await connections(100);
  const secretKeys = both.map((key) => key.toString('base64'));
  const vault = createVault(both);
  const child = await startChild('./reseal-process.ts', { redisUrl: redis.url, secretKeys, writes: 40 });
  await once(child, 'message');
  await kill(child);
  const done = (await sealedWith(before.redis, vault))[vault.keyIds[0] ?? ''] ?? 0;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(ids.length);

  const report = await createReseal({ redis: before.redis, vault })();
  expect(report).toMatchObject({ remaining: 0, unreadable: [] });
  const resealed = report.kinds.reduce((sum, each) => sum + each.resealed, 0);
  expect(resealed + done).toBe(ids.length + 2);
  const after = await openWorld({ redisUrl: redis.url, secretKeys: [current] });
  for (const id of ids) expect((await after.tokenStore.read(id)).tokens?.refreshToken).toBeTruthy();
  await after.close();
});

describe('a value that changes between look and write', () => {
  /** A Redis in which something else happens just before the first write of a record. */
  const meanwhile = (client: RedisClient, act: () => Promise<unknown>): RedisClient => {
    let isDone = false;
    return new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const bound = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (name !== 'evalsha') return bound;
        return async (...args: unknown[]) => {
          if (!isDone && String(args[2]).includes('con_')) {
            isDone = true;
            await act();
          }
          return bound(...args);
        };
      },
    }) as RedisClient;
  };

  it('keeps what was written, be that with the new key or with the former', async () => {
    const [id] = (await connections(1)) as [ConnectionId];
    const world = await openWorld({ redisUrl: redis.url, secretKeys: both });
    for (const writer of [world, before]) {
      const grant = await before.tokenStore.read(id).catch(() => world.tokenStore.read(id));
      const now = Date.now();
      const tokens = { accessToken: `a-${now}`, refreshToken: `r-${now}`, issuedAt: now, expiresAt: now + 1 };
      // So that there is something to reseal.
      const old = { ...tokens, refreshToken: 'what it was' };
      await before.tokenStore.saveRefresh(grant, { tokens: old, authorization: grant.authorization });
      const redisMeanwhile = meanwhile(world.redis, () =>
        writer.tokenStore.saveRefresh(
          { id, tokenVersion: grant.tokenVersion + 1 },
          { tokens, authorization: grant.authorization },
        ),
      );
      const report = await createReseal({ redis: redisMeanwhile, vault: world.vault })();
      expect(report.remaining).toBe(0);
      const stored = await world.tokenStore.read(id);
      expect(stored).toMatchObject({ tokenVersion: grant.tokenVersion + 2, tokens });
    }
    await world.close();
  });

  it('stays gone where it was deleted', async () => {
    const [id] = (await connections(1)) as [ConnectionId];
    const world = await openWorld({ redisUrl: redis.url, secretKeys: both });
    const redisMeanwhile = meanwhile(world.redis, () => world.signOut(id));
    await createReseal({ redis: redisMeanwhile, vault: world.vault })();
    expect((await world.tokenStore.read(id)).tokens).toBeUndefined();
    await world.close();
  });
});

it('names what no key opens, and seals the rest', async () => {
  const [first, second] = (await connections(2)) as [ConnectionId, ConnectionId];
  const stranger = createVault([randomBytes(32)]);
  const place = `${keys.connection(first)}/tokens`;
  await before.redis.hset(keys.connection(first), 'tokens', stranger.seal('{}', place));
  const vault = createVault(both);
  const report = await createReseal({ redis: before.redis, vault })();
  expect(report).toMatchObject({ remaining: 1, unreadable: [`${first}/tokens`] });
  expect(report.kinds.find(({ kind }) => kind === 'connections')).toMatchObject({
    resealed: 1,
    remaining: { [stranger.keyIds[0] ?? '']: 1 },
  });
  const after = await openWorld({ redisUrl: redis.url, secretKeys: [current] });
  expect((await after.tokenStore.read(second)).tokens).toBeDefined();
  await after.close();
});

describe('a process that does not seal with the new key', () => {
  const order = [
    ['has only the former one', [former]],
    ['has the new one second', [former, current]],
  ] as const;
  it.each(order)(
    'refuses the reseal when it %s, by its name; once it has ended, it does not',
    async (_how, its) => {
      await connections(1);
      const other = await openRedis(redis.url);
      const announced = await announceKeys(other.client, createVault([...its]));
      const ours = await announceKeys(before.redis, createVault(both));
      const reseal = createReseal({ redis: before.redis, vault: createVault(both) });
      await expect(reseal()).rejects.toMatchObject({
        problem: { code: 'reseal-key-not-everywhere', detail: expect.stringContaining(String(process.pid)) },
      });
      const untouched = await sealedWith(before.redis, before.vault);
      expect(Object.keys(untouched)).toEqual(before.vault.keyIds);
      await announced.close();
      expect(await reseal()).toMatchObject({ remaining: 0 });
      await ours.close();
      await other.close();
    },
  );

  it('is forgotten when its lease has ended', async () => {
    await before.redis.zadd(keys.vaultHolders, Date.now() - 1, `gone ${before.vault.keyIds[0]}`);
    expect(await createReseal({ redis: before.redis, vault: createVault(both) })()).toMatchObject({
      remaining: 0,
    });
  });
});
