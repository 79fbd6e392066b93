import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { type ProblemCode, type ProblemError, problemError } from '../../src/contract/problem.js';
import type { SignInResult } from '../../src/oauth/sign-in/sign-in.js';
import { CONNECTION_FIELDS } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { keysIn } from '../servers/redis.js';
import { ADMIN_KEY, type Harness, newConnection, PASSWORD, startHarness } from './admin-harness.js';

const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
const SAME_ORIGIN = { origin: 'http://localhost:8025', 'sec-fetch-site': 'same-origin' };

let harness: Harness;
/** What finish() does in a test. */
let finish: () => SignInResult | ProblemError;

beforeAll(async () => {
  harness = await startHarness((deps) => ({
    limits: { signInsPerMinute: 1_000 },
    signIn: {
      ...deps.signIn,
      async finish({ parameters, binding }) {
        harness.asked.push({ what: 'finish', with: { state: parameters.get('state'), binding } });
        const result = finish();
        if (result instanceof Error) throw result;
        return result;
      },
    },
  }));
});
beforeEach(() => {
  harness.asked.length = 0;
});
afterAll(() => harness.stop());

const form = (fields: Record<string, string>, headers: Record<string, string> = SAME_ORIGIN) => ({
  payload: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
});
const signInAs = (secret: string, headers?: Record<string, string>) =>
  harness.app.inject({ method: 'POST', url: '/sign-in', ...form({ secret }, headers) });
const cookieOf = (answer: { cookies: { name: string; value: string }[] }, name: string): string =>
  answer.cookies.find((each) => each.name === name)?.value ?? '';
async function session(): Promise<Record<string, string>> {
  return { mailgrant_session: cookieOf(await signInAs(PASSWORD), 'mailgrant_session') };
}

describe('signing in to the page', () => {
  it('takes the password or an admin key, and gives a cookie that scripts and other sites do not get', async () => {
    for (const secret of [PASSWORD, ADMIN_KEY]) {
      const answer = await signInAs(secret);
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/']);
      for (const set of [answer.headers['set-cookie'] ?? ''].flat())
        expect(set).toMatch(/HttpOnly; SameSite=Lax/);
      const value = cookieOf(answer, 'mailgrant_session');
      const [, hidden = ''] = value.split('.');
      expect(Buffer.from(hidden, 'base64url')).toHaveLength(32);
      for (const key of await keysIn(harness.storage.client, 'mg:{session:*'))
        expect(key).not.toContain(hidden);
    }
    const key = (
      await harness.call('POST', '/api/v1/api-keys', { payload: { name: 'r', scopes: ['read'] } })
    ).json().key;
    for (const secret of ['', 'wrong', `${PASSWORD} `, key]) {
      const answer = await signInAs(secret);
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([401, undefined]);
    }
  });

  it('is Secure and bound to the host behind https', async () => {
    const secure = await startHarness(() => ({ publicUrl: 'https://mail.example' }));
    const headers = { origin: 'https://mail.example', host: 'evil.example' };
    const answer = await secure.app.inject({
      method: 'POST',
      url: '/sign-in',
      ...form({ secret: PASSWORD }, headers),
    });
    const cookies = [answer.headers['set-cookie'] ?? ''].flat();
    expect(cookies).toHaveLength(2);
    for (const set of cookies) {
      expect(set).toMatch(/^__Host-mailgrant_\w+=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/);
      expect(set).not.toMatch(/Domain/i);
    }
    await secure.stop();
  });

  it('sends who is not signed in to the sign-in page, and ends with sign-out', async () => {
    const anonymous = await harness.app.inject({ method: 'GET', url: '/' });
    expect([anonymous.statusCode, anonymous.headers.location]).toEqual([303, '/sign-in']);
    const cookies = await session();
    expect((await harness.app.inject({ method: 'GET', url: '/', cookies })).statusCode).toBe(200);
    expect(
      (await harness.app.inject({ method: 'GET', url: '/api/v1/connections', cookies })).statusCode,
    ).toBe(200);
    await harness.app.inject({ method: 'POST', url: '/sign-out', cookies, headers: SAME_ORIGIN });
    expect((await harness.app.inject({ method: 'GET', url: '/', cookies })).statusCode).toBe(303);
  });

  it('is braked', async () => {
    const braked = await startHarness(() => ({ limits: { signInsPerMinute: 2 } }));
    const codes = [];
    for (let count = 0; count < 3; count++) {
      const answer = await braked.app.inject({
        method: 'POST',
        url: '/sign-in',
        ...form({ secret: 'guess' }),
      });
      codes.push(answer.statusCode);
    }
    expect(codes).toEqual([401, 401, 429]);
    await braked.stop();
  });
});

describe('a session', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:9999' }],
    ['another origin in an old browser', { origin: 'http://localhost:9999' }],
    ['a hidden origin', { origin: 'null' }],
    ['nowhere at all', {}],
    ['another site with our name as its host', { origin: 'http://evil.example', host: 'evil.example' }],
  ])('does not act for %s', async (_who, headers) => {
    const cookies = await session();
    const { id } = await newConnection(harness);
    for (const url of [`/api/v1/connections/${id}/refresh`, '/sign-out']) {
      const answer = await harness.app.inject({
        method: 'POST',
        url,
        cookies,
        headers: headers as Record<string, string>,
      });
      expect(answer.statusCode).toBe(403);
    }
    expect(harness.asked).toEqual([]);
    expect((await signInAs(PASSWORD, headers as Record<string, string>)).statusCode).toBe(403);
  });
});

describe('the web app', () => {
  const at = async (url: string) => harness.app.inject({ method: 'GET', url, cookies: await session() });

  it('is one page at each of its addresses, under a policy with a nonce of that answer alone', async () => {
    const nonces = new Set<string>();
    for (const url of ['/', '/connectors/new', `/connections/${encodeURIComponent(HOSTILE)}`, '/people']) {
      const answer = await at(url);
      expect(answer.statusCode).toBe(200);
      const policy = String(answer.headers['content-security-policy']);
      const nonce = /style-src 'self' 'nonce-([\w+/=]{22,})'/.exec(policy)?.[1] ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
      expect(answer.body).toContain(`name="csp-nonce" content="${nonce}"`);
      expect(answer.body).not.toContain(HOSTILE);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(4);
  });

  it('has no script and no style but those of its files, which are kept for good', async () => {
    const { body } = await at('/');
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/app\/)/);
    const files = [...body.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, file = '']) => file);
    expect(files.some((file) => file.endsWith('.js'))).toBe(true);
    for (const url of files) {
      const file = await harness.app.inject({ method: 'GET', url });
      expect([file.statusCode, file.headers['cache-control']]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
  });

  it('gives no file but its own', async () => {
    for (const url of [
      '/app/../index.html',
      '/app/..%2f..%2fmain.js',
      '/app/%2e%2e%2findex.html',
      '/app/',
      '/app/.',
    ])
      expect((await harness.app.inject({ method: 'GET', url })).statusCode, url).toBeGreaterThanOrEqual(400);
  });

  it('starts a sign-in that is bound to the browser', async () => {
    const cookies = await session();
    const { id } = await newConnection(harness);
    const answer = await harness.app.inject({
      method: 'POST',
      url: `/api/v1/connections/${id}/authorize`,
      cookies,
      headers: SAME_ORIGIN,
    });
    const binding = cookieOf(answer, 'mailgrant_sign_in');
    expect(harness.asked).toEqual([{ what: 'authorizationUrl', with: { id, binding } }]);
    expect(answer.headers['set-cookie']).toMatch(
      /mailgrant_sign_in=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax/,
    );
    finish = () => problemError('sign-in-link-used');
    await harness.app.inject({
      method: 'GET',
      url: '/oauth/callback?state=x',
      cookies: { mailgrant_sign_in: binding },
    });
    expect(harness.asked.at(-1)?.with).toEqual({ state: 'x', binding });
  });
});

describe('the callback', () => {
  const callback = (query: string) => harness.app.inject({ method: 'GET', url: `/oauth/callback?${query}` });

  it('says who signed in and until when', async () => {
    const { id } = await newConnection(harness);
    await harness.storage.client.hset(keys.connection(id as ConnectionId), {
      [CONNECTION_FIELDS.authorization]: JSON.stringify({
        status: 'authorized',
        authenticatedUser: 'ada@contoso.example',
        grantedScope: [],
        mailboxKey: 'mbx_1',
        accessTokenExpiresAt: Date.UTC(2026, 0, 1, 12),
      }),
    });
    finish = () => ({ kind: 'signed-in', connection: id as ConnectionId, user: 'ada@contoso.example' });
    const answer = await callback('code=secret-code&state=secret-state');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(/Success![\s\S]*ada@contoso\.example[\s\S]*2026-01-01 12:00 UTC/);
    expect(answer.body).not.toMatch(/secret-code|secret-state/);
    expect(answer.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(JSON.stringify(harness.lines)).not.toMatch(/secret-code|secret-state/);
  });

  it.each([
    [
      'wrong-user',
      { user: 'ada@contoso.example', signedIn: 'eve@contoso.example' },
      /ada@contoso\.example[\s\S]*eve@contoso\.example[\s\S]*app-only/,
    ],
    ['wrong-tenant', { signedIn: 'a@b.example', actual: 'T1', expected: 'T2' }, /T1[\s\S]*T2/],
    ['identity-unprovable', {}, /does not say who/],
    ['account-changed', { signedIn: 'a@b.example' }, /sign out of the connection first/],
    ['offline-access-not-granted', {}, /offline_access/],
    ['scope-not-granted', { granted: 'a', missing: 'b' }, /missing/],
    ['scope-for-graph', { granted: 'a' }, /Graph/],
    ['consent-declined', {}, /declined/],
    [
      'admin-consent-required',
      { adminConsentUrl: 'https://x.example', scope: 'SMTP.Send', user: 'a@b.example' },
      /administrator of the tenant must consent/,
    ],
    ['sign-in-link-used', {}, /used already/],
    ['sign-in-link-expired', {}, /ten minutes/],
    ['sign-in-superseded', {}, /changed during/],
    ['sign-in-other-browser', {}, /another browser/],
    ['callback-invalid', { what: 'iss' }, /failed a check/],
    ['provider-refused', { error: 'x', user: 'a@b.example' }, /own words/],
  ] as const)('has a page of its own for %s', async (code, given, words) => {
    finish = () =>
      problemError(code as ProblemCode, {
        with: given,
        foreign: { correlationId: 'corr-1' },
        serverWords: 'AADSTS1: no',
      });
    const answer = await callback('code=secret-code&state=secret-state');
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.body).toMatch(words);
    expect(answer.body).toMatch(/What to do next:[\s\S]*Whose it is to fix:[\s\S]*AADSTS1: no[\s\S]*corr-1/);
    expect(answer.body).not.toMatch(/[{}‹›]/);
    const [, leads = ''] = /href="(\/problems#[a-z-]+)"/.exec(answer.body) ?? [];
    expect(leads).toBe(`/problems#${code}`);
    expect(answer.body).toContain(String(answer.headers['x-request-id']));
    expect(answer.body).not.toMatch(/secret-code|secret-state/);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('escapes whatever the server said', async () => {
    finish = () =>
      problemError('provider-refused', {
        with: { error: HOSTILE, user: 'ada@contoso.example' },
        serverWords: HOSTILE,
        foreign: { correlationId: HOSTILE },
      });
    const { body } = await callback(`error=x&error_description=${encodeURIComponent(HOSTILE)}`);
    expect(body).not.toMatch(/<script|<img/);
    expect(body.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('keeps to itself what nobody foresaw', async () => {
    finish = () => {
      throw new TypeError('secret-code leaked');
    };
    const answer = await callback('code=secret-code');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret-code');
  });

  it('does not use a code up for a HEAD', async () => {
    const answer = await harness.app.inject({ method: 'HEAD', url: '/oauth/callback?code=a&state=b' });
    expect(answer.statusCode).toBe(404);
    expect(harness.asked).toEqual([]);
  });

  it('says so when an admin consented and nobody signed in', async () => {
    finish = () => ({ kind: 'admin-consented' });
    expect((await callback('admin_consent=True')).body).toContain('Nobody was signed in');
  });
});
