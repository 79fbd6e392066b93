import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { keys } from '../../src/storage/keys.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';

const USERS = ['ada@sandbox.example', 'bob@sandbox.example', 'cleo@sandbox.example', 'dan@sandbox.example'];

let redis: TestRedis;
let tenant: Tenant;
let world: World;
/** A second process. */
let other: World;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant({ users: USERS })]);
  world = await openWorld({ redisUrl: redis.url });
  other = await openWorld({ redisUrl: redis.url, secretKey: world.secretKey });
});
afterAll(async () => {
  await Promise.all([world.close(), other.close()]);
  await tenant.close();
  await redis.stop();
});

const connected = async (user: string) =>
  signedIn(world, tenant, { application: await applicationOf(world, tenant), user });

describe('a mail server that refuses every token', () => {
  it('costs one refresh, however often and in whichever process a connector asks again', async () => {
    const [user = ''] = USERS;
    const id = await connected(user);
    const first = await world.accessTokens.accessToken(id);
    const second = await world.accessTokens.accessToken(id, { rejected: first.version });
    expect(second.version).toBe(first.version + 1);
    for (const { accessTokens } of [world, other, world, other]) {
      const again = await accessTokens.accessToken(id, { rejected: second.version });
      expect(again).toEqual(second);
    }
    expect(refreshesOf(tenant, user)).toHaveLength(1);
  });

  it('is asked with a new token once more after a while, and whenever a person asks for one', async () => {
    const user = USERS[1] ?? '';
    const id = await connected(user);
    const first = await world.accessTokens.accessToken(id);
    const second = await world.accessTokens.accessToken(id, { rejected: first.version });
    expect(await world.redis.pttl(keys.replacement(id))).toBeGreaterThan(50_000);
    await world.redis.del(keys.replacement(id));
    const third = await world.accessTokens.accessToken(id, { rejected: second.version });
    expect(third.version).toBe(second.version + 1);
    const forced = await world.accessTokens.accessToken(id, { rejected: third.version, force: true });
    expect(forced.version).toBe(third.version + 1);
  });

  it('does not keep a token from being refreshed at its expiry', async () => {
    const user = USERS[2] ?? '';
    const id = await connected(user);
    tenant.misbehave.accessTokenSeconds(1);
    const first = await world.accessTokens.accessToken(id, { force: true });
    const second = await world.accessTokens.accessToken(id, { rejected: first.version });
    tenant.misbehave.accessTokenSeconds(undefined);
    await expect
      .poll(async () => (await world.accessTokens.accessToken(id, { rejected: second.version })).version)
      .toBe(second.version + 1);
  });

  it('is answered with a refresh again after the next sign-in', async () => {
    const user = USERS[3] ?? '';
    const id = await connected(user);
    const first = await world.accessTokens.accessToken(id);
    const second = await world.accessTokens.accessToken(id, { rejected: first.version });
    const { epoch, authorization, tokens } = await world.tokenStore.read(id);
    if (!tokens) throw new Error('signed in');
    const version = await world.tokenStore.saveSignIn(id, { epoch }, { tokens, authorization });
    expect(version).toBe(second.version + 1);
    const fresh = await world.accessTokens.accessToken(id, { rejected: Number(version) });
    expect(fresh.version).toBe(Number(version) + 1);
  });
});
