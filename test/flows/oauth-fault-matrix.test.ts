/** Every fault of the token endpoint × every way to it: refresh ahead, on demand, the callback's code exchange. No cell costs a grant. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { catalogue } from '../../src/contract/problems/index.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Application } from '../../src/setup/model.js';
import { type CertificateAuthority, createCertificateAuthority } from '../servers/certificate-authority.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { startTokenFront, type TokenFront } from '../servers/token-front.js';
import { type Harness, startHarness } from './admin-harness.js';
import { FAULT_ROWS, type FaultRow, TOKEN_HOST } from './oauth-fault-rows.js';
import { applicationOf, connectionOf, openWorld, signedIn, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

/** The right time, whatever the clock of Mailgrant says. */
const realNow = (): number => Math.round(performance.timeOrigin + performance.now());

let directory: string;
let redis: TestRedis;
let tenant: Tenant;
let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let front: TokenFront;
let elsewhere: Server;
let askedElsewhere = 0;
let base: World;
let harness: Harness;
let application: Application;
/** Of the row at hand: with its own deadline, and no connection to the endpoint yet. */
let world: World;
const RIGHT_ADDRESS = '127.0.0.1';
const names: { address: string | undefined; asked: number } = { address: RIGHT_ADDRESS, asked: 0 };
let mendRow = (): void => undefined;

const USERS = Array.from({ length: FAULT_ROWS.length * 3 }, (_, index) => `u${index}@sandbox.example`);
let used = 0;
const nextUser = (): string => USERS[used++] ?? '';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-faults-'));
  const directories = [path.join(directory, 'a'), path.join(directory, 'b')] as const;
  for (const each of directories) await mkdir(each);
  authority = await createCertificateAuthority(directories[0]);
  stranger = await createCertificateAuthority(directories[1]);
  [redis, tenant] = await Promise.all([startRedis(), startTenant({ users: USERS, clock: { now: realNow } })]);
  const certificate = await authority.issue([TOKEN_HOST]);
  front = await startTokenFront({ certificate, to: Number(new URL(tenant.origin).port) });
  elsewhere = createServer((_request, response) => {
    askedElsewhere += 1;
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  base = await openWorld({ redisUrl: redis.url });
  const tokenUrl = new URL(tenant.accessTokenUrl);
  application = await applicationOf(base, tenant, {
    accessTokenUrl: `https://${TOKEN_HOST}:${front.port}${tokenUrl.pathname}`,
  });
  harness = await startHarness(() => ({
    applications: base.applications,
    connections: base.connections,
    signIn: {
      authorizationUrl: (...given) => world.signIn.authorizationUrl(...given),
      finish: (...given) => world.signIn.finish(...given),
      exchange: (...given) => world.signIn.exchange(...given),
    },
  }));
});
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: realNow() }));
afterEach(async () => {
  mendRow();
  vi.useRealTimers();
  tenant.misbehave.clear();
  names.address = RIGHT_ADDRESS;
  await world.close();
});
afterAll(async () => {
  await harness.stop();
  await base.close();
  await Promise.all([tenant.close(), front.close()]);
  await new Promise((resolve) => elsewhere.close(resolve));
  await redis.stop();
  await rm(directory, { recursive: true });
});

async function openRow(row: FaultRow): Promise<void> {
  world = await openWorld({
    redisUrl: redis.url,
    secretKey: base.secretKey,
    requestDeadlineMs: row.deadlineMs ?? 10_000,
    outgoing: {
      certificateAuthority: authority.ca,
      lookup: async (host) => {
        if (names.address !== RIGHT_ADDRESS) names.asked += 1;
        if (names.address === 'never') return new Promise(() => {});
        if (names.address !== undefined) return [{ address: names.address, family: 4 }];
        throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
      },
    },
  });
}

const make = async (row: FaultRow): Promise<() => void> => {
  mendRow = await row.make({
    tenant,
    front,
    authority,
    stranger,
    names,
    elsewhere: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/token`,
    clockOff: (ms) => void vi.setSystemTime(realNow() + ms),
  });
  return mendRow;
};

/** How often the endpoint was asked, however far the asking got. */
const asked = (): number => front.failed() + tenant.authorization.log.length + names.asked;

/** A connection whose access token is good for another five minutes, by Mailgrant's clock, and so is due. */
async function dueConnection(): Promise<ConnectionId> {
  const id = await signedIn(world, tenant, { application, user: nextUser() });
  const grant = await world.tokenStore.read(id);
  if (!grant.tokens) throw new Error('not signed in');
  const tokens = { ...grant.tokens, issuedAt: Date.now() - 55 * 60_000, expiresAt: Date.now() + 5 * 60_000 };
  await world.tokenStore.saveRefresh(grant, { tokens, authorization: grant.authorization });
  return id;
}

const statusOf = async (id: ConnectionId) => (await world.connections.read(id)).authorization;

function expectNoSecret(shown: unknown): void {
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
  for (const secret of [...tenant.authorization.secrets(), tenant.clientSecret])
    expect(text.includes(secret)).toBe(false);
}

/** The wait is the server's where it names one, else one of our own: a second at first. */
function expectWait(row: FaultRow, retryAt: number | undefined): void {
  const waitMs = (retryAt ?? 0) - Date.now();
  const [least, most] = row.asksToWaitMs
    ? [row.asksToWaitMs - 3_000, row.asksToWaitMs + 1_000]
    : [700, 1_300];
  expect(waitMs).toBeGreaterThanOrEqual(least);
  expect(waitMs).toBeLessThanOrEqual(most);
}

/** The fault is gone and the wait over: the queue's own next try brings the connection back, and nobody signs in. */
async function expectRecovery(id: ConnectionId, retryAt: number | undefined): Promise<void> {
  const { tokenVersion } = await world.tokenStore.read(id);
  vi.setSystemTime(Math.max(realNow(), retryAt ?? 0) + 1);
  const next = await world.handle(id);
  expect(next).toBeGreaterThan(Date.now());
  const after = await statusOf(id);
  expect(after.status).toBe('authorized');
  expect(after).not.toHaveProperty('refreshProblem');
  expect((await world.accessTokens.accessToken(id)).version).toBe(tokenVersion + 1);
}

describe.each(FAULT_ROWS)('$name', (row) => {
  it('at a refresh ahead of expiry', async () => {
    await openRow(row);
    const mend = await make(row);
    const id = await dueConnection();
    const { tokenVersion } = await world.tokenStore.read(id);
    const next = await world.handle(id);
    if (row.refresh === 'works') {
      expect((await world.tokenStore.read(id)).tokenVersion).toBe(tokenVersion + 1);
      expect(await statusOf(id)).toMatchObject({ status: 'authorized' });
      expect(next).toBeGreaterThan(Date.now() + 30 * 60_000);
      return mend();
    }
    const { status, refreshProblem } = await statusOf(id);
    expect([status, refreshProblem?.code, refreshProblem?.verdict]).toEqual([
      'authorized',
      row.refresh,
      'retry',
    ]);
    expect(next).toBe(refreshProblem?.retryAt);
    expectWait(row, next);
    expectNoSecret(refreshProblem);
    // Nobody notices: the token is still good, and the server is not asked again.
    const before = asked();
    expect((await world.accessTokens.accessToken(id)).version).toBe(tokenVersion);
    expect(asked()).toBe(before);
    mend();
    await expectRecovery(id, next);
    expect(askedElsewhere).toBe(0);
  });

  it('at a refresh on demand', async () => {
    await openRow(row);
    const mend = await make(row);
    const id = await signedIn(world, tenant, {
      application,
      user: nextUser(),
      expiresAt: Date.now() - 1_000,
    });
    const { tokenVersion } = await world.tokenStore.read(id);
    if (row.refresh === 'works') {
      expect((await world.accessTokens.accessToken(id)).version).toBe(tokenVersion + 1);
      expect(await statusOf(id)).toMatchObject({ status: 'authorized' });
      return mend();
    }
    const problem = await problemOf(() => world.accessTokens.accessToken(id));
    expect([problem.code, problem.verdict]).toEqual([row.refresh, 'retry']);
    expectWait(row, problem.retryAt);
    expectNoSecret(problem);
    const before = asked();
    expect((await problemOf(() => world.accessTokens.accessToken(id))).code).toBe(row.refresh);
    expect(asked()).toBe(before);
    expect((await statusOf(id)).status).toBe('authorized');
    mend();
    await expectRecovery(id, problem.retryAt);
    expect(askedElsewhere).toBe(0);
  });

  it('at the callback', async () => {
    await openRow(row);
    const mend = await make(row);
    const user = nextUser();
    const id = await connectionOf(world, tenant, { application, user });
    const callback = async () => {
      const back = new URL(await tenant.signIn(await world.signIn.authorizationUrl(id), { as: user }));
      return harness.app.inject({ method: 'GET', url: `${back.pathname}${back.search}` });
    };
    if (row.callback === 'works') {
      const page = await callback();
      expect([page.statusCode, page.body.includes('Success!')]).toEqual([200, true]);
      return mend();
    }
    const before = await world.snapshot(id);
    const page = await callback();
    const { title, httpStatus } = catalogue[row.callback];
    expect(page.statusCode).toBe(httpStatus);
    expect(page.body).toContain(title);
    expect(page.body).toMatch(/start the sign-in again|a sign-in has to be started again/i);
    expectNoSecret(page.body);
    expect(await world.snapshot(id)).toEqual(before);
    mend();
    vi.setSystemTime(realNow());
    expect((await callback()).body).toContain('Success!');
    expect(askedElsewhere).toBe(0);
  });
});
