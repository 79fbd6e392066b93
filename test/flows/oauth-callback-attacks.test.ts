/** The callback under attack: replay, swap, mix-up, injection. Every one is refused on its page, and the connection's record stays byte for byte what it was. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import type { ProblemCode } from '../../src/contract/problem.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Application } from '../../src/setup/model.js';
import { keysIn, startRedis, type TestRedis } from '../servers/redis.js';
import { type Harness, PASSWORD, PUBLIC_URL, startHarness } from './admin-harness.js';
import { applicationOf, CALLBACK_URL, connectionOf, openWorld, signedIn, type World } from './oauth-world.js';

const ALICE = 'alice@sandbox.example';
const BOB = 'bob@sandbox.example';
const OTHER_TENANT = '11111111-2222-3333-4444-555555555555';
const EVIL = 'evil.example';

let redis: TestRedis;
let tenant: Tenant;
let world: World;
let harness: Harness;
let application: Application;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant({ users: [ALICE, BOB] })]);
  world = await openWorld({ redisUrl: redis.url });
  application = await applicationOf(world, tenant);
  const { applications, connections, signIn } = world;
  harness = await startHarness(() => ({
    applications,
    connections,
    signIn,
    limits: { requestsPerMinute: 100_000 },
  }));
});
afterEach(() => tenant.misbehave.clear());
afterAll(async () => {
  await harness.stop();
  await world.close();
  await tenant.close();
  await redis.stop();
});

const fresh = (user = ALICE, of = application): Promise<ConnectionId> =>
  connectionOf(world, tenant, { application: of, user });

interface Started {
  id: ConnectionId;
  /** Where the authorization server has sent the browser back to. */
  back: URL;
}

/** A sign-in that is complete but for the callback. */
async function started({ id, as = ALICE }: { id?: ConnectionId; as?: string } = {}): Promise<Started> {
  const connection = id ?? (await fresh());
  const url = await world.signIn.authorizationUrl(connection);
  return { id: connection, back: new URL(await tenant.signIn(url, { as })) };
}

const open = (back: URL, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  harness.app.inject({ method: 'GET', url: `${back.pathname}${back.search}`, headers });

const withParameters = (back: URL, parameters: Record<string, string>): URL => {
  const changed = new URL(back);
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value);
  return changed;
};

/** Expects the problem's page, and nothing stored. */
async function refused(
  id: ConnectionId,
  code: ProblemCode,
  attack: () => Promise<LightMyRequestResponse>,
): Promise<string> {
  const before = await world.snapshot(id);
  const { statusCode, body } = await attack();
  expect(/Problem (?:<[^>]*>)*([a-z-]+)/.exec(body)?.[1]).toBe(code);
  expect(statusCode).toBeGreaterThanOrEqual(400);
  expect(await world.snapshot(id)).toEqual(before);
  return body;
}

const succeeds = async (page: Promise<LightMyRequestResponse>) =>
  expect((await page).body).toContain('Success!');

/** Everything that is stored, sealed values by their bytes. */
async function everything(): Promise<string> {
  const found = await Promise.all(
    (await keysIn(world.redis)).sort().map(async (key) => `${key} ${await world.redis.dump(key)}`),
  );
  return found.join('\n');
}

describe('a state', () => {
  it('finishes one sign-in once', async () => {
    const { id, back } = await started();
    await succeeds(open(back));
    await refused(id, 'sign-in-link-used', () => open(back));
  });

  it('is used up by an answer that was refused', async () => {
    const { id, back } = await started();
    await refused(id, 'callback-invalid', () => open(withParameters(back, { code: 'made up' })));
    await refused(id, 'sign-in-link-used', () => open(back));
  });

  it('finishes one sign-in when its callback is opened twice at once', async () => {
    const { id, back } = await started();
    const before = (await world.connections.read(id)).tokenVersion;
    const pages = await Promise.all(Array.from({ length: 5 }, () => open(back)));
    expect(pages.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400, 400, 400, 400]);
    expect((await world.connections.read(id)).tokenVersion).toBe(before + 1);
  });

  it.each(['', 'x', 'con_00000000000000000000000000000000.short', '<script>alert(1)</script>'])(
    'that is not ours is none: %o',
    async (state) => {
      const { id, back } = await started();
      await refused(id, 'sign-in-link-expired', () => open(withParameters(back, { state })));
      await succeeds(open(back));
    },
  );

  it('of a connection that never asked is none', async () => {
    const { id, back } = await started();
    const state = `${await fresh(BOB)}.${(back.searchParams.get('state') ?? '').split('.')[1]}`;
    await refused(id, 'sign-in-link-expired', () => open(withParameters(back, { state })));
  });

  it('lives ten minutes', async () => {
    const { id, back } = await started();
    const [attempt = ''] = await keysIn(world.redis, `mg:{${id}}:sign-in:*`);
    expect(await world.redis.pttl(attempt)).toBeLessThanOrEqual(600_000);
    await world.redis.pexpire(attempt, 1);
    await vi.waitFor(async () => expect(await world.redis.exists(attempt)).toBe(0));
    await refused(id, 'sign-in-link-expired', () => open(back));
  });

  it.each([{ user: BOB }, { scope: ['https://outlook.office.com/IMAP.AccessAsUser.All'] }])(
    'belongs to the connection as it was: %o changed meanwhile',
    async (change) => {
      const { id, back } = await started();
      await world.connections.patch(id, (await world.connections.read(id)).version, change);
      await refused(id, 'sign-in-superseded', () => open(back));
    },
  );

  it('loses to a sign-in that was finished meanwhile, even with its answer on the way', async () => {
    const slow = await started();
    const quick = await started({ id: slow.id });
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    tenant.misbehave.token({ kind: 'hold', until, times: 1, grantType: 'authorization_code' });
    const late = open(slow.back);
    await vi.waitFor(() => expect(tenant.authorization.log.at(-1)?.outcome).toBe('pending'));
    await succeeds(open(quick.back));
    await refused(slow.id, 'sign-in-superseded', () => {
      release();
      return late;
    });
  });

  it('is refused for another connection’s exchange, and stays good for its own', async () => {
    const { id, back } = await started();
    const other = await fresh();
    const before = await world.snapshot(other);
    const payload = { redirectedUrl: back.href };
    const answer = await harness.call('POST', `/api/v1/connections/${other}/exchange`, { payload });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'callback-invalid']);
    expect(await world.snapshot(other)).toEqual(before);
    const own = await harness.call('POST', `/api/v1/connections/${id}/exchange`, { payload });
    expect(own.statusCode).toBe(200);
  });
});

describe('a code', () => {
  it('of another application is not accepted', async () => {
    const { id, back } = await started();
    tenant.clients.add({ clientId: 'other-app', clientSecret: 'other-secret' });
    const other = await applicationOf(world, tenant, { clientId: 'other-app' });
    const stolen = await started({ id: await fresh(ALICE, other) });
    const code = stolen.back.searchParams.get('code') ?? '';
    await refused(id, 'callback-invalid', () => open(withParameters(back, { code })));
  });

  it('of another sign-in does not fit the PKCE verifier, of the same connection or of another', async () => {
    for (const victim of [await started(), await started({ id: await fresh(BOB), as: BOB })]) {
      const { id, back } = await started();
      const code = victim.back.searchParams.get('code') ?? '';
      await refused(id, 'callback-invalid', () => open(withParameters(back, { code })));
    }
    const one = await started();
    const two = await started({ id: one.id });
    const code = one.back.searchParams.get('code') ?? '';
    await refused(one.id, 'callback-invalid', () => open(withParameters(two.back, { code })));
  });

  it('that was redeemed before by somebody else is refused', async () => {
    const { id, back } = await started();
    await world.signIn.exchange(id, { redirectedUrl: back.href });
    const again = await started({ id });
    const code = back.searchParams.get('code') ?? '';
    await refused(id, 'sign-in-link-used', () => open(withParameters(again.back, { code })));
  });
});

describe('an id_token', () => {
  const now = Math.floor(Date.now() / 1_000);
  it.each([
    ['of another user', { preferred_username: BOB, email: BOB, oid: OTHER_TENANT }, 'wrong-user'],
    ['of another tenant', { tid: OTHER_TENANT }, 'wrong-tenant'],
    ['for another audience', { aud: 'another-client' }, 'callback-invalid'],
    ['for several audiences without us as the authorized party', { aud: ['a', 'b'] }, 'callback-invalid'],
    ['by another issuer', { iss: `https://${EVIL}` }, 'callback-invalid'],
    ['by the same server for another tenant', { iss: 'x' }, 'callback-invalid'],
    ['with the nonce of another sign-in', { nonce: 'another' }, 'callback-invalid'],
    ['without a nonce', { nonce: undefined }, 'callback-invalid'],
    ['that has expired', { iat: now - 7_200, nbf: now - 7_200, exp: now - 3_600 }, 'callback-invalid'],
    ['that is not valid yet', { nbf: now + 3_600 }, 'callback-invalid'],
    ['that names nobody', { preferred_username: undefined, email: undefined }, 'identity-unprovable'],
  ] as const)('%s is refused', async (_, claims, code) => {
    const { id, back } = await started();
    tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
    await refused(id, code, () => open(back));
  });

  it.each(['not', 'with-another-key'] as const)('that is signed %s is refused', async (signed) => {
    const { id, back } = await started();
    tenant.misbehave.token({ kind: 'forged', signed, times: 1 });
    await refused(id, 'callback-invalid', () => open(back));
  });

  it('of another account under the same name is refused at a re-authorization', async () => {
    const id = await signedIn(world, tenant, { application, user: ALICE });
    const { back } = await started({ id });
    tenant.misbehave.token({ kind: 'claims', claims: { oid: OTHER_TENANT }, times: 1 });
    await refused(id, 'account-changed', () => open(back));
  });
});

describe('an answer (RFC 9207)', () => {
  it('of another issuer is refused, of the right one not', async () => {
    for (const iss of [`https://${EVIL}`, `${tenant.origin}/${OTHER_TENANT}/v2.0`, '']) {
      const { id, back } = await started();
      await refused(id, 'callback-invalid', () => open(withParameters(back, { iss })));
    }
    const { back } = await started();
    await succeeds(open(withParameters(back, { iss: tenant.issuer })));
  });

  describe('where the application is for many tenants', () => {
    const forMany = async (): Promise<ConnectionId> => {
      const of = await world.applications.create({
        name: 'For many',
        provider: 'exchange-online',
        tenant: 'organizations',
        issuer: `${tenant.origin}/organizations/v2.0`,
        authUrl: tenant.authUrl,
        accessTokenUrl: tenant.accessTokenUrl,
        clientId: tenant.clientId,
        clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
      });
      return fresh(ALICE, of);
    };
    const issuerOf = (tid: string): string => `${tenant.origin}/${tid}/v2.0`;

    it('names the tenant that signs', async () => {
      const { back } = await started({ id: await forMany() });
      await succeeds(open(withParameters(back, { iss: tenant.issuer })));
    });
    it('is refused when one tenant answers and another signs', async () => {
      const { id, back } = await started({ id: await forMany() });
      const iss = issuerOf(OTHER_TENANT);
      await refused(id, 'callback-invalid', () => open(withParameters(back, { iss })));
    });
    it.each([
      ['names another tenant than its issuer does', { tid: OTHER_TENANT }],
      ['names no tenant', { tid: undefined }],
      ['names a tenant that is a path', { tid: `x/../${OTHER_TENANT}` }],
    ])('is refused when the id_token %s', async (_, claims) => {
      const { id, back } = await started({ id: await forMany() });
      tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
      await refused(id, 'callback-invalid', () => open(back));
    });
    it('is refused for a connection that was signed in from another tenant', async () => {
      const { id, back } = await started({ id: await forMany() });
      await succeeds(open(back));
      const again = await started({ id });
      const claims = { tid: OTHER_TENANT, iss: issuerOf(OTHER_TENANT) };
      tenant.misbehave.token({ kind: 'claims', claims, times: 1 });
      await refused(id, 'account-changed', () => open(again.back));
    });
  });
});

describe('a URL of an attacker’s making', () => {
  it.each(['code', 'state', 'iss', 'error'])(
    'that carries %s twice is refused, and uses nothing up',
    async (name) => {
      const { id, back } = await started();
      for (const first of [true, false]) {
        const doubled = new URL(back);
        const given = back.searchParams.get(name) ?? '';
        doubled.searchParams.delete(name);
        for (const value of first ? ['x', given] : [given, 'x']) doubled.searchParams.append(name, value);
        await refused(id, 'callback-invalid', () => open(doubled));
      }
      await succeeds(open(back));
    },
  );

  it('puts no markup into the page', async () => {
    const markup = '"><script src=//evil.example></script><img onerror=alert(1)>';
    const urls: Record<string, string>[] = [
      { error: markup, error_description: markup, error_subcode: markup },
      { error: 'access_denied', error_description: markup, error_uri: `javascript:${markup}` },
      { error: markup, error_description: markup, state: markup },
      { state: 'admin-consent', error: markup, error_description: markup, tenant: markup },
      { code: markup },
      { iss: markup },
    ];
    for (const parameters of urls) {
      const { id, back } = await started();
      const before = await world.snapshot(id);
      const { body, headers } = await open(withParameters(back, parameters));
      expect(body).not.toMatch(/<script|<img|javascript:/i);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(await world.snapshot(id)).toEqual(before);
    }
  });

  it('leads nowhere else, on no route there is', async () => {
    const evil = `https://${EVIL}/`;
    const names = ['redirect_uri', 'redirect', 'next', 'return', 'returnTo', 'continue', 'url', 'state', 'r'];
    const query = new URLSearchParams(Object.fromEntries(names.map((name) => [name, evil]))).toString();
    const routes = harness.app.routeTable.filter(
      ({ method, scope }) => method === 'GET' && scope === 'public',
    );
    const paths = routes.map(({ url }) => url.replace('*', '').replace(/:\w+/g, 'x'));
    for (const path of [...paths, '/', `//${EVIL}/`, `/\\${EVIL}`, `/oauth/callback//${EVIL}`, `/${evil}`]) {
      const { headers } = await harness.app.inject({ method: 'GET', url: `${path}?${query}` });
      expect([path, headers.location ?? '/']).toEqual([path, expect.stringMatching(/^\/(?![/\\])/)]);
      expect([path, headers.refresh]).toEqual([path, undefined]);
    }
    const form = { secret: PASSWORD, next: evil, redirect: evil };
    const answer = await harness.app.inject({
      method: 'POST',
      url: `/sign-in?${query}`,
      headers: { origin: PUBLIC_URL, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
    expect(answer.headers.location).toMatch(/^\/(?![/\\])/);
  });

  it('with a forged Host changes neither the Callback URL nor any link', async () => {
    const headers = {
      host: EVIL,
      'x-forwarded-host': EVIL,
      'x-forwarded-proto': 'https',
      'x-original-host': EVIL,
      forwarded: `host=${EVIL};proto=https`,
    };
    const id = await fresh();
    const answer = await harness.call('POST', `/api/v1/connections/${id}/authorize`, { headers });
    const url: string = answer.json().authorizationUrl;
    expect(new URL(url).searchParams.get('redirect_uri')).toBe(CALLBACK_URL);
    const shown = await harness.call('GET', `/api/v1/applications/${application.id}`, { headers });
    expect(shown.body).not.toContain(EVIL);
    const back = new URL(await tenant.signIn(url, { as: ALICE }));
    const page = await open(back, headers);
    expect(page.body).toContain('Success!');
    for (const path of ['/sign-in', '/api/openapi.json', '/oauth/callback', '/nothing'])
      expect((await harness.app.inject({ method: 'GET', url: path, headers })).body).not.toContain(EVIL);
    expect(page.body).not.toContain(EVIL);
  });

  it('is no answer as a form (response_mode=form_post), and only looked at by a preview', async () => {
    const { id, back } = await started();
    const before = await world.snapshot(id);
    const post = await harness.app.inject({
      method: 'POST',
      url: back.pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: back.searchParams.toString(),
    });
    expect(post.statusCode).toBe(404);
    for (const method of ['HEAD', 'OPTIONS'] as const) {
      const url = `${back.pathname}${back.search}`;
      expect((await harness.app.inject({ method, url })).statusCode).toBe(404);
    }
    expect(await world.snapshot(id)).toEqual(before);
    await succeeds(open(back));
  });

  it('that says an admin of some tenant consented changes nothing, and is not repeated', async () => {
    const { id, back } = await started();
    const stored = await everything();
    const consent = new URL(CALLBACK_URL);
    const code = back.searchParams.get('code') ?? '';
    const forged = { admin_consent: 'True', tenant: OTHER_TENANT, state: 'admin-consent', scope: EVIL, code };
    consent.search = new URLSearchParams(forged).toString();
    const { body } = await open(consent);
    expect(body).not.toContain(OTHER_TENANT);
    expect(body).not.toContain(EVIL);
    expect(body).toContain('Nobody was signed in');
    expect(await everything()).toBe(stored);
    expect(tenant.authorization.log.some((entry) => entry.outcome === 'pending')).toBe(false);
    expect((await world.connections.read(id)).authorization.status).toBe('unauthorized');
  });
});

describe('a sign-in that was started on the page', () => {
  const cookiesOf = (answer: LightMyRequestResponse): string =>
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((each) => each.split(';')[0])
      .join('; ');
  const openSession = async (): Promise<string> => {
    const answer = await harness.app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { origin: PUBLIC_URL, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ secret: PASSWORD }).toString(),
    });
    return cookiesOf(answer);
  };
  async function startedOnPage(id: ConnectionId): Promise<{ back: URL; cookie: string }> {
    const answer = await harness.app.inject({
      method: 'POST',
      url: `/api/v1/connections/${id}/authorize`,
      headers: { cookie: await openSession(), origin: PUBLIC_URL },
    });
    const back = new URL(await tenant.signIn(answer.json().authorizationUrl, { as: ALICE }));
    return { back, cookie: cookiesOf(answer) };
  }

  it('is not finished by another browser, with or without a cookie of its own', async () => {
    const id = await fresh();
    const foreign = (await startedOnPage(await fresh())).cookie.replace(/=.*/, '=another');
    const browsers: Record<string, string>[] = [{}, { cookie: foreign }];
    for (const headers of browsers) {
      const { back } = await startedOnPage(id);
      await refused(id, 'sign-in-other-browser', () => open(back, headers));
    }
    const { back, cookie } = await startedOnPage(id);
    await succeeds(open(back, { cookie }));
  });

  it('is not started by a form of another site', async () => {
    const id = await fresh();
    const cookie = await openSession();
    const answer = await harness.app.inject({
      method: 'POST',
      url: `/api/v1/connections/${id}/authorize`,
      headers: { cookie, origin: `https://${EVIL}` },
    });
    expect(answer.statusCode).toBe(403);
    expect(await keysIn(world.redis, `mg:{${id}}:sign-in*`)).toEqual([]);
  });
});
