import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestUser } from '../servers/authorization-server.js';
import { type OpenIdWorld, openOpenIdWorld, problemOn, REDIRECT_URI } from './openid-world.js';
import { type Browser, browser, testClock } from './people-world.js';

const clock = testClock();
const ADMIN: TestUser = { sub: 'sub-1', address: 'ada@contoso.example', claims: { groups: ['mail-admins'] } };
const EVE: TestUser = { sub: 'sub-2', address: 'eve@contoso.example', claims: { groups: ['staff'] } };

let world: OpenIdWorld;
beforeAll(async () => {
  world = await openOpenIdWorld({ users: [ADMIN, EVE], clock });
});
afterAll(() => world.stop());
afterEach(() => {
  world.tamper.with = (_url, response) => response;
});

const fresh = (): Browser => browser(world.harness);
const started = async (user: string, page = fresh()) => {
  const authorizationUrl = await world.begin(page);
  return { page, authorizationUrl, back: await world.back(authorizationUrl, user) };
};
const changed = (back: URL, parameters: Record<string, string | null>): URL => {
  const other = new URL(back);
  for (const [name, value] of Object.entries(parameters))
    value === null ? other.searchParams.delete(name) : other.searchParams.set(name, value);
  return other;
};
/** Expects the problem's page and that nobody is signed in, nor known, by it. @returns the page */
async function refused(code: string, page: Browser, back: URL): Promise<string> {
  const known = JSON.stringify(await world.people());
  const answer = await world.finish(page, back);
  expect(problemOn(answer)).toBe(code);
  expect(answer.cookies.map(({ name }) => name)).not.toContain('mailgrant_session');
  expect(await page.status()).toBe(401);
  expect(JSON.stringify(await world.people())).toBe(known);
  return answer.body;
}

describe('a callback', () => {
  it('is of the browser that began: nobody is signed in as somebody else by a link (login CSRF)', async () => {
    const { page: attacker, back } = await started(EVE.address);
    const victim = fresh();
    await refused('sign-in-other-browser', victim, back);
    const alsoBegan = (await started(ADMIN.address)).page;
    const second = await started(EVE.address);
    await refused('sign-in-other-browser', alsoBegan, second.back);
    // It is used up then, for the attacker as well.
    await refused('openid-attempt-over', attacker, back);
  });

  it('counts once', async () => {
    const { page, back } = await started(ADMIN.address);
    expect((await world.finish(page, back)).statusCode).toBe(303);
    const again = await world.finish(page, back);
    expect(problemOn(again)).toBe('openid-attempt-over');
    const both = await started(ADMIN.address);
    const answers = await Promise.all([
      world.finish(both.page, both.back),
      world.finish(both.page, both.back),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 400]);
  });

  it('with a state that was made up, or is none, does nothing, and fills no audit trail', async () => {
    const { page, back } = await started(ADMIN.address);
    const before = await world.audited('action=session.start&limit=1');
    for (const state of ['x'.repeat(43), '', '*', '../session', null])
      await refused('openid-attempt-over', page, changed(back, { state }));
    expect(await world.audited('action=session.start&limit=1')).toEqual(before);
    const ahead = new URL(back);
    ahead.searchParams.append('state', ahead.searchParams.get('state') ?? '');
    await refused('openid-answer-invalid', page, ahead);
    // None of that used the real one up.
    expect((await world.finish(page, back)).statusCode).toBe(303);
  });

  it('asked for by HEAD uses nothing up', async () => {
    const { page, back } = await started(ADMIN.address);
    const head = await page.call('HEAD' as 'GET', `${back.pathname}${back.search}`);
    expect(head.statusCode).toBe(404);
    expect((await world.finish(page, back)).statusCode).toBe(303);
  });

  it('with the code of another sign-in fails: the code is bound to its PKCE (code injection)', async () => {
    const stolen = (await started(ADMIN.address)).back.searchParams.get('code') ?? '';
    const { page, back } = await started(EVE.address);
    await refused('openid-answer-invalid', page, changed(back, { code: stolen }));
  });

  it('with a code that was asked for with another nonce fails', async () => {
    const page = fresh();
    const authorizationUrl = await world.begin(page);
    const swapped = changed(authorizationUrl, { nonce: 'n'.repeat(43) });
    const body = await refused('openid-answer-invalid', page, await world.back(swapped, ADMIN.address));
    expect(body).toContain('nonce');
  });

  it('with another challenge, or none, fails', async () => {
    const page = fresh();
    const authorizationUrl = await world.begin(page);
    const swapped = changed(authorizationUrl, { code_challenge: 'c'.repeat(43) });
    await refused('openid-answer-invalid', page, await world.back(swapped, ADMIN.address));
  });

  it('that another issuer answers, or none, fails (mix-up, RFC 9207)', async () => {
    for (const iss of ['https://evil.example', `${world.server.issuer}/`, null]) {
      const { page, back } = await started(ADMIN.address);
      await refused('openid-answer-invalid', page, changed(back, { iss }));
    }
  });

  it('with tokens in it fails: nothing is believed that came through the browser', async () => {
    const { page, back } = await started(EVE.address);
    await refused('openid-answer-invalid', page, changed(back, { id_token: 'eyJhbGciOiJub25lIn0.e30.' }));
  });

  it('that says no signs nobody in, and shows the words as text', async () => {
    const page = fresh();
    const state = (await world.begin(page)).searchParams.get('state') ?? '';
    const error = { error: 'access_denied', error_description: '<script>alert(1)</script>' };
    const iss = world.server.issuer;
    const back = new URL(`${REDIRECT_URI}?${new URLSearchParams({ ...error, state, iss })}`);
    const body = await refused('openid-declined', page, back);
    expect(body).toContain('access_denied');
    expect(body).not.toContain('<script>');
  });
});

it('a sign-in is begun by our own page alone', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
    const { app } = world.harness;
    const answer = await app.inject({ method: 'POST', url: '/sign-in/openid', headers });
    expect([answer.statusCode, answer.headers.refresh]).toEqual([403, undefined]);
  }
  expect((await fresh().call('GET', '/sign-in/openid')).statusCode).toBe(404);
});

it('a session that was planted before is over after it (fixation)', async () => {
  const attacker = (await world.signIn(EVE.address)).page;
  const victim = fresh();
  Object.assign(victim.cookies, attacker.cookies);
  await world.signIn(ADMIN.address, victim);
  expect(victim.cookies.mailgrant_session).not.toBe(attacker.cookies.mailgrant_session);
  expect([await victim.status(), await attacker.status()]).toEqual([200, 401]);
});

describe('an id_token', () => {
  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  /** As the provider would answer, but for the id_token. */
  const withIdToken = (
    forge: (claims: Record<string, unknown>, given: string) => string | Promise<string>,
  ) => {
    world.tamper.with = async (url, response) => {
      if (!url.endsWith('/token')) return response;
      const answer = (await response.json()) as Record<string, string>;
      const given = answer.id_token ?? '';
      return Response.json({ ...answer, id_token: await forge(claimsOf(given), given) });
    };
  };
  const attempt = async (why: RegExp): Promise<void> => {
    const { page, back } = await started(EVE.address);
    expect(await refused('openid-answer-invalid', page, back)).toMatch(why);
  };

  it('as it came is taken', async () => {
    withIdToken((_claims, given) => given);
    expect((await world.signIn(EVE.address)).answer.statusCode).toBe(303);
  });

  it('that is not signed is refused', async () => {
    withIdToken((claims) => `${part({ alg: 'none' })}.${part({ ...claims, sub: ADMIN.sub })}.`);
    await attempt(/alg/);
  });

  it('that was altered is refused', async () => {
    withIdToken((claims, given) => {
      const [head, , signature] = given.split('.');
      return `${head}.${part({ ...claims, sub: ADMIN.sub, groups: ['mail-admins'] })}.${signature}`;
    });
    await attempt(/signature/);
  });

  it('that somebody else signed is refused, also under the key id of the issuer', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const { keys } = (await (await fetch(`${world.server.issuer}/jwks`)).json()) as {
      keys: { kid: string; kty: string }[];
    };
    const { kid = '' } = keys.find(({ kty }) => kty === 'RSA') ?? {};
    for (const header of [
      { alg: 'RS256', kid },
      { alg: 'RS256', kid: 'another' },
      { alg: 'RS256', jwk: await exportJWK(publicKey) },
      { alg: 'RS256', kid, jku: 'https://evil.example/jwks' },
    ]) {
      withIdToken((claims) =>
        new SignJWT({ ...claims, sub: ADMIN.sub }).setProtectedHeader(header).sign(privateKey),
      );
      await attempt(/signature|no applicable|key/);
    }
  });

  it('that is signed with the client secret is refused: whoever has that is no issuer', async () => {
    withIdToken((claims) =>
      new SignJWT({ ...claims, sub: ADMIN.sub })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(world.server.client.clientSecret)),
    );
    await attempt(/alg/);
  });

  it('that another sign-in was given is refused', async () => {
    let other = '';
    withIdToken((_claims, given) => {
      other = given;
      return given;
    });
    await world.signIn(ADMIN.address);
    withIdToken(() => other);
    await attempt(/nonce/);
  });

  it('that does not come is refused', async () => {
    world.tamper.with = async (url, response) => {
      if (!url.endsWith('/token')) return response;
      const { id_token: _, ...answer } = (await response.json()) as Record<string, string>;
      return Response.json(answer);
    };
    await attempt(/id_token/);
  });
});

describe('a provider', () => {
  const metadata = (change: Record<string, unknown>) => {
    world.tamper.with = async (url, response) =>
      url.includes('/.well-known/')
        ? Response.json({ ...((await response.json()) as object), ...change })
        : response;
  };
  const pressed = async (of: OpenIdWorld) => {
    const answer = await browser(of.harness).submit('/sign-in/openid', {});
    return { code: problemOn(answer), status: answer.statusCode, body: answer.body };
  };

  it('that is not there, or says so, is told by its name, and asked anew the next time', async () => {
    const other = await openOpenIdWorld({ users: [ADMIN], clock });
    other.tamper.with = () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    const down = await pressed(other);
    expect([down.status, down.code]).toEqual([503, 'openid-unreachable']);
    expect(down.body).toContain(other.server.issuer);
    other.tamper.with = (_url, response) => response;
    const page = browser(other.harness);
    const back = await other.back(await other.begin(page), ADMIN.address);
    other.tamper.with = (url, response) =>
      url.endsWith('/token')
        ? new Response('<h1>Down</h1>', { status: 503, headers: { 'content-type': 'text/html' } })
        : response;
    const late = await other.finish(page, back);
    expect([late.statusCode, problemOn(late)]).toEqual([503, 'openid-unreachable']);
    expect(late.body).toContain('HTTP 503, text/html');
    await other.server.stop();
    const gone = await other.finish(page, back);
    expect(problemOn(gone)).toBe('openid-attempt-over');
    await other.stop();
  });

  it('that refuses the client is told so, with the redirect URI to register', async () => {
    const other = await openOpenIdWorld({ users: [ADMIN], clock, clientSecret: 'a wrong one' });
    const { answer } = await other.signIn(ADMIN.address);
    expect([answer.statusCode, problemOn(answer)]).toEqual([502, 'openid-client-refused']);
    expect(answer.body).toContain(REDIRECT_URI);
    expect(answer.body).not.toContain('a wrong one');
    await other.stop();
  });

  it.each([
    ['calls itself otherwise', { issuer: 'https://evil.example' }, 'calls itself'],
    [
      'has an endpoint in clear text',
      { token_endpoint: 'http://login.example/token' },
      'token_endpoint is not https',
    ],
    ['has its keys in clear text', { jwks_uri: 'http://login.example/jwks' }, 'jwks_uri is not https'],
    ['publishes no keys', { jwks_uri: undefined }, 'names no jwks_uri'],
  ])('that %s is not asked', async (_what, change, words) => {
    const other = await openOpenIdWorld({ users: [ADMIN], clock });
    const straight = world;
    world = other;
    metadata(change);
    const { code, body } = await pressed(other);
    expect([code, body.includes(words)]).toEqual(['openid-unreachable', true]);
    world = straight;
    await other.stop();
  });

  it('on a private address is asked only where those are allowed', async () => {
    const other = await openOpenIdWorld({ users: [ADMIN], clock, allowPrivateNetworks: false });
    expect((await pressed(other)).code).toBe('address-refused');
    await other.stop();
  });
});
