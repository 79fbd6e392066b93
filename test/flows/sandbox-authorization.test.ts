/** The sandbox's authorization server refuses and misbehaves as Entra would. */
import { request as httpRequest } from 'node:http';
import * as oidc from 'openid-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { ALICE, askForTokens, BOB, CALLBACK, discover, request } from './sandbox-clients.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await startTenant({ users: [{ upn: ALICE, mail: 'alice.mail@sandbox.example' }, BOB] });
});
afterEach(() => tenant.close());

const refreshTokenOf = async (user: string): Promise<string> => {
  const { refreshToken } = await tenant.issueTokens(user);
  if (!refreshToken) throw new Error('no refresh token');
  return refreshToken;
};
const refresh = (refreshToken: string, more: Record<string, string> = {}) =>
  askForTokens(tenant, { grant_type: 'refresh_token', refresh_token: refreshToken, ...more });

async function codeOf(parameters: Record<string, string> = {}, as = ALICE) {
  const { url, config, checks } = await request(tenant, parameters);
  const redirected = new URL(await tenant.signIn(url, { as }));
  const code = redirected.searchParams.get('code') ?? '';
  const redeem = (more: Record<string, string> = {}) =>
    askForTokens(tenant, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: checks.pkceCodeVerifier,
      ...more,
    });
  return { redirected, config, checks, code, redeem };
}

describe('signing in', () => {
  it('gives tokens to code, PKCE, state and nonce', async () => {
    const { redirected, config, checks } = await codeOf();
    const tokens = await oidc.authorizationCodeGrant(config, redirected, {
      ...checks,
      idTokenExpected: true,
    });
    expect(tokens.claims()).toMatchObject({
      preferred_username: ALICE,
      email: 'alice.mail@sandbox.example',
      name: 'Alice',
      tid: tenant.tenantId,
      oid: tenant.users.get(ALICE).oid,
      ver: '2.0',
    });
    expect(tokens.scope).toBe(
      'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send',
    );
    expect(tokens.token_type).toBe('bearer');
    expect(tokens.access_token.length).toBeGreaterThan(1500);
    expect(tokens.expires_in).toBeGreaterThanOrEqual(3600);
    expect(tokens.ext_expires_in).toBe(tokens.expires_in);
  });

  it('answers the domain name with the GUID as issuer, and an unknown tenant with AADSTS90002', async () => {
    const metadata = (name: string) =>
      fetch(`${tenant.origin}/${name}/v2.0/.well-known/openid-configuration`);
    expect(await (await metadata(tenant.domain)).json()).toMatchObject({ issuer: tenant.issuer });
    const unknown = await metadata('elsewhere.example');
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ error_codes: [90002] });
  });

  it('puts the hinted account first on the page', async () => {
    const { url } = await request(tenant, { login_hint: BOB });
    const page = await (await fetch(url)).text();
    expect(page.indexOf(`value="${BOB}"`)).toBeLessThan(page.indexOf(`value="${ALICE}"`));
    expect(page).toContain('autofocus');
  });

  it('escapes what the request put into the page', async () => {
    const { url } = await request(tenant, { scope: `openid "><script>alert(1)</script>` });
    expect(await (await fetch(url)).text()).not.toContain('<script>');
  });

  it('sends back access_denied and the state when the person declines', async () => {
    const { url, checks } = await request(tenant);
    const { searchParams } = new URL(await tenant.signIn(url, { decline: true }));
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('error_description')).toMatch(
      /^AADSTS65004: .* Trace ID: .* Correlation ID: .* Timestamp: /,
    );
    expect(searchParams.get('state')).toBe(checks.expectedState);
  });

  it('sends nobody to a redirect URI that is not registered', async () => {
    const { url } = await request(tenant, { redirect_uri: 'https://evil.example/callback' });
    await expect(tenant.signIn(url, { as: ALICE })).rejects.toThrow(/AADSTS50011/);
  });

  it('refuses Outlook and Graph scopes in one request', async () => {
    const { url } = await request(tenant, {
      scope: `${tenant.defaultScope} https://graph.microsoft.com/User.Read`,
    });
    const { searchParams } = new URL(await tenant.signIn(url, { as: ALICE }));
    expect(searchParams.get('error')).toBe('invalid_scope');
    expect(searchParams.get('error_description')).toContain('AADSTS70011');
  });

  it('refuses a single-tenant application at common', async () => {
    const { url } = await request(tenant);
    await expect(tenant.signIn(url.replace(tenant.tenantId, 'common'), { as: ALICE })).rejects.toThrow(
      /AADSTS50194/,
    );
  });

  it('redirects with the AADSTS error of an authorize fault', async () => {
    tenant.misbehave.authorize({ code: 90094, user: BOB });
    const { url } = await request(tenant);
    expect(await tenant.signIn(url, { as: BOB })).toContain('AADSTS90094');
    expect(await tenant.signIn(url, { as: ALICE })).toContain('code=');
  });

  it('gives no refresh token without offline_access, and no id_token without openid', async () => {
    const { redeem } = await codeOf({ scope: 'https://outlook.office.com/SMTP.Send' });
    expect(Object.keys(JSON.parse((await redeem()).text)).sort()).toEqual([
      'access_token',
      'expires_in',
      'ext_expires_in',
      'scope',
      'token_type',
    ]);
  });

  it('grants less than was asked when the person ticks less', async () => {
    const { url, checks, config } = await request(tenant);
    const grantOnly = [
      'openid',
      'profile',
      'offline_access',
      'https://outlook.office.com/IMAP.AccessAsUser.All',
    ];
    const redirected = await tenant.signIn(url, { as: ALICE, grantOnly });
    const tokens = await oidc.authorizationCodeGrant(config, new URL(redirected), checks);
    expect(tokens.scope).toBe('https://outlook.office.com/IMAP.AccessAsUser.All');
  });
});

describe('the token endpoint refuses', () => {
  it.each([
    ['another PKCE verifier', { code_verifier: 'x'.repeat(43) }, 501481, 'invalid_grant', 400],
    ['another redirect URI', { redirect_uri: 'http://localhost:1/other' }, 50011, 'invalid_request', 400],
    ['a wrong client secret', { client_secret: 'its-id-perhaps' }, 7000215, 'invalid_client', 401],
    ['a missing client secret', { client_secret: '' }, 7000218, 'invalid_client', 401],
    ['an unknown application', { client_id: 'nobody' }, 700016, 'unauthorized_client', 400],
    [
      'a mixed scope',
      { scope: 'https://outlook.office.com/SMTP.Send https://graph.microsoft.com/User.Read' },
      28002,
      'invalid_request',
      400,
    ],
  ])('%s', async (_what, wrong, number, error, status) => {
    const { redeem } = await codeOf();
    const answer = await redeem(wrong);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({
      error,
      error_codes: [number],
      error_description: expect.stringMatching(
        new RegExp(`^AADSTS${number}: .+ Trace ID: .+ Timestamp: .+Z$`),
      ),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      timestamp: expect.any(String),
      error_uri: expect.stringContaining(String(number)),
    });
  });

  it('a code that was redeemed before', async () => {
    const { redeem } = await codeOf();
    expect((await redeem()).status).toBe(200);
    expect(JSON.parse((await redeem()).text)).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  it('a client secret that has expired, until a new one is in place', async () => {
    const refreshToken = await refreshTokenOf(ALICE);
    tenant.misbehave.clientSecret({ expired: true });
    expect(JSON.parse((await refresh(refreshToken)).text)).toMatchObject({
      error: 'invalid_client',
      error_codes: [7000222],
    });
    tenant.misbehave.clientSecret({ secret: 'a-new-one' });
    expect((await refresh(refreshToken, { client_secret: 'a-new-one' })).status).toBe(200);
  });

  it('exactly the revoked account, and forgives it after a new sign-in', async () => {
    const [alice, bob] = [await refreshTokenOf(ALICE), await refreshTokenOf(BOB)];
    tenant.misbehave.revoke(ALICE);
    expect(JSON.parse((await refresh(alice)).text)).toMatchObject({
      error: 'invalid_grant',
      error_codes: [50173],
      suberror: 'bad_token',
    });
    expect((await refresh(bob)).status).toBe(200);
    expect((await refresh(await refreshTokenOf(ALICE))).status).toBe(200);
  });

  it('a scope on refresh that was never consented to', async () => {
    const { refreshToken = '' } = await tenant.issueTokens(ALICE, {
      scope: 'openid offline_access https://outlook.office.com/IMAP.AccessAsUser.All',
    });
    const answer = await refresh(refreshToken, { scope: 'https://outlook.office.com/SMTP.Send' });
    expect(JSON.parse(answer.text)).toMatchObject({ error_codes: [65001], suberror: 'consent_required' });
  });
});

describe('refresh tokens', () => {
  it('stay good after use by Entra’s rule', async () => {
    const first = await refreshTokenOf(ALICE);
    expect((await refresh(first)).status).toBe(200);
    expect((await refresh(first)).status).toBe(200);
    expect(tenant.authorization.log).toMatchObject([
      { grantType: 'refresh_token', user: ALICE, generation: 1, outcome: 'ok', tookEffect: true },
      { grantType: 'refresh_token', user: ALICE, generation: 1, outcome: 'ok', tookEffect: true },
    ]);
  });

  it('end the whole family when one comes back under strict rotation', async () => {
    await tenant.close();
    tenant = await startTenant({ refreshTokens: 'rotated-strictly' });
    const first = await refreshTokenOf(ALICE);
    const second = JSON.parse((await refresh(first)).text).refresh_token;
    const third = JSON.parse((await refresh(second)).text).refresh_token;
    expect(JSON.parse((await refresh(first)).text)).toMatchObject({ error: 'invalid_grant' });
    expect(JSON.parse((await refresh(third)).text)).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('the token endpoint misbehaves', () => {
  it('once, for one account only, and then works again', async () => {
    const [alice, bob] = [await refreshTokenOf(ALICE), await refreshTokenOf(BOB)];
    tenant.misbehave.token({ kind: 'status', status: 429, retryAfterSeconds: 7, user: ALICE, times: 1 });
    expect((await refresh(bob)).status).toBe(200);
    const throttled = await refresh(alice);
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await refresh(alice)).status).toBe(200);
  });

  it('with any AADSTS number, until it is withdrawn', async () => {
    const refreshToken = await refreshTokenOf(ALICE);
    const withdraw = tenant.misbehave.token({ kind: 'aadsts', code: 53003 });
    const answer = await refresh(refreshToken);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'interaction_required', error_codes: [53003] });
    withdraw();
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('with HTML, a wrong content type, an error in a 200, and half an answer', async () => {
    const refreshToken = await refreshTokenOf(ALICE);
    const play = async (fault: Parameters<Tenant['misbehave']['token']>[0]) => {
      tenant.misbehave.token({ ...fault, times: 1 });
      return refresh(refreshToken);
    };
    const html = await play({ kind: 'html' });
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect((await play({ kind: 'wrong-content-type' })).headers.get('content-type')).toBe('text/plain');
    const error = await play({ kind: 'error-with-200', code: 700082 });
    expect([error.status, JSON.parse(error.text).error]).toEqual([200, 'invalid_grant']);
    const half = await play({ kind: 'truncated' });
    expect(half.status).toBe(200);
    expect(() => JSON.parse(half.text)).toThrow(SyntaxError);
  });

  it('by dropping the connection before or after the grant changed', async () => {
    await tenant.close();
    tenant = await startTenant({ refreshTokens: 'rotated-strictly' });
    const refreshToken = await refreshTokenOf(ALICE);
    tenant.misbehave.token({ kind: 'drop', times: 1 });
    await expect(refresh(refreshToken)).rejects.toThrow();
    tenant.misbehave.token({ kind: 'lost-answer', times: 1 });
    await expect(refresh(refreshToken)).rejects.toThrow();
    expect(tenant.authorization.log.map(({ outcome, tookEffect }) => [outcome, tookEffect])).toEqual([
      ['fault:drop', false],
      ['fault:lost-answer', true],
    ]);
    // The answer got lost after the rotation, so the same token is a reuse now.
    expect((await refresh(refreshToken)).status).toBe(400);
  });

  it('by hanging, without keeping the tenant from closing', async () => {
    tenant.misbehave.token({ kind: 'hang' });
    const hanging = refresh(await refreshTokenOf(ALICE)).then(
      () => 'answered',
      () => 'broken off',
    );
    await expect.poll(() => tenant.authorization.log.length).toBe(1);
    expect(tenant.authorization.log[0]?.endedAt).toBeUndefined();
    await tenant.close();
    expect(await hanging).toBe('broken off');
  });

  it('by judging a request late, when its grant has ended meanwhile', async () => {
    const refreshToken = await refreshTokenOf(ALICE);
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    tenant.misbehave.token({ kind: 'hold', until, grantType: 'refresh_token', times: 1 });
    const late = refresh(refreshToken);
    await expect.poll(() => tenant.authorization.log.length).toBe(1);
    tenant.misbehave.revoke(ALICE);
    release();
    expect(JSON.parse((await late).text)).toMatchObject({ error_codes: [50173] });
  });

  it('by leaving fields out, and by naming another tenant in the id_token', async () => {
    tenant.misbehave.token({ kind: 'omit', fields: ['refresh_token'], times: 1 });
    expect(JSON.parse((await refresh(await refreshTokenOf(ALICE))).text)).not.toHaveProperty('refresh_token');
    tenant.misbehave.token({ kind: 'claims', claims: { tid: 'another' }, times: 1 });
    const { redirected, config, checks } = await codeOf();
    expect((await oidc.authorizationCodeGrant(config, redirected, checks)).claims()).toMatchObject({
      tid: 'another',
    });
  });
});

it('gives every secret that it issued to a search that must find none of them', async () => {
  const { redeem, code } = await codeOf();
  const { access_token, refresh_token } = JSON.parse((await redeem()).text);
  expect(tenant.authorization.secrets()).toEqual(
    expect.arrayContaining([code, access_token, refresh_token, tenant.clientSecret]),
  );
  const log = JSON.stringify(tenant.authorization.log);
  for (const secret of tenant.authorization.secrets()) expect(log).not.toContain(secret);
});

it('closes although a client keeps its connection alive', async () => {
  const answered = new Promise<void>((resolve, reject) => {
    const open = httpRequest(`${tenant.origin}/${tenant.tenantId}/discovery/v2.0/keys`, {
      headers: { connection: 'keep-alive' },
    });
    open.on('response', (response) => response.resume().on('end', resolve));
    open.on('error', reject);
    open.end();
  });
  await answered;
  await tenant.close();
  await expect(discover(tenant)).rejects.toThrow();
});
