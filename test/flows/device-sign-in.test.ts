import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { deviceSubject } from '../../src/oauth/device/device-sign-in.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Application } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, connectionOf, openWorld, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

const ALICE = 'alice@sandbox.example';
const BOB = 'bob@sandbox.example';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

/** Moved by hand: no test waits for an interval. */
const clock = { now: () => time };
let time = Date.now();

let redis: TestRedis;
let tenant: Tenant;
let world: World;
let application: Application;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant()]);
  world = await openWorld({ redisUrl: redis.url, clock });
  application = await applicationOf(world, tenant);
});
afterEach(() => tenant.misbehave.clear());
afterAll(async () => {
  await world.close();
  await tenant.close();
  await redis.stop();
});

const polls = () => tenant.authorization.log.filter(({ grantType }) => grantType === GRANT_TYPE).length;

async function start(own: World = world): Promise<{ id: ConnectionId; userCode: string }> {
  const id = await connectionOf(own, tenant, { application, user: ALICE });
  const { userCode } = await own.deviceSignIn.start(id);
  return { id, userCode };
}

/** What the person at the other device does. */
async function enter(userCode: string, choice: { as: string } | { decline: 'yes' }): Promise<string> {
  const answer = await fetch(`${tenant.origin}/devicelogin`, {
    method: 'POST',
    body: new URLSearchParams({ user_code: userCode, ...choice }),
  });
  return answer.text();
}

/** The wake-up that was asked for comes at its time. */
async function next(id: ConnectionId, own: World = world): Promise<number | undefined> {
  const attempt = await own.deviceSignIn.read(id);
  if (attempt.state === 'waiting') time = Math.max(time, Math.min(attempt.nextPollAt, attempt.expiresAt));
  return own.deviceSignIn.poll(id);
}

describe('a device sign-in', () => {
  it('shows code and link, waits, and signs in whoever entered the code', async () => {
    const { id, userCode } = await start();
    const waiting = await world.deviceSignIn.read(id);
    expect(waiting).toMatchObject({
      state: 'waiting',
      userCode,
      verificationUri: `${tenant.origin}/devicelogin`,
    });
    expect(world.woken.get(deviceSubject(id))).toBe(time + 5_000);
    expect(await next(id)).toBe(time + 5_000);
    await enter(`${userCode.slice(0, 4)}-${userCode.slice(4).toLowerCase()}`, { as: ALICE });
    expect(await next(id)).toBeUndefined();
    expect(await world.deviceSignIn.read(id)).toMatchObject({ state: 'signed-in', user: ALICE });
    const { authorization } = await world.connections.read(id);
    expect(authorization).toMatchObject({
      status: 'authorized',
      identity: 'proved',
      authenticatedUser: ALICE,
    });
    expect((await world.tokenStore.read(id)).tokens?.refreshToken).toBeTruthy();
    expect(await world.deviceSignIn.poll(id)).toBeUndefined();
  });

  it('gives the link with the code in it where the server does', async () => {
    tenant.deviceCodes.settings.hasCompleteUri = true;
    const { id, userCode } = await start();
    tenant.deviceCodes.settings.hasCompleteUri = false;
    const { verificationUriComplete } = (await world.deviceSignIn.read(id)) as {
      verificationUriComplete?: string;
    };
    expect(verificationUriComplete).toBe(`${tenant.origin}/devicelogin?user_code=${userCode}`);
    expect(await (await fetch(verificationUriComplete ?? '')).text()).toContain(`value="${userCode}"`);
  });

  it('asks five seconds less often for good after each slow_down', async () => {
    const { id, userCode } = await start();
    const code = tenant.deviceCodes.find(userCode);
    if (code) code.slowDowns = 2;
    expect(await next(id)).toBe(time + 10_000);
    expect(await next(id)).toBe(time + 15_000);
    expect(await next(id)).toBe(time + 15_000);
    expect(await world.deviceSignIn.read(id)).toMatchObject({ intervalMs: 15_000 });
  });

  it('never asks before its time, however often it is woken', async () => {
    const { id } = await start();
    const before = polls();
    for (let times = 0; times < 5; times += 1) await world.deviceSignIn.poll(id);
    expect(polls()).toBe(before);
  });

  it.each([
    ['status', { kind: 'status', status: 503 }],
    ['no answer', { kind: 'drop' }],
    ['HTML', { kind: 'html' }],
  ] as const)(
    'asks less and less often while the server fails (%s), and goes on afterwards',
    async (_name, fault) => {
      const { id, userCode } = await start();
      const withdraw = tenant.misbehave.token(fault);
      const pauses: number[] = [];
      for (let times = 0; times < 5; times += 1) pauses.push(((await next(id)) ?? 0) - time);
      expect(pauses).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
      expect(await world.deviceSignIn.read(id)).toMatchObject({
        pollProblem: { code: 'token-endpoint-unavailable' },
      });
      withdraw();
      expect(await next(id)).toBe(time + 5_000);
      await enter(userCode, { as: ALICE });
      await next(id);
      expect(await world.deviceSignIn.read(id)).toMatchObject({ state: 'signed-in' });
    },
  );

  it('waits as long as the server says with Retry-After', async () => {
    const { id } = await start();
    tenant.misbehave.token({ kind: 'status', status: 429, retryAfterSeconds: 90, times: 1 });
    expect(await next(id)).toBe(time + 90_000);
  });

  it('ends when it is declined', async () => {
    const { id, userCode } = await start();
    await enter(userCode, { decline: 'yes' });
    expect(await next(id)).toBeUndefined();
    expect(await world.deviceSignIn.read(id)).toMatchObject({
      state: 'failed',
      problem: { code: 'device-code-declined' },
    });
    expect((await world.connections.read(id)).authorization.status).toBe('unauthorized');
  });

  it('ends when the server says expired_token, and by its own time when nothing is heard', async () => {
    const said = await start();
    const code = tenant.deviceCodes.find(said.userCode);
    if (code) code.expiresAt = 0;
    await next(said.id);
    const own = await start();
    time += 16 * 60_000;
    const before = polls();
    await next(own.id);
    expect(polls()).toBe(before);
    for (const { id } of [said, own])
      expect(await world.deviceSignIn.read(id)).toMatchObject({ problem: { code: 'device-code-expired' } });
  });

  it('refuses whoever is not the User, and stores nothing', async () => {
    const { id, userCode } = await start();
    const before = await world.snapshot(id);
    await enter(userCode, { as: BOB });
    await next(id);
    const ended = await world.deviceSignIn.read(id);
    expect(ended).toMatchObject({ state: 'failed', problem: { code: 'wrong-user' } });
    expect(await world.snapshot(id)).toEqual(before);
  });

  it('belongs to the settings that it was started with', async () => {
    const { id, userCode } = await start();
    await enter(userCode, { as: ALICE });
    const { version } = await world.connections.read(id);
    await world.connections.patch(id, version, { user: BOB });
    const before = polls();
    await next(id);
    expect(await world.deviceSignIn.read(id)).toMatchObject({ problem: { code: 'sign-in-superseded' } });
    expect(polls()).toBe(before);
  });

  it('a newer one takes the place of the older', async () => {
    const { id, userCode } = await start();
    await enter(userCode, { as: ALICE });
    const second = await world.deviceSignIn.start(id);
    expect(second.userCode).not.toBe(userCode);
    await next(id);
    expect(await world.deviceSignIn.read(id)).toMatchObject({ state: 'waiting', userCode: second.userCode });
  });

  it('of which a late answer comes leaves the newer one alone', async () => {
    const { id, userCode } = await start();
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    await enter(userCode, { decline: 'yes' });
    tenant.misbehave.token({ kind: 'hold', until, times: 1 });
    const before = polls();
    const late = next(id);
    await expect.poll(() => polls()).toBe(before + 1);
    const second = await world.deviceSignIn.start(id);
    release();
    await late;
    expect(await world.deviceSignIn.read(id)).toMatchObject({ state: 'waiting', userCode: second.userCode });
  });

  it.each(['not', 'with-another-key'] as const)('refuses an id_token that is signed %s', async (signed) => {
    const { id, userCode } = await start();
    await enter(userCode, { as: ALICE });
    tenant.misbehave.token({ kind: 'forged', signed, times: 1 });
    await next(id);
    expect(await world.deviceSignIn.read(id)).toMatchObject({
      state: 'failed',
      problem: { code: 'callback-invalid' },
    });
    expect((await world.connections.read(id)).authorization.status).toBe('unauthorized');
  });

  it('ends with what the server has against the application', async () => {
    const { id } = await start();
    tenant.misbehave.token({ kind: 'aadsts', code: 7000218, times: 1 });
    await next(id);
    expect(await world.deviceSignIn.read(id)).toMatchObject({
      problem: { code: 'client-credential-missing' },
    });
    const unstarted = await connectionOf(world, tenant, { application, user: ALICE });
    expect((await problemOf(() => world.deviceSignIn.read(unstarted))).code).toBe('not-found');
  });

  it('says so where the server has no such thing', async () => {
    const gmail = await applicationOf(world, tenant, {
      provider: 'custom',
      accessTokenUrl: `${tenant.origin}/elsewhere/token`,
    });
    tenant.misbehave.discovery({ says: { device_authorization_endpoint: undefined } });
    const other = await openWorld({ redisUrl: redis.url, secretKey: world.secretKey });
    const id = await connectionOf(other, tenant, { application: gmail, user: ALICE });
    expect((await problemOf(() => other.deviceSignIn.start(id))).code).toBe('device-code-not-offered');
    await other.close();
  });

  it('is sealed: neither code stands in Redis in clear', async () => {
    const { id, userCode } = await start();
    const stored = (await world.redis.get(keys.deviceSignIn(id))) ?? '';
    expect(stored).not.toBe('');
    for (const secret of [userCode, ...tenant.authorization.secrets()])
      expect(Buffer.from(stored, 'base64').includes(secret)).toBe(false);
  });

  it('is polled for by one process at a time, and by another where the first has died', async () => {
    const other = await openWorld({ redisUrl: redis.url, secretKey: world.secretKey, clock });
    try {
      const { id, userCode } = await start();
      let release = (): void => {};
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      tenant.misbehave.token({ kind: 'hold', until, times: 1 });
      const before = polls();
      const first = next(id);
      await expect.poll(() => polls()).toBe(before + 1);
      expect(await other.deviceSignIn.poll(id)).toBe(time + 2_000);
      expect(polls()).toBe(before + 1);
      release();
      await first;

      // What a process leaves behind that dies in the middle: the lease ends by itself, the interval stays.
      await enter(userCode, { as: ALICE });
      await world.redis.set(keys.devicePollLease(id), 'a process that is gone', 'PX', 300);
      const woken = await other.deviceSignIn.poll(id);
      expect(woken).toBeGreaterThan(time);
      await expect.poll(async () => (await next(id, other)) ?? 'ended').toBe('ended');
      expect(await world.deviceSignIn.read(id)).toMatchObject({ state: 'signed-in', user: ALICE });
    } finally {
      await other.close();
    }
  });
});
