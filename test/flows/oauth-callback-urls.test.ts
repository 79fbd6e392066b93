/** The callback opened with a URL of somebody else's making, in another browser, with forged headers: refused, and never a way to lead or to show anything. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { keysIn } from '../servers/redis.js';
import { PASSWORD, PUBLIC_URL } from './admin-harness.js';
import {
  ALICE,
  type CallbackWorld,
  EVIL,
  OTHER_TENANT,
  openCallbackWorld,
  succeeds,
  withParameters,
} from './oauth-callback-world.js';
import { CALLBACK_URL } from './oauth-world.js';

let callback: CallbackWorld;
let world: CallbackWorld['world'];
let tenant: CallbackWorld['tenant'];
let harness: CallbackWorld['harness'];
let application: CallbackWorld['application'];
let fresh: CallbackWorld['fresh'];
let started: CallbackWorld['started'];
let open: CallbackWorld['open'];
let refused: CallbackWorld['refused'];
let everything: CallbackWorld['everything'];
beforeAll(async () => {
  callback = await openCallbackWorld();
  ({ world, tenant, harness, application, fresh, started, open, refused, everything } = callback);
});
afterEach(() => tenant.misbehave.clear());
afterAll(() => callback.close());

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
