import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { problem } from '../../src/contract/problem.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { connectionView } from '../../src/setup/connection-view.js';
import type { Application } from '../../src/setup/model.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, connectionOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

let redis: TestRedis;
let tenant: Tenant;
let world: World;
let application: Application;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant({ revocation: true })]);
  world = await openWorld({ redisUrl: redis.url });
  application = await applicationOf(world, tenant);
});
afterEach(() => {
  tenant.misbehave.clear();
  tenant.misbehave.clientSecret({ secret: tenant.clientSecret });
  tenant.revocation.status = undefined;
});
afterAll(async () => {
  await world.close();
  await tenant.close();
  await redis.stop();
});

const ALICE = 'alice@sandbox.example';
const BOB = 'bob@sandbox.example';

async function withSettings(settings: Record<string, unknown>, user = ALICE): Promise<ConnectionId> {
  const id = await connectionOf(world, tenant, { application, user });
  const { version } = await world.connections.read(id);
  await world.connections.patch(id, version, settings);
  return id;
}

const appOnly = (): Promise<ConnectionId> => withSettings({ grant: 'clientCredentials' });
const shown = async (id: ConnectionId) => connectionView(await world.connections.read(id), undefined);

describe('an app-only connection', () => {
  it('gets its first token by Get New Access Token, and is nobody', async () => {
    const id = await appOnly();
    await world.refreshNow(id);
    const view = await shown(id);
    expect(view).toMatchObject({ status: 'authorized', identity: 'application', authenticatedUser: null });
    expect(view.grantedScope).toEqual(['https://outlook.office365.com/.default']);
    const token = await world.accessTokens.accessToken(id);
    expect(token.saslUser).toBe(ALICE);
    const { mailboxKey } = (await world.connections.read(id)).authorization;
    const others = await world.connections.ofMailbox(mailboxKey);
    expect(others.map((each) => each.id)).toContain(id);
  });

  it('is renewed ahead of expiry like any other, and on demand after a refusal', async () => {
    const id = await appOnly();
    tenant.misbehave.accessTokenSeconds(1);
    await world.refreshNow(id);
    tenant.misbehave.accessTokenSeconds(undefined);
    const { tokenVersion } = await world.connections.read(id);
    const next = await world.handle(id);
    if (next !== undefined && next < Date.now() + 60_000) {
      await expect
        .poll(async () => {
          await world.handle(id);
          return (await world.connections.read(id)).tokenVersion;
        })
        .toBeGreaterThan(tokenVersion);
    }
    const renewed = await world.accessTokens.accessToken(id);
    expect(renewed.version).toBeGreaterThan(tokenVersion);
    const again = await world.accessTokens.accessToken(id, { rejected: renewed.version });
    expect(again.accessToken).not.toBe(renewed.accessToken);
  });

  it('starts no sign-in in a browser, with a device code or with pasted tokens', async () => {
    const id = await appOnly();
    for (const start of [
      () => world.signIn.authorizationUrl(id),
      () => world.deviceSignIn.start(id),
      () => world.pasteTokens(id, { accessToken: 'a-token' }),
    ])
      expect((await problemOf(start)).code).toBe('app-only-signs-nobody-in');
  });

  it('says what the server has against the application, and asks again by itself', async () => {
    const id = await appOnly();
    await world.refreshNow(id);
    const withdraw = tenant.misbehave.token({ kind: 'aadsts', code: 53003 });
    const refused = await problemOf(() => world.accessTokens.accessToken(id, { force: true }));
    expect(refused).toMatchObject({ code: 'app-only-token-refused', owner: 'tenant-admin' });
    expect(refused.serverWords).toContain('AADSTS53003');
    expect(refused.retryAt ?? 0).toBeGreaterThan(Date.now() + 14 * 60_000);
    expect((await shown(id)).status).toBe('authorized');
    withdraw();
    await world.refreshNow(id);
    expect((await shown(id)).refreshProblem).toBeNull();

    const first = await appOnly();
    tenant.misbehave.token({ kind: 'aadsts', code: 53003, times: 1 });
    expect((await problemOf(() => world.refreshNow(first))).code).toBe('app-only-token-refused');
    expect((await shown(first)).status).toBe('unauthorized');
  });

  it('fails with its application when the secret is wrong, and heals without anybody', async () => {
    const id = await appOnly();
    await world.refreshNow(id);
    tenant.misbehave.clientSecret({ secret: 'another-secret-0123456789' });
    const wrong = await problemOf(() => world.accessTokens.accessToken(id, { force: true }));
    expect(wrong).toMatchObject({ code: 'client-secret-wrong', reach: 'application' });
    tenant.misbehave.clientSecret({ secret: tenant.clientSecret });
    await world.refreshNow(id);
    expect((await world.applications.read(application.id)).failure).toBeUndefined();
  });

  it('goes on under another Client Id: its tokens are bound to none of before', async () => {
    const own = await applicationOf(world, tenant);
    const id = await connectionOf(world, tenant, { application: own, user: ALICE });
    await world.connections.patch(id, 1, { grant: 'clientCredentials' });
    await world.refreshNow(id);
    const clientId = 'the-one-that-came-after';
    tenant.clients.add({ clientId, clientSecret: tenant.clientSecret });
    await world.applications.patch(own.id, own.version, { clientId });
    await world.clients.of(own.id, { fresh: true });
    await world.accessTokens.accessToken(id, { force: true });
    expect((await shown(id)).status).toBe('authorized');
  });

  it('leaves one good token when two ask for the first at the same moment', async () => {
    const id = await appOnly();
    await Promise.all([world.refreshNow(id), world.refreshNow(id)]);
    expect((await shown(id)).status).toBe('authorized');
  });

  it('is refused with the preset of a provider that has no such thing, and with another Token Mode', async () => {
    const gmail = await world.applications.create({
      name: 'Gmail',
      provider: 'gmail',
      clientId: 'one',
      clientAuth: { method: 'none' },
    });
    const input = { name: 'x', application: gmail.id, user: 'x@gmail.com', grant: 'clientCredentials' };
    expect((await problemOf(() => world.connections.create(input))).fields?.[0]?.path).toBe('/grant');
    const id = await appOnly();
    const { version } = await world.connections.read(id);
    const mode = await problemOf(() => world.connections.patch(id, version, { tokenMode: 'off' }));
    expect(mode.fields?.[0]?.path).toBe('/tokenMode');
  });
});

describe('tokens supplied by hand', () => {
  it('a refresh token is refreshed once and proved like a sign-in', async () => {
    const id = await withSettings({ tokenMode: 'refresh' });
    const { refreshToken } = await tenant.issueTokens(ALICE);
    expect(await world.pasteTokens(id, { refreshToken })).toEqual({ user: ALICE });
    expect(await shown(id)).toMatchObject({
      status: 'authorized',
      identity: 'proved',
      authenticatedUser: ALICE,
    });
    const { version } = await world.accessTokens.accessToken(id);
    await world.accessTokens.accessToken(id, { force: true });
    expect((await world.accessTokens.accessToken(id)).version).toBeGreaterThan(version);
  });

  it('a refresh token of somebody else, of another application, or made up stores nothing', async () => {
    const id = await withSettings({ tokenMode: 'refresh' });
    const before = await world.snapshot(id);
    const { refreshToken } = await tenant.issueTokens(BOB);
    expect((await problemOf(() => world.pasteTokens(id, { refreshToken }))).code).toBe('wrong-user');
    tenant.clients.add({ clientId: 'another', clientSecret: 'x' });
    const other = await tenant.issueTokens(ALICE, { clientId: 'another' });
    const stolen = await problemOf(() => world.pasteTokens(id, { refreshToken: other.refreshToken }));
    expect(stolen.code).toBe('grant-invalid');
    const unknown = await problemOf(() => world.pasteTokens(id, { refreshToken: 'made-up' }));
    expect(unknown.code).toBe('grant-invalid');
    expect(await world.snapshot(id)).toEqual(before);
  });

  it('a bare access token is asserted, used until its end, and then says to paste a new one', async () => {
    const id = await withSettings({ tokenMode: 'off' });
    const { accessToken } = await tenant.issueTokens(ALICE);
    const expiresAt = new Date(Date.now() + 1_200).toISOString();
    const asked = refreshesOf(tenant).length;
    expect(await world.pasteTokens(id, { accessToken, expiresAt })).toEqual({ user: undefined });
    expect(await shown(id)).toMatchObject({
      status: 'authorized',
      identity: 'asserted',
      authenticatedUser: null,
    });
    const token = await world.accessTokens.accessToken(id);
    expect(token).toMatchObject({ accessToken, saslUser: ALICE });

    const refused = await problemOf(() => world.accessTokens.accessToken(id, { rejected: token.version }));
    expect(refused.code).toBe('access-token-refused');
    expect((await problemOf(() => world.refreshNow(id))).code).toBe('nothing-to-refresh');

    await expect
      .poll(async () => {
        await world.handle(id);
        return (await shown(id)).problem?.code;
      })
      .toBe('access-token-ended');
    expect(await shown(id)).toMatchObject({ status: 'reauthorization-required', identity: null });
    expect((await problemOf(() => world.accessTokens.accessToken(id))).code).toBe('access-token-ended');
    expect(refreshesOf(tenant).length).toBe(asked);
    expect(world.changed).toContain(id);
  });

  it('is not ended sooner because its application has failed', async () => {
    const failing = await applicationOf(world, tenant);
    const id = await connectionOf(world, tenant, { application: failing, user: ALICE });
    await world.pasteTokens(id, { accessToken: 'a-token' });
    await world.applications.setFailure(
      failing.id,
      problem('client-refused', {
        with: { host: 'h', application: 'x', clientId: 'y', error: 'z' },
      }),
    );
    const next = await world.handle(id);
    expect(next).toBeGreaterThan(Date.now() + 60_000);
    expect((await world.accessTokens.accessToken(id)).accessToken).toBe('a-token');
    // Nor does one that is pasted now say anything of the application.
    await world.pasteTokens(id, { accessToken: 'another-token' });
    expect((await world.applications.read(failing.id)).failure?.code).toBe('client-refused');
  });

  it.each(['refresh', 'off'])('with Token Mode %s no sign-in is started here', async (tokenMode) => {
    const id = await withSettings({ tokenMode });
    for (const start of [() => world.signIn.authorizationUrl(id), () => world.deviceSignIn.start(id)]) {
      const refused = await problemOf(start);
      expect([refused.code, refused.detail]).toEqual([
        'sign-in-not-started',
        expect.stringContaining(tokenMode),
      ]);
    }
  });

  it('with Token Mode off a grant that was signed in before is not refreshed either, and ends', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE, expiresAt: Date.now() + 500 });
    const { version } = await world.connections.read(id);
    await world.connections.patch(id, version, { tokenMode: 'off' });
    const asked = refreshesOf(tenant).length;
    await expect
      .poll(async () => {
        await world.handle(id);
        return (await shown(id)).problem?.code;
      })
      .toBe('access-token-ended');
    expect(refreshesOf(tenant).length).toBe(asked);
    const { refreshToken } = await tenant.issueTokens(ALICE);
    expect((await problemOf(() => world.pasteTokens(id, { refreshToken }))).detail).toContain(
      'Token Mode is off',
    );
  });

  it('refuses an end that has passed, and nothing at all', async () => {
    const id = await withSettings({ tokenMode: 'off' });
    const past = () => world.pasteTokens(id, { accessToken: 'a', expiresAt: '2020-01-01T00:00:00Z' });
    expect((await problemOf(past)).code).toBe('invalid-request');
    expect((await problemOf(() => world.pasteTokens(id, {}))).code).toBe('invalid-request');
  });
});

describe('sign-out', () => {
  it('revokes the refresh token at the provider and forgets it here', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const { tokens } = await world.tokenStore.read(id);
    expect(await world.signOut(id)).toEqual({ outcome: 'revoked' });
    expect((await world.tokenStore.read(id)).tokens).toBeUndefined();
    expect(tenant.revocation.log.at(-1)).toEqual({ hint: 'refresh_token', revoked: true });
    const other = await withSettings({ tokenMode: 'refresh' });
    const dead = () => world.pasteTokens(other, { refreshToken: tokens?.refreshToken });
    expect((await problemOf(dead)).code).toBe('grant-revoked');
  });

  it('forgets here also when the provider is down, and says that it was not revoked there', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    tenant.revocation.status = 503;
    const outcome = await world.signOut(id);
    expect(outcome).toMatchObject({ outcome: 'failed', problem: { code: 'not-revoked' } });
    expect((await world.tokenStore.read(id)).tokens).toBeUndefined();
    expect(await shown(id)).toMatchObject({ status: 'unauthorized', problem: null });
    expect(await world.signOut(id)).toEqual({ outcome: 'nothing-held' });
  });

  it.each<[string, Record<string, unknown>, (id: ConnectionId) => Promise<unknown>]>([
    ['a first token', { grant: 'clientCredentials' }, (id) => world.refreshNow(id)],
    [
      'a pasted refresh token',
      { tokenMode: 'refresh' },
      async (id) => {
        const { refreshToken } = await tenant.issueTokens(ALICE);
        return world.pasteTokens(id, { refreshToken });
      },
    ],
  ])('while %s is on its way is not undone by it', async (_, settings, comesIn) => {
    const id = await withSettings(settings);
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    tenant.misbehave.token({ kind: 'hold', until, times: 1 });
    const asked = tenant.authorization.log.length;
    const way = problemOf(() => comesIn(id));
    await expect.poll(() => tenant.authorization.log.length).toBeGreaterThan(asked);
    await world.signOut(id);
    release();
    expect((await way).code).toBe('sign-in-superseded');
    expect(await shown(id)).toMatchObject({ status: 'unauthorized' });
    expect((await world.tokenStore.read(id)).tokens).toBeUndefined();
  });

  it('says so where the provider offers no revocation', async () => {
    const entra = await startTenant();
    const own = await openWorld({ redisUrl: redis.url });
    try {
      const app = await applicationOf(own, entra);
      const id = await signedIn(own, entra, { application: app, user: ALICE });
      expect(await own.signOut(id)).toEqual({ outcome: 'not-offered' });
    } finally {
      await own.close();
      await entra.close();
    }
  });
});

describe('a change that voids the grant', () => {
  it.each([
    ['Scope', { scope: 'https://outlook.office.com/SMTP.Send' }, 'Scope was the provider’s default and is'],
    ['User', { user: BOB }, `User was ${ALICE} and is ${BOB}`],
    ['host', { imap: { host: 'localhost', port: 1143, tlsType: 'None' } }, 'the mail server localhost'],
    ['Grant', { grant: 'clientCredentials' }, 'Grant was authorizationCode and is clientCredentials'],
  ])('of %s asks for a new sign-in and says why, until there was one', async (_name, change, words) => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const { version } = await world.connections.read(id);
    await world.connections.patch(id, version, change);
    const voided = await shown(id);
    expect(voided).toMatchObject({ status: 'unauthorized', problem: { code: 'grant-voided' } });
    expect(voided.problem?.detail).toContain(words);
    expect((await problemOf(() => world.accessTokens.accessToken(id))).code).toBe('grant-voided');

    if ('grant' in change) await world.refreshNow(id);
    else {
      const user = 'user' in change ? BOB : ALICE;
      const url = await world.signIn.authorizationUrl(id);
      const back = await tenant.signIn(url, { as: user });
      await world.signIn.finish({ parameters: new URL(back).searchParams });
    }
    expect(await shown(id)).toMatchObject({ status: 'authorized', problem: null });
  });

  it('names the application where that moved to another server', async () => {
    const moving = await applicationOf(world, tenant);
    const id = await signedIn(world, tenant, { application: moving, user: ALICE });
    await world.applications.patch(moving.id, moving.version, {
      accessTokenUrl: 'https://login.example/token',
      clientAuth: { method: 'clientSecret', clientSecret: 'again' },
    });
    const { problem } = await shown(id);
    expect([problem?.code, problem?.detail]).toEqual([
      'grant-voided',
      expect.stringContaining('https://login.example'),
    ]);
  });

  it('needs no reason before the first sign-in, nor for another name or the other kind of a person’s sign-in', async () => {
    const fresh = await connectionOf(world, tenant, { application, user: ALICE });
    const { version } = await world.connections.read(fresh);
    await world.connections.patch(fresh, version, { user: BOB });
    expect((await shown(fresh)).problem).toBeNull();
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const held = await world.connections.read(id);
    await world.connections.patch(id, held.version, { name: 'other', grant: 'deviceCode' });
    expect((await shown(id)).status).toBe('authorized');
  });
});

describe('an account that was renamed', () => {
  const renamed = (claims: Record<string, unknown>) =>
    tenant.misbehave.token({ kind: 'claims', claims, times: 1 });

  it('keeps its grant where the new name still proves the User, and SMTP signs in with it', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    renamed({ preferred_username: 'alice.new@sandbox.example', email: ALICE });
    await world.accessTokens.accessToken(id, { force: true });
    expect((await shown(id)).authenticatedUser).toBe('alice.new@sandbox.example');
    expect((await world.accessTokens.accessToken(id)).saslUser).toBe('alice.new@sandbox.example');
  });

  it('needs a person where it does not: the old name may be somebody else’s', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const email = 'alice.new@sandbox.example';
    renamed({ preferred_username: email, email });
    const found = await problemOf(() => world.accessTokens.accessToken(id, { force: true }));
    expect(found.code).toBe('user-renamed');
    for (const address of [ALICE, email]) expect(found.detail).toContain(address);
    expect((await shown(id)).status).toBe('reauthorization-required');
  });
});

describe('a claims challenge', () => {
  it('of a refresh is passed on by the next sign-in', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const body = JSON.stringify({ error: 'interaction_required', suberror: 'basic_action', claims });
    tenant.misbehave.token({ kind: 'status', status: 400, body, times: 1 });
    await problemOf(() => world.accessTokens.accessToken(id, { force: true }));
    const url = new URL(await world.signIn.authorizationUrl(id));
    expect(url.searchParams.get('claims')).toBe(claims);
  });
});

describe('admin consent', () => {
  /** As an administrator opens it: at the sandbox, in the place of Entra. */
  const answered = async (choice: 'accept' | 'decline'): Promise<URLSearchParams> => {
    const asked = new URL(await world.adminConsent(application.id, { appOnly: false }));
    const here = `${tenant.origin}${asked.pathname}${asked.search}`;
    expect(await (await fetch(here)).text()).toContain('SMTP.Send');
    const answer = await fetch(here, {
      method: 'POST',
      body: new URLSearchParams({ [choice]: 'yes' }),
      redirect: 'manual',
    });
    return new URL(answer.headers.get('location') ?? '').searchParams;
  };

  it('comes back and signs nobody in, whatever tenant the answer names', async () => {
    const parameters = await answered('accept');
    expect(parameters.get('tenant')).toBe(tenant.tenantId);
    expect(await world.signIn.finish({ parameters })).toEqual({ kind: 'admin-consented' });
  });

  it('says when it was declined', async () => {
    const parameters = await answered('decline');
    expect((await problemOf(() => world.signIn.finish({ parameters }))).code).toBe('consent-declined');
  });

  it('is for the roles of app-only where those are asked for, and not offered where there is no such page', async () => {
    const url = new URL(await world.adminConsent(application.id, { appOnly: true }));
    expect(url.searchParams.get('scope')).toBe('https://outlook.office365.com/.default');
    const custom = await applicationOf(world, tenant, { provider: 'custom' });
    const refused = await problemOf(() => world.adminConsent(custom.id, { appOnly: false }));
    expect(refused.code).toBe('admin-consent-not-offered');
  });
});

describe('an id_token that does not hold, at a server that rotates strictly', () => {
  it('costs no grant, and its access token is not used', async () => {
    const strict = await startTenant({ refreshTokens: 'rotated-strictly' });
    try {
      const custom = await applicationOf(world, strict, { provider: 'custom' });
      const id = await signedIn(world, strict, { application: custom, user: ALICE });
      const { accessToken } = await world.accessTokens.accessToken(id);
      for (const aud of ['another', 'and-another']) {
        strict.misbehave.token({ kind: 'claims', claims: { aud }, times: 1 });
        const kept = await problemOf(() => world.accessTokens.accessToken(id, { force: true }));
        expect(kept.code).toBe('token-endpoint-unavailable');
        expect((await world.tokenStore.read(id)).tokens?.accessToken).toBe(accessToken);
      }
      // Without an id_token the account stays unproved, though such an answer is fine otherwise.
      strict.misbehave.token({ kind: 'omit', fields: ['id_token'], times: 1 });
      await problemOf(() => world.accessTokens.accessToken(id, { force: true }));
      expect((await world.tokenStore.read(id)).tokens?.accessToken).toBe(accessToken);
      const renewed = await world.accessTokens.accessToken(id, { force: true });
      expect(renewed.accessToken).not.toBe(accessToken);
      strict.misbehave.token({ kind: 'omit', fields: ['id_token'], times: 1 });
      const next = await world.accessTokens.accessToken(id, { force: true });
      expect(next.accessToken).not.toBe(renewed.accessToken);
    } finally {
      await strict.close();
    }
  });
});

describe('a managed identity', () => {
  it('that cannot be asked for a while costs nothing; one that is gone stops its application until it is back', async () => {
    const identity = tenant.identities.add({ kind: 'systemAssigned' });
    // Each process reuses a token for minutes, so each of these has none yet.
    const fresh = () =>
      openWorld({
        redisUrl: redis.url,
        secretKey: world.secretKey,
        identity: { podIdentityHost: tenant.origin },
      });
    const worlds = await Promise.all([fresh(), fresh(), fresh(), fresh()]);
    try {
      const [first, second, third, fourth] = worlds;
      const { id: applicationId } = await world.applications.create({
        name: 'This machine',
        provider: 'exchange-online',
        issuer: tenant.issuer,
        tenant: tenant.tenantId,
        authUrl: tenant.authUrl,
        accessTokenUrl: tenant.accessTokenUrl,
        clientId: identity.clientId,
        clientAuth: { method: 'managedIdentity' },
      });
      const app = await world.applications.read(applicationId);
      const id = await connectionOf(world, tenant, { application: app, user: ALICE });
      await world.connections.patch(id, 1, { grant: 'clientCredentials' });
      await first.refreshNow(id);
      const { accessToken } = await first.accessTokens.accessToken(id);

      tenant.identities.faults.push({ status: 503 });
      const busy = await problemOf(() => second.refreshNow(id));
      expect([busy.code, busy.verdict]).toEqual(['identity-endpoint-unavailable', 'retry']);
      expect((await shown(id)).refreshProblem?.code).toBe('identity-endpoint-unavailable');
      expect((await second.accessTokens.accessToken(id)).accessToken).toBe(accessToken);

      const body = JSON.stringify({ error: 'invalid_request', error_description: 'Identity not found' });
      tenant.identities.faults.push({ status: 400, body });
      expect((await problemOf(() => third.refreshNow(id))).code).toBe('managed-identity-not-found');
      expect((await world.applications.read(applicationId)).failure?.code).toBe('managed-identity-not-found');

      await fourth.refreshNow(id);
      expect((await world.applications.read(applicationId)).failure).toBeUndefined();
      expect((await shown(id)).refreshProblem).toBeNull();
    } finally {
      await Promise.all(worlds.map((each) => each.close()));
    }
  });
});
