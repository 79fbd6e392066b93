import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Application } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { keysIn, startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, CALLBACK_URL, connectionOf, openWorld, signedIn, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

let redis: TestRedis;
let tenant: Tenant;
let world: World;
let application: Application;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant()]);
  world = await openWorld({ redisUrl: redis.url });
  application = await applicationOf(world, tenant);
});
afterEach(() => tenant.misbehave.clear());
afterAll(async () => {
  await world.close();
  await tenant.close();
  await redis.stop();
});

const ALICE = 'alice@sandbox.example';
const BOB = 'bob@sandbox.example';

const fresh = (user = ALICE): Promise<ConnectionId> => connectionOf(world, tenant, { application, user });
const queryOf = (url: string): URLSearchParams => new URL(url).searchParams;
const finish = (redirected: string, binding?: string) =>
  world.signIn.finish({ parameters: queryOf(redirected), binding });

/** Expects a problem, and that the connection's record is byte for byte what it was. */
async function refused(id: ConnectionId, run: () => Promise<unknown>) {
  const before = await world.snapshot(id);
  const problem = await problemOf(run);
  expect(await world.snapshot(id)).toEqual(before);
  return problem;
}

describe('a sign-in', () => {
  it('asks with PKCE, nonce, login_hint, the base scopes, and select_account', async () => {
    const query = queryOf(await world.signIn.authorizationUrl(await fresh()));
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: tenant.clientId,
      redirect_uri: CALLBACK_URL,
      code_challenge_method: 'S256',
      login_hint: ALICE,
      prompt: 'select_account',
      response_mode: 'query',
      scope:
        'openid profile email offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send',
    });
    expect(query.get('nonce')).toBeTruthy();
  });

  it('stores the grant, moves the mailbox to the account, and yields a token', async () => {
    const id = await fresh();
    const before = await world.connections.read(id);
    const back = await tenant.signIn(await world.signIn.authorizationUrl(id), { as: ALICE });
    expect(await finish(back)).toEqual({ kind: 'signed-in', connection: id, user: ALICE });

    const after = await world.connections.read(id);
    expect(after).toMatchObject({
      epoch: before.epoch + 1,
      tokenVersion: before.tokenVersion + 1,
      authorization: {
        status: 'authorized',
        authenticatedUser: ALICE,
        saslUser: ALICE,
        account: { tenant: tenant.tenantId, subject: tenant.users.get(ALICE).oid },
      },
    });
    expect(after.authorization.clientId).toBe(tenant.clientId);
    expect(after.authorization.mailboxKey).not.toBe(before.authorization.mailboxKey);
    const sharing = await world.connections.ofMailbox(after.authorization.mailboxKey);
    expect(sharing.map((each) => each.id)).toContain(id);
    expect(
      await world.redis.smembers(keys.mailboxConnections(before.authorization.mailboxKey)),
    ).not.toContain(id);
    expect(world.changed).toContain(id);
    expect((await world.accessTokens.accessToken(id)).version).toBe(after.tokenVersion);
  });

  it('leaves no secret in Redis in clear', async () => {
    const id = await fresh();
    const url = await world.signIn.authorizationUrl(id);
    await finish(await tenant.signIn(url, { as: ALICE }));
    const dump = Buffer.concat(
      await Promise.all(
        (await keysIn(world.redis))
          .map(async (key) => (await world.redis.dump(key)) ?? '')
          .map(async (each) => Buffer.from(await each)),
      ),
    ).toString('latin1');
    const hash = Object.values(await world.redis.hgetallBuffer(keys.connection(id))).map((each) =>
      each.toString('latin1'),
    );
    const secrets = [
      ...tenant.authorization.secrets(),
      queryOf(url).get('state') ?? '',
      queryOf(url).get('nonce') ?? '',
    ];
    for (const secret of secrets) {
      expect(dump.includes(secret)).toBe(false);
      expect(hash.some((each) => each.includes(secret))).toBe(false);
    }
  });

  it('is finished headless with the bare code of the newest attempt, or with the redirected URL', async () => {
    const first = await fresh();
    await world.signIn.authorizationUrl(first);
    const back = await tenant.signIn(await world.signIn.authorizationUrl(first), { as: ALICE });
    expect(await world.signIn.exchange(first, { code: queryOf(back).get('code') ?? '' })).toMatchObject({
      user: ALICE,
    });

    const second = await fresh();
    const redirectedUrl = await tenant.signIn(
      await world.signIn.authorizationUrl(second, { binding: 'cookie' }),
      { as: ALICE },
    );
    const other = await problemOf(() => world.signIn.exchange(first, { redirectedUrl }));
    expect(other.code).toBe('callback-invalid');
    const [cut = ''] = redirectedUrl.split('&state=');
    const part = await problemOf(() => world.signIn.exchange(second, { redirectedUrl: cut }));
    expect([part.code, part.detail]).toEqual([
      'callback-invalid',
      expect.stringContaining('paste the whole address'),
    ]);
    expect(await world.signIn.exchange(second, { redirectedUrl })).toMatchObject({ user: ALICE });
  });

  it('works as the same account again, keeping what the mailbox is', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const { mailboxKey } = (await world.connections.read(id)).authorization;
    await finish(await tenant.signIn(await world.signIn.authorizationUrl(id), { as: ALICE }));
    expect((await world.connections.read(id)).authorization.mailboxKey).toBe(mailboxKey);
  });

  it('signs in at a server without tid and oid, by issuer and subject', async () => {
    const custom = await applicationOf(world, tenant, { provider: 'custom' });
    const id = await connectionOf(world, tenant, { application: custom, user: BOB });
    tenant.misbehave.token({ kind: 'claims', claims: { tid: undefined, oid: undefined }, times: 1 });
    await finish(await tenant.signIn(await world.signIn.authorizationUrl(id), { as: BOB }));
    expect((await world.connections.read(id)).authorization.account?.tenant).toBe(tenant.issuer);
  });
});

describe('a sign-in is refused and nothing stored when', () => {
  const start = async (options: { id?: ConnectionId; binding?: string } = {}) => {
    const id = options.id ?? (await fresh());
    const url = await world.signIn.authorizationUrl(
      id,
      options.binding === undefined ? {} : { binding: options.binding },
    );
    return { id, url };
  };

  it('another user signs in: both are named', async () => {
    const { id, url } = await start();
    const back = await tenant.signIn(url, { as: BOB });
    const problem = await refused(id, () => finish(back));
    expect(problem.code).toBe('wrong-user');
    expect(problem.detail).toContain(ALICE);
    expect(problem.detail).toContain(BOB);
    expect(problem.next).toContain('app-only');
  });
  it('the account is of another tenant', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({
      kind: 'claims',
      claims: { tid: '11111111-2222-3333-4444-555555555555' },
      times: 1,
    });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('wrong-tenant');
  });
  it('another account now has the name', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const { url } = await start({ id });
    tenant.misbehave.token({
      kind: 'claims',
      claims: { oid: '99999999-2222-3333-4444-555555555555' },
      times: 1,
    });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('account-changed');
  });
  it('consent is declined', async () => {
    const { id, url } = await start();
    const back = await tenant.signIn(url, { decline: true });
    expect((await refused(id, () => finish(back))).code).toBe('consent-declined');
  });
  it('an admin must consent: with the link', async () => {
    const { id, url } = await start();
    tenant.misbehave.authorize({ code: 90094, times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    const problem = await refused(id, () => finish(back));
    expect(problem.code).toBe('admin-consent-required');
    expect(problem.next).toContain(`/${tenant.tenantId}/v2.0/adminconsent?client_id=${tenant.clientId}`);
  });
  it('the server gives no refresh token', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind: 'omit', fields: ['refresh_token'], times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('offline-access-not-granted');
  });
  it('the server proves no identity', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind: 'omit', fields: ['id_token'], times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('identity-unprovable');
  });
  it('the id_token has another nonce', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind: 'claims', claims: { nonce: 'of somebody else' }, times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    expect(await refused(id, () => finish(back))).toMatchObject({ code: 'callback-invalid' });
  });
  it.each([{ iss: 'https://evil.example' }, { aud: 'another client' }])(
    'the id_token says %o',
    async (claims) => {
      const { id, url } = await start();
      tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
      const back = await tenant.signIn(url, { as: ALICE });
      expect(await refused(id, () => finish(back))).toMatchObject({ code: 'callback-invalid' });
    },
  );
  it('a scope was not granted', async () => {
    const { id, url } = await start();
    const grantOnly = [
      'openid',
      'profile',
      'email',
      'offline_access',
      'https://outlook.office.com/IMAP.AccessAsUser.All',
    ];
    const back = await tenant.signIn(url, { as: ALICE, grantOnly });
    const problem = await refused(id, () => finish(back));
    expect(problem.code).toBe('scope-not-granted');
    expect(problem.detail).toContain('SMTP.Send');
  });
  it('the scope was asked for by its bare name, which makes a token for Graph', async () => {
    const id = await connectionOf(world, tenant, {
      application,
      user: ALICE,
      scope: 'IMAP.AccessAsUser.All',
    });
    const { url } = await start({ id });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('scope-for-graph');
  });
  it('the link was used before', async () => {
    const { id, url } = await start();
    const back = await tenant.signIn(url, { as: ALICE });
    await finish(back);
    expect((await refused(id, () => finish(back))).code).toBe('sign-in-link-used');
  });
  it('the link expired', async () => {
    const { id, url } = await start();
    const back = await tenant.signIn(url, { as: ALICE });
    const [attempt = ''] = await keysIn(world.redis, `mg:{${id}}:sign-in:*`);
    const lifeMs = await world.redis.pttl(attempt);
    expect(lifeMs).toBeGreaterThan(9 * 60_000);
    expect(lifeMs).toBeLessThanOrEqual(10 * 60_000);
    await world.redis.del(attempt);
    expect((await refused(id, () => finish(back))).code).toBe('sign-in-link-expired');
  });
  it('the state is made up', async () => {
    expect((await problemOf(() => finish('http://x/?state=con_1.abc&code=1'))).code).toBe(
      'sign-in-link-expired',
    );
  });
  it('another browser finishes it', async () => {
    const one = await start({ binding: 'cookie-1' });
    const back = await tenant.signIn(one.url, { as: ALICE });
    expect((await refused(one.id, () => finish(back, 'cookie-2'))).code).toBe('sign-in-other-browser');
    const two = await start({ binding: 'cookie-1' });
    const again = await tenant.signIn(two.url, { as: ALICE });
    expect((await refused(two.id, () => finish(again))).code).toBe('sign-in-other-browser');
    const three = await start({ binding: 'cookie-1' });
    expect(await finish(await tenant.signIn(three.url, { as: ALICE }), 'cookie-1')).toMatchObject({
      user: ALICE,
    });
  });
  it('the connection changed meanwhile, or another sign-in finished first', async () => {
    const { id, url } = await start();
    const back = await tenant.signIn(url, { as: ALICE });
    const { version } = await world.connections.read(id);
    await world.connections.patch(id, version, { user: BOB });
    expect((await refused(id, () => finish(back))).code).toBe('sign-in-superseded');

    const shared = await fresh();
    const [one, two] = [(await start({ id: shared })).url, (await start({ id: shared })).url];
    const [backOne, backTwo] = [
      await tenant.signIn(one, { as: ALICE }),
      await tenant.signIn(two, { as: ALICE }),
    ];
    const results = await Promise.allSettled([finish(backOne), finish(backTwo)]);
    expect(results.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
  it('another issuer answers (RFC 9207)', async () => {
    const { id, url } = await start();
    const back = new URL(await tenant.signIn(url, { as: ALICE }));
    back.searchParams.set('iss', 'https://evil.example');
    expect((await refused(id, () => finish(back.href))).code).toBe('callback-invalid');
  });
  it('the code was redeemed by somebody else (54005)', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind: 'aadsts', code: 54005, times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('sign-in-link-used');
  });
  it('the code came too late (70008), which is no grant that expired', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind: 'aadsts', code: 70008, times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    const problem = await refused(id, () => finish(back));
    expect(problem).toMatchObject({
      code: 'sign-in-link-expired',
      detail: expect.stringMatching(/code had expired/),
    });
    expect(problem.serverWords).toContain('AADSTS70008');
  });
  it.each(['html', 'drop', 'truncated'] as const)('the token endpoint answers with %s', async (kind) => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind, times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    const problem = await refused(id, () => finish(back));
    expect(problem.code).toBe('sign-in-unfinished');
    expect(JSON.stringify(problem)).not.toMatch(/eyJ0|1\.AX0A/);
  });
  it('the client secret is wrong: which marks no application that others live on', async () => {
    const { id, url } = await start();
    tenant.misbehave.token({ kind: 'aadsts', code: 7000215, times: 1 });
    const back = await tenant.signIn(url, { as: ALICE });
    expect((await refused(id, () => finish(back))).code).toBe('client-secret-wrong');
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
  });
});

it('takes the answer of the admin-consent link for no sign-in', async () => {
  const parameters = new URLSearchParams({ admin_consent: 'True', tenant: 'x', state: 'admin-consent' });
  expect(await world.signIn.finish({ parameters })).toEqual({ kind: 'admin-consented' });
});

it('shows nothing that a made-up answer of the admin-consent link says', async () => {
  const lure = 'Call 555-0100 and read out your password';
  for (const error of ['access_denied', lure]) {
    const parameters = new URLSearchParams({
      state: 'admin-consent',
      error,
      error_description: `AADSTS65004: ${lure}`,
      correlation_id: lure,
    });
    const problem = await problemOf(() => world.signIn.finish({ parameters }));
    expect(problem.code).toBe('consent-declined');
    expect(JSON.stringify(problem)).not.toContain('555');
  }
});

it('forgets the grant at sign-out, and a sign-in under way with it', async () => {
  const id = await signedIn(world, tenant, { application, user: ALICE });
  const url = await world.signIn.authorizationUrl(id);
  await world.signOut(id);
  expect((await problemOf(() => world.accessTokens.accessToken(id))).code).toBe('not-signed-in');
  expect(await world.redis.hexists(keys.connection(id), 'tokens')).toBe(0);
  const back = await tenant.signIn(url, { as: ALICE });
  expect((await refused(id, () => finish(back))).code).toBe('sign-in-superseded');
});
