import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PROVIDERS } from '../../config/providers.js';
import type { ConnectionId } from '../../src/contract/ids.js';
import { createMailContexts } from '../../src/oauth/mail-context.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { keys } from '../../src/storage/keys.js';
import { type Log, silentLog } from '../../src/telemetry/log.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

let redis: TestRedis;
let tenant: Tenant;
let strict: Tenant;
let world: World;
const errors: Record<string, unknown>[] = [];
const log: Log = { ...silentLog, error: (fields) => void errors.push(fields), child: () => log };
beforeAll(async () => {
  const users = Array.from({ length: 60 }, (_, index) => `u${index}@sandbox.example`);
  [redis, tenant, strict] = await Promise.all([
    startRedis(),
    startTenant({ users }),
    startTenant({ users, refreshTokens: 'rotated-strictly' }),
  ]);
  world = await openWorld({ redisUrl: redis.url, requestDeadlineMs: 700, log });
});
afterEach(() => {
  tenant.misbehave.clear();
  tenant.misbehave.accessTokenSeconds(undefined);
  strict.misbehave.clear();
});
afterAll(async () => {
  await world.close();
  await Promise.all([tenant.close(), strict.close()]);
  await redis.stop();
});

let used = 0;
/** Each test has an account, and so a family of refresh tokens, to itself. */
const nextUser = (): string => `u${used++}@sandbox.example`;

async function authorized(options: { expiresAt?: number; at?: Tenant; user?: string } = {}) {
  const { at = tenant, user = nextUser(), ...rest } = options;
  const application = await applicationOf(world, at, {
    provider: at === strict ? 'custom' : 'exchange-online',
  });
  return { id: await signedIn(world, at, { application, user, ...rest }), user, application };
}
const past = (): number => Date.now() - 1_000;

const token = (id: ConnectionId, options?: Parameters<World['accessTokens']['accessToken']>[1]) =>
  world.accessTokens.accessToken(id, options);
const statusOf = async (id: ConnectionId) => (await world.connections.read(id)).authorization;

describe('an access token', () => {
  it('is the stored one while it is good, without asking the server', async () => {
    const { id, user } = await authorized();
    const first = await token(id);
    expect(await token(id)).toEqual(first);
    expect(refreshesOf(tenant, user)).toHaveLength(0);
  });

  it('is refreshed once for a hundred callers at its expiry', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    const all = await Promise.all(Array.from({ length: 100 }, () => token(id)));
    expect(new Set(all.map((each) => each.accessToken)).size).toBe(1);
    expect(refreshesOf(tenant, user)).toHaveLength(1);
    expect(await statusOf(id)).toMatchObject({
      status: 'authorized',
      accessTokenExpiresAt: all[0]?.expiresAt,
    });
  });

  it('is refreshed once when its version was rejected, and a newer one is handed out without a refresh', async () => {
    const { id, user } = await authorized();
    const { version } = await token(id);
    const all = await Promise.all([1, 2, 3].map(() => token(id, { rejected: version })));
    expect(all.map((each) => each.version)).toEqual([version + 1, version + 1, version + 1]);
    expect((await token(id, { rejected: version })).version).toBe(version + 1);
    expect(refreshesOf(tenant, user)).toHaveLength(1);
  });

  it('is refreshed although it is good when a person asks for it', async () => {
    const { id } = await authorized();
    const { version } = await token(id);
    expect((await token(id, { force: true })).version).toBe(version + 1);
  });

  it('keeps the old refresh token when the server returns none', async () => {
    const { id } = await authorized({ expiresAt: past() });
    const before = (await world.tokenStore.read(id)).tokens?.refreshToken;
    tenant.misbehave.token({ kind: 'omit', fields: ['refresh_token'], times: 1 });
    await token(id);
    expect((await world.tokenStore.read(id)).tokens?.refreshToken).toBe(before);
    expect((await token(id, { force: true })).version).toBeGreaterThan(0);
  });

  it('ends the grant when the refreshed id_token is of another account', async () => {
    const { id } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'claims', claims: { oid: 'somebody-else' }, times: 1 });
    expect((await problemOf(() => token(id))).code).toBe('account-changed');
    expect((await statusOf(id)).status).toBe('reauthorization-required');
  });

  it('lets a caller give up waiting without losing what the server rotated', async () => {
    const { id } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'delay', ms: 300, times: 1 });
    const waiting = token(id, { signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toThrow();
    await world.accessTokens.settled();
    expect((await world.tokenStore.read(id)).tokens?.expiresAt).toBeGreaterThan(Date.now());
  });
});

describe('a failure that passes costs no grant', () => {
  it.each([
    [{ kind: 'status', status: 503 }],
    [{ kind: 'status', status: 429, retryAfterSeconds: 1 }],
    [{ kind: 'hang' }],
    [{ kind: 'drop' }],
    [{ kind: 'truncated' }],
    [{ kind: 'html' }],
    [{ kind: 'lost-answer' }],
    [{ kind: 'aadsts', code: 90033 }],
  ] as const)('%o for longer than the access token lives', async (fault) => {
    const { id, user } = await authorized({ expiresAt: Date.now() + 1_000 });
    const withdraw = tenant.misbehave.token({ ...fault, user });
    await vi.waitFor(
      async () => expect((await problemOf(() => token(id))).code).toBe('token-endpoint-unavailable'),
      {
        timeout: 10_000,
        interval: 100,
      },
    );
    // Longer still: the queue's own tries fail as well.
    await world.handle(id);
    expect(await statusOf(id)).toMatchObject({
      status: 'authorized',
      refreshProblem: { code: 'token-endpoint-unavailable' },
    });
    withdraw();
    await vi.waitFor(() => token(id), { timeout: 15_000, interval: 200 });
    expect((await statusOf(id)).refreshProblem).toBeUndefined();
  });

  it('hands out the token that is still good when a refresh ahead of its expiry fails', async () => {
    const { id, user } = await authorized({ expiresAt: Date.now() + 60_000 });
    tenant.misbehave.token({ kind: 'status', status: 503, user });
    const { tokenVersion } = await world.tokenStore.read(id);
    const again = await problemOf(() =>
      world.accessTokens.refreshAhead(id, { tokenVersion, isProbe: false }),
    );
    expect(again.code).toBe('token-endpoint-unavailable');
    expect((await token(id)).version).toBe(tokenVersion);
  });

  it('is not asked again before the time the server named', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'status', status: 503, retryAfterSeconds: 120, user });
    const { retryAt = 0 } = await problemOf(() => token(id));
    expect(retryAt).toBeGreaterThan(Date.now() + 110_000);
    expect((await problemOf(() => token(id))).code).toBe('token-endpoint-unavailable');
    expect(await world.handle(id)).toBe(retryAt);
    expect(refreshesOf(tenant, user)).toHaveLength(1);
  });

  it('pauses one connection for an hour on a loop warning', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'aadsts', code: 50196, user });
    expect((await problemOf(() => token(id))).code).toBe('token-request-loop');
    expect(await world.handle(id)).toBeGreaterThan(Date.now() + 59 * 60_000);
    expect(refreshesOf(tenant, user)).toHaveLength(1);
    expect((await statusOf(id)).status).toBe('authorized');
  });

  it('keeps the grant on an error that nobody knows', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    const body = '{"error":"weird","error_description":"never heard of"}';
    tenant.misbehave.token({ kind: 'status', status: 400, body, user, times: 1 });
    expect(await problemOf(() => token(id))).toMatchObject({
      code: 'provider-refused',
      serverWords: 'never heard of',
    });
    expect((await statusOf(id)).status).toBe('authorized');
  });
});

describe('the end of a grant', () => {
  it('comes with 50173 to exactly that one, and a new sign-in brings it back', async () => {
    const [one, other] = [await authorized({ expiresAt: past() }), await authorized({ expiresAt: past() })];
    tenant.misbehave.revoke(one.user);
    const problem = await problemOf(() => token(one.id));
    expect(problem).toMatchObject({
      code: 'grant-revoked',
      foreign: { errorCodes: [50173], suberror: 'bad_token' },
    });
    expect(problem.detail).toContain(one.user);
    expect(await statusOf(one.id)).toMatchObject({
      status: 'reauthorization-required',
      problem: { code: 'grant-revoked' },
    });
    expect(await world.redis.hexists(keys.connection(one.id), 'tokens')).toBe(0);
    expect(world.changed).toContain(one.id);
    expect(await world.handle(one.id)).toBeUndefined();
    await token(other.id);
    expect((await statusOf(other.id)).status).toBe('authorized');

    const back = await tenant.signIn(await world.signIn.authorizationUrl(one.id), { as: one.user });
    await world.signIn.finish({ parameters: new URL(back).searchParams });
    await token(one.id);
    expect(await statusOf(one.id)).not.toHaveProperty('problem');
  });

  it('leaves a sign-in that is under way alone', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    const url = await world.signIn.authorizationUrl(id);
    tenant.misbehave.token({ kind: 'aadsts', code: 50173, user, times: 1 });
    await problemOf(() => token(id));
    const back = await tenant.signIn(url, { as: user });
    expect(await world.signIn.finish({ parameters: new URL(back).searchParams })).toMatchObject({ user });
  });

  it('does not come from a late invalid_grant of the old grant after a new sign-in', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'delay', ms: 400, user, times: 1, grantType: 'refresh_token' });
    tenant.misbehave.token({ kind: 'aadsts', code: 50173, user, times: 1, grantType: 'refresh_token' });
    const late = token(id);
    await vi.waitFor(() => expect(tenant.authorization.log.at(-1)?.grantType).toBe('refresh_token'));
    const back = await tenant.signIn(await world.signIn.authorizationUrl(id), { as: user });
    await world.signIn.finish({ parameters: new URL(back).searchParams });
    const signedInNow = await world.snapshot(id);
    // The caller of the old grant gets the new one's token.
    expect((await late).version).toBe((await world.connections.read(id)).tokenVersion);
    expect(refreshesOf(tenant, user).at(-1)?.outcome).toBe('fault:aadsts');
    expect(await world.snapshot(id)).toEqual(signedInNow);
  });

  it('does not come from a late success of the old grant either: sign-out stays sign-out', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'delay', ms: 300, user, times: 1 });
    const late = problemOf(() => token(id));
    await vi.waitFor(() => expect(tenant.authorization.log.at(-1)?.outcome).toBe('pending'));
    await world.signOut(id);
    expect((await late).code).toBe('not-signed-in');
    expect((await statusOf(id)).status).toBe('unauthorized');
    expect(await world.redis.hexists(keys.connection(id), 'tokens')).toBe(0);
  });
});

describe('an answer lost on the way', () => {
  it('ends exactly that grant as refresh-interrupted where the server revokes on reuse', async () => {
    const [one, other] = [
      await authorized({ expiresAt: past(), at: strict }),
      await authorized({ expiresAt: past(), at: strict }),
    ];
    strict.misbehave.token({ kind: 'lost-answer', user: one.user, times: 1 });
    expect((await problemOf(() => token(one.id))).code).toBe('token-endpoint-unavailable');
    expect((await problemOf(() => token(one.id, { force: true }))).code).toBe('refresh-interrupted');
    expect((await statusOf(one.id)).status).toBe('reauthorization-required');
    await token(other.id);
  });

  it('is told from a revocation: without a lost answer the grant is just invalid', async () => {
    const { id, user } = await authorized({ expiresAt: past(), at: strict });
    strict.misbehave.revoke(user, 70000);
    expect((await problemOf(() => token(id))).code).toBe('grant-invalid');
  });

  it('is not suspected after an answer that used nothing up', async () => {
    const { id, user } = await authorized({ expiresAt: past(), at: strict });
    strict.misbehave.token({ kind: 'status', status: 503, user, times: 1 });
    await problemOf(() => token(id));
    strict.misbehave.revoke(user, 70000);
    expect((await problemOf(() => token(id, { force: true }))).code).toBe('grant-invalid');
  });

  it('costs nothing where old refresh tokens stay good', async () => {
    const { id, user } = await authorized({ expiresAt: past() });
    tenant.misbehave.token({ kind: 'lost-answer', user, times: 1 });
    await problemOf(() => token(id));
    await token(id, { force: true });
    expect((await statusOf(id)).status).toBe('authorized');
  });
});

describe('a Redis that fails for a moment', () => {
  it.each([
    ['before the write', false],
    ['after the write, its reply lost', true],
  ])('costs neither the rotated token set nor a second refresh (%s)', async (_name, isCarriedOut) => {
    const { id, user } = await authorized({ expiresAt: past(), at: strict });
    let failures = 2;
    const flaky = await openWorld({
      redisUrl: redis.url,
      secretKey: world.secretKey,
      around: (store) => ({
        ...store,
        async saveRefresh(...write) {
          if (failures === 0) return store.saveRefresh(...write);
          failures -= 1;
          if (isCarriedOut) await store.saveRefresh(...write);
          throw new Error('Connection is closed.');
        },
      }),
    });
    try {
      const { version, accessToken } = await flaky.accessTokens.accessToken(id);
      expect(await token(id)).toMatchObject({ version, accessToken });
      expect(refreshesOf(strict, user)).toHaveLength(1);
    } finally {
      await flaky.close();
    }
  });

  it('is named as storage when it lasts', async () => {
    const gone = await openWorld({
      redisUrl: redis.url,
      around: (store) => ({
        ...store,
        read: () => Promise.reject(new Error('Connection is closed.')),
      }),
    });
    const { id } = await authorized();
    expect((await problemOf(() => gone.accessTokens.accessToken(id))).code).toBe('storage-unavailable');
    await gone.close();
  });
});

describe('an application-wide failure', () => {
  it('is raised once, stops without ending, and heals every connection at once when mended', async () => {
    const application = await applicationOf(world, tenant);
    const ids: ConnectionId[] = [];
    for (let index = 0; index < 5; index += 1)
      ids.push(await signedIn(world, tenant, { application, user: nextUser(), expiresAt: past() }));
    tenant.misbehave.clientSecret({ expired: true });
    errors.length = 0;
    const before = refreshesOf(tenant).length;
    const problems = await Promise.all(ids.map((id) => problemOf(() => token(id))));
    expect(new Set(problems.map((each) => each.code))).toEqual(new Set(['client-secret-expired']));
    expect(errors.filter((each) => each.problem === 'client-secret-expired')).toHaveLength(1);
    expect((await world.applications.read(application.id)).failure?.code).toBe('client-secret-expired');
    // Nobody asks the server any more; the queue comes again in a quarter of an hour.
    const asked = refreshesOf(tenant).length;
    expect(asked - before).toBeLessThanOrEqual(5);
    for (const id of ids) expect((await problemOf(() => token(id))).code).toBe('client-secret-expired');
    for (const id of ids) expect(await world.handle(id)).toBeGreaterThan(Date.now() + 14 * 60_000);
    expect(refreshesOf(tenant)).toHaveLength(asked);

    // Repaired at the provider, with nothing changed here: the next probe notices, with one request.
    tenant.misbehave.clientSecret({ expired: false });
    await world.redis.del(keys.applicationProbe(application.id));
    world.changed.length = 0;
    expect(await world.handle(ids[2] as ConnectionId)).toBeGreaterThan(Date.now());
    expect(refreshesOf(tenant)).toHaveLength(asked + 1);
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
    expect([...world.changed].sort()).toEqual([...ids].sort());
    for (const id of ids) await token(id);
    for (const id of ids) expect((await statusOf(id)).status).toBe('authorized');
  });

  it('is probed at once when the application changes', async () => {
    const { id, application } = await authorized({ expiresAt: past() });
    tenant.misbehave.clientSecret({ secret: 'the new secret' });
    try {
      expect((await problemOf(() => token(id))).code).toBe('client-secret-wrong');
      const { version } = await world.applications.read(application.id);
      const clientAuth = { method: 'clientSecret', clientSecret: 'the new secret' };
      await world.applications.patch(application.id, version, { clientAuth });
      expect(world.changed).toContain(id);
      await world.handle(id);
      expect((await world.applications.read(application.id)).failure).toBeUndefined();
      await token(id);
    } finally {
      tenant.misbehave.clientSecret({ secret: tenant.clientSecret });
    }
  });

  it('is not believed of a secret that was read before it was replaced', async () => {
    const { id, application } = await authorized();
    // The client is read here, and not again within the next moment.
    await token(id, { force: true });
    tenant.misbehave.clientSecret({ secret: 'the newest secret' });
    errors.length = 0;
    try {
      const clientAuth = { method: 'clientSecret', clientSecret: 'the newest secret' };
      await world.applications.patch(application.id, 1, { clientAuth });
      await token(id, { force: true });
      expect(errors).toEqual([]);
    } finally {
      tenant.misbehave.clientSecret({ secret: tenant.clientSecret });
    }
  });

  it('moves the probe on when the grant that probed has ended', async () => {
    const application = await applicationOf(world, tenant);
    const users = [nextUser(), nextUser()];
    const ids: ConnectionId[] = [];
    for (const user of users)
      ids.push(await signedIn(world, tenant, { application, user, expiresAt: past() }));
    const [first, second] = ids.sort() as [ConnectionId, ConnectionId];
    tenant.misbehave.token({ kind: 'aadsts', code: 7000222, times: 1 });
    await problemOf(() => token(first));
    await world.failures.changed(application.id);
    const { user } = (await world.connections.read(first)).settings;
    tenant.misbehave.revoke(user);
    world.changed.length = 0;
    expect(await world.handle(first)).toBeUndefined();
    expect(world.changed).toContain(second);
    expect(await world.handle(second)).toBeGreaterThan(Date.now());
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
  });
});

describe('the refresh queue’s handler', () => {
  it('refreshes what is due ahead of expiry and comes again ahead of the next', async () => {
    const { id, user } = await authorized({ expiresAt: Date.now() + 1_000 });
    const next = await vi.waitFor(async () => {
      const at = (await world.handle(id)) ?? 0;
      expect(refreshesOf(tenant, user)).toHaveLength(1);
      return at;
    });
    const { accessTokenExpiresAt = 0 } = await statusOf(id);
    expect(next).toBeGreaterThan(Date.now() + 30 * 60_000);
    expect(next).toBeLessThanOrEqual(accessTokenExpiresAt - 5 * 60_000);
    expect(await world.handle(id)).toBe(next);
    expect(refreshesOf(tenant, user)).toHaveLength(1);
  });

  it('has nothing to do for a connection that is gone or not signed in', async () => {
    const { id } = await authorized();
    await world.signOut(id);
    expect(await world.handle(id)).toBeUndefined();
    expect(await world.handle('con_00000000000000000000000000000000' as ConnectionId)).toBeUndefined();
  });
});

describe('a mail context', () => {
  it('gives the token with the UPN, refuses a grant that lacks what the connector needs, and one that has ended', async () => {
    const contexts = createMailContexts({
      accessTokens: world.accessTokens,
      applications: world.applications,
      connections: world.connections,
      providers: PROVIDERS,
      resolve: async (host) => host,
    });
    const { id, user } = await authorized();
    const context = async (needs: ('imap' | 'smtp')[]) =>
      contexts.mailContext(await world.connections.read(id), 'ctr_a' as never, {
        needs,
        signal: AbortSignal.timeout(10_000),
        log: silentLog,
      });
    const mail = await context(['imap', 'smtp']);
    expect(await mail.credentials()).toMatchObject({ kind: 'xoauth2', user, version: 1 });
    expect(await mail.credentials({ rejected: 1 })).toMatchObject({ version: 2 });
    expect(mail.limits).toMatchObject({ smtpConnections: 3, messagesPerMinute: 30 });
    const grant = await world.tokenStore.read(id);
    const grantedScope = ['https://outlook.office.com/IMAP.AccessAsUser.All'];
    if (grant.tokens)
      await world.tokenStore.saveRefresh(grant, {
        tokens: grant.tokens,
        authorization: { ...grant.authorization, grantedScope },
      });
    expect((await problemOf(() => context(['smtp']))).code).toBe('scope-missing');
    await context(['imap']);
    await world.signOut(id);
    expect((await problemOf(() => context(['imap']))).code).toBe('not-signed-in');
  });
});
