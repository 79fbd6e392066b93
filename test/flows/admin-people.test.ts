import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/admin/principal.js';
import { WEB_APP_SECTIONS } from '../../src/admin/routes/web-app.js';
import { createPeopleServices } from '../../src/people/people-services.js';
import { ROLES, type Role } from '../../src/people/person.js';
import { ADMIN_KEY, everythingStored, type Harness, PASSWORD, PUBLIC_URL } from './admin-harness.js';
import {
  type Browser,
  browser,
  invite,
  newPerson,
  PHRASES,
  SAME_ORIGIN,
  setUpLink,
  startPeopleHarness,
  testClock,
  tokenOf,
} from './people-world.js';

const DAY_MS = 24 * 60 * 60_000;
const clock = testClock();

describe('the first start', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startPeopleHarness(clock, { adminPassword: null });
  });
  afterAll(() => harness.stop());
  const setUp = (token: string, name = 'ada', password = PHRASES.admin) =>
    browser(harness).call('POST', '/api/v1/session/set-up', { token, name, password });

  it('logs a set-up link, of which only the digest is stored', async () => {
    const link = setUpLink(harness);
    expect(link).toMatch(/^http:\/\/localhost:8025\/setup\?link=[\w-]{43}$/);
    expect(await everythingStored(harness)).not.toContain(tokenOf(link));
    expect((await browser(harness).call('GET', `/setup?link=${tokenOf(link)}`)).body).toContain(
      'first admin',
    );
  });

  it('takes no other link, no weak password, no strange name, and nothing from another site', async () => {
    const token = tokenOf(setUpLink(harness));
    expect((await setUp('guess')).json().code).toBe('one-time-link-not-valid');
    expect((await setUp(token, 'ada', 'Password1234!')).json().code).toBe('password-too-weak');
    expect((await setUp(token, 'a<b>')).json()).toMatchObject({ fields: [{ path: '/name' }] });
    const foreign = await harness.app.inject({
      method: 'POST',
      url: '/api/v1/session/set-up',
      headers: { origin: 'https://evil.example' },
      payload: { token, name: 'eve', password: PHRASES.admin },
    });
    expect(foreign.json().code).toBe('cross-site-request');
    expect((await harness.call('GET', '/api/v1/people')).json().items).toEqual([]);
  });

  it('ends after a day; another start makes another link', async () => {
    const token = tokenOf(setUpLink(harness));
    clock.advance(DAY_MS);
    expect((await setUp(token)).json().code).toBe('one-time-link-not-valid');
    await harness.deps.firstAdmin.prepare();
    expect(tokenOf(setUpLink(harness))).not.toBe(token);
  });

  it('makes one admin, also of two who open the link at once, and signs them in; the link is over then', async () => {
    const token = tokenOf(setUpLink(harness));
    const pages = [browser(harness), browser(harness)];
    const answers = await Promise.all(
      pages.map((page, index) =>
        page.submit('/setup', { token, name: `ada-${index}`, password: PHRASES.admin }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    const people = (await harness.call('GET', '/api/v1/people')).json().items;
    expect(people).toHaveLength(1);
    expect(people[0]).toMatchObject({ role: 'admin', status: 'active' });
    const winner = pages[answers.findIndex(({ statusCode }) => statusCode === 303)];
    expect((await winner?.call('GET', '/api/v1/session'))?.json()).toMatchObject({
      kind: 'person',
      name: people[0].name,
      role: 'admin',
    });
    expect((await setUp(token)).json().code).toBe('set-up-already');
    expect((await browser(harness).call('GET', `/setup?link=${token}`)).statusCode).toBe(409);
  });

  it('happens once: later starts log no link and know no password of the environment', async () => {
    const known = setUpLink(harness);
    const { storage, deps } = harness;
    const later = createPeopleServices({
      ...{ redis: storage.client, publicUrl: PUBLIC_URL, log: deps.log, clock },
      adminPassword: 'a password of the environment',
    });
    await later.firstAdmin.prepare();
    await harness.deps.firstAdmin.prepare();
    expect(setUpLink(harness)).toBe(known);
    const answer = await browser(harness).signIn('admin', 'a password of the environment');
    expect(answer.json().code).toBe('password-refused');
  });

  it('does not go on with a password of the environment that anybody guesses', async () => {
    const empty = await startPeopleHarness(clock, { adminPassword: null });
    const { storage, deps } = empty;
    const weak = createPeopleServices({
      ...{ redis: storage.client, publicUrl: PUBLIC_URL, log: deps.log },
      adminPassword: 'administrator1',
    });
    await expect(weak.firstAdmin.prepare()).rejects.toThrow(/MAILGRANT_ADMIN_PASSWORD/);
    await empty.stop();
  });
});

describe('people', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startPeopleHarness(clock);
  });
  afterAll(() => harness.stop());
  const change = (method: 'PATCH' | 'DELETE', id: string, version: number, payload?: object) =>
    harness.call(method, `/api/v1/people/${id}`, {
      headers: { 'if-match': `"${version}"` },
      ...(payload && { payload }),
    });
  const versionOf = async (id: string): Promise<number> =>
    (await harness.call('GET', `/api/v1/people/${id}`)).json().version;
  const patched = async (id: string, payload: object) => change('PATCH', id, await versionOf(id), payload);

  it('are invited by a link that works once, for a day, until a newer one', async () => {
    const { id, token, url } = await invite(harness, { name: 'grace', role: 'operator' });
    expect(url).toBe(`${PUBLIC_URL}/invitation?token=${token}`);
    expect(await everythingStored(harness)).not.toContain(token.split('.')[1]);
    const page = browser(harness);
    expect((await page.call('GET', `/invitation?token=${token}`)).body).toContain('Welcome, grace');
    const accept = (given: string) =>
      browser(harness).call('POST', '/api/v1/session/invitation', {
        token: given,
        password: PHRASES.operator,
      });

    const newer = (await harness.call('POST', `/api/v1/people/${id}/invite`)).json().url;
    expect((await accept(token)).json().code).toBe('one-time-link-not-valid');
    clock.advance(DAY_MS);
    expect((await accept(tokenOf(newer))).json().code).toBe('one-time-link-not-valid');
    const newest = tokenOf((await harness.call('POST', `/api/v1/people/${id}/invite`)).json().url);
    const both = await Promise.all([accept(newest), accept(newest)]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 410]);
    expect((await accept(newest)).statusCode).toBe(410);
    expect((await page.signIn('GRACE', PHRASES.operator)).json()).toMatchObject({ role: 'operator' });
    for (const made of ['', '.', 'per_x.y', `${id}.`, `${id}.${token.split('.')[1]}`])
      expect((await page.call('GET', `/invitation?token=${made}`)).statusCode).toBe(410);
  });

  it('have names of their own, whatever the case', async () => {
    const made = await invite(harness, { name: 'Hedy', role: 'viewer' });
    const again = await harness.call('POST', '/api/v1/people', { payload: { name: 'hEDY', role: 'admin' } });
    expect([again.statusCode, again.json().code]).toEqual([409, 'name-taken']);
    expect((await patched(made.id, { name: 'admin' })).json().code).toBe('name-taken');
    expect((await patched(made.id, { name: 'HEDY.L' })).json()).toMatchObject({ name: 'HEDY.L' });
    await invite(harness, { name: 'hedy', role: 'viewer' });
  });

  it('are changed against the version that was read', async () => {
    const { id } = await invite(harness, { name: 'stale', role: 'viewer' });
    expect((await change('PATCH', id, 7, { role: 'admin' })).json().code).toBe('version-conflict');
    expect((await change('DELETE', id, 7)).json().code).toBe('version-conflict');
    expect((await harness.call('DELETE', `/api/v1/people/${id}`)).json().code).toBe('if-match-required');
    expect((await change('DELETE', id, 1)).statusCode).toBe(204);
    expect((await change('DELETE', id, 1)).statusCode).toBe(404);
  });

  it('keep an admin who can sign in, also of two who go at once', async () => {
    const people = (await harness.call('GET', '/api/v1/people')).json().items;
    const admin = people.find(({ name }: { name: string }) => name === 'admin');
    await invite(harness, { name: 'admin-to-be', role: 'admin' });
    for (const payload of [{ role: 'operator' }, { disabled: true }])
      expect((await patched(admin.id, payload)).json().code).toBe('last-admin');
    expect((await change('DELETE', admin.id, await versionOf(admin.id))).json().code).toBe('last-admin');
    const other = await newPerson(harness, { name: 'second-admin', role: 'admin' });
    const both = await Promise.all([
      change('DELETE', admin.id, await versionOf(admin.id)),
      change('DELETE', other.id, await versionOf(other.id)),
    ]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
  });

  it('that are disabled, deleted or of another role have no session any more', async () => {
    for (const payload of [{ disabled: true }, { role: 'operator' }, undefined]) {
      const { id, page } = await newPerson(harness, { name: 'linus', role: 'viewer' });
      expect(await page.status()).toBe(200);
      const answer =
        payload === undefined ? await change('DELETE', id, await versionOf(id)) : await patched(id, payload);
      expect(answer.statusCode).toBeLessThan(300);
      expect(await page.status()).toBe(401);
      const isKeptOut = payload === undefined || 'disabled' in payload;
      expect((await page.signIn('linus', PHRASES.viewer)).statusCode).toBe(isKeptOut ? 401 : 200);
      if (payload !== undefined) await change('DELETE', id, await versionOf(id));
    }
  });

  it('change their own password with the old one, which ends every other session', async () => {
    const { page, password } = await newPerson(harness, { name: 'joan', role: 'viewer' });
    const elsewhere = browser(harness);
    await elsewhere.signIn('joan', password);
    const wanted = 'the river has two names';
    const set = (oldPassword: string, newPassword: string) =>
      page.call('POST', '/api/v1/session/password', { oldPassword, newPassword });
    expect((await set('not the old one', wanted)).json().code).toBe('old-password-wrong');
    expect((await set(password, 'joan-joan-joan')).json().code).toBe('password-too-weak');
    expect(await elsewhere.status()).toBe(200);
    const before = { ...page.cookies };
    expect((await set(password, wanted)).json()).toMatchObject({ name: 'joan' });
    expect(page.cookies.mailgrant_session).not.toBe(before.mailgrant_session);
    expect([await page.status(), await elsewhere.status()]).toEqual([200, 401]);
    const old = browser(harness);
    expect((await old.signIn('joan', password)).statusCode).toBe(401);
    expect((await old.signIn('joan', wanted)).statusCode).toBe(200);

    const key = await harness.call('POST', '/api/v1/session/password', {
      payload: { oldPassword: 'x', newPassword: wanted },
    });
    expect(key.json().code).toBe('person-session-needed');
  });

  it('do not tell their password to whoever finds an open session and guesses the old one', async () => {
    const { page, password } = await newPerson(harness, { name: 'left-open', role: 'viewer' });
    const guess = (oldPassword: string) =>
      page.call('POST', '/api/v1/session/password', { oldPassword, newPassword: 'the river has two names' });
    for (let count = 0; count < 5; count += 1)
      expect((await guess(`guess number ${count}`)).json().code).toBe('old-password-wrong');
    expect((await guess(password)).json().code).toBe('sign-in-paused');
    clock.advance(60_000);
    expect((await guess(password)).statusCode).toBe(200);
  });

  it('may do what their role says, on every route', async () => {
    const pages: [Role, Browser][] = [];
    for (const role of ROLES)
      pages.push([role, (await newPerson(harness, { name: `matrix-${role}`, role })).page]);
    const routes = harness.app.routeTable.filter(
      // Signing out, and what is public, is the same for all.
      ({ method, url, scope }) =>
        method !== 'HEAD' && scope !== 'public' && !/sign-out|session\/all|v1\/session$/.test(url),
    );
    expect(routes.length).toBeGreaterThan(50);
    for (const { method, url, scope } of routes) {
      for (const [role, page] of pages) {
        const answer = await page.call(method as 'GET', url.replace(':id', 'x_nobody'));
        const isCovered = ROLES.indexOf(role) >= SCOPES.indexOf(scope as 'read');
        expect([method, url, role, answer.statusCode !== 403]).toEqual([method, url, role, isCovered]);
        expect(answer.statusCode).not.toBe(401);
      }
    }
  });

  it('act only from our own pages, whatever the route', async () => {
    const { page } = await newPerson(harness, { name: 'csrf', role: 'admin' });
    const routes = harness.app.routeTable.filter(({ method }) => !['GET', 'HEAD'].includes(method));
    for (const { method, url } of routes) {
      const answer = await harness.app.inject({
        method: method as 'POST',
        url: url.replace(':id', 'x_nobody'),
        cookies: page.cookies,
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        payload: { name: 'a', password: 'b', token: 'c' },
      });
      expect([method, url, answer.statusCode]).toEqual([method, url, 403]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(await page.status()).toBe(200);
  });

  it('stand in the audit trail by id and name, and none of their passwords or links anywhere', async () => {
    const { id, page, password } = await newPerson(harness, { name: 'audited', role: 'admin' });
    const wrong = 'never the right one';
    await browser(harness).signIn('audited', wrong);
    await page.call('POST', '/api/v1/people', { name: 'by-audited', role: 'viewer' });
    await page.call('DELETE', '/api/v1/session/all');
    const { items } = (await harness.call('GET', '/api/v1/audit?actor=audited&limit=50')).json();
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      'session.end-all',
      'person.create',
      'person.set-password',
    ]);
    for (const { actor } of items) expect(actor).toEqual({ kind: 'person', id, name: 'audited' });
    const refused = (await harness.call('GET', '/api/v1/audit?action=session.start&subject=audited')).json();
    expect(refused.items[0]).toMatchObject({ actor: { kind: 'anonymous' }, outcome: 'refused' });
    const everything = (await everythingStored(harness)) + JSON.stringify(harness.lines);
    for (const secret of [password, wrong, PASSWORD, ADMIN_KEY, ...Object.values(PHRASES)])
      expect(everything).not.toContain(secret);
  });
});

describe('every page', () => {
  it('runs no script but the web app its own, is framed by nobody, is kept nowhere, and says where it came from to nobody', async () => {
    const harness = await startPeopleHarness(clock);
    const page = browser(harness);
    await page.signIn('admin', PASSWORD);
    const { token } = await invite(harness, { name: 'framed', role: 'viewer' });
    const pages = harness.app.routeTable.filter(
      ({ method, isPage, url }) => method === 'GET' && isPage && !/^\/(assets|app)\//.test(url),
    );
    const isWebApp = (url: string): boolean =>
      url === '/' || WEB_APP_SECTIONS.some((section) => url.split('/')[1] === section);
    expect(pages.map(({ url }) => url)).toEqual(
      expect.arrayContaining(['/', '/sign-in', '/setup', '/invitation', '/password']),
    );
    for (const url of [...pages.map(({ url }) => url), `/invitation?token=${token}`, '/problems']) {
      const { headers, body } = await page.call('GET', url, undefined, SAME_ORIGIN);
      expect(headers['content-type'], url).toMatch(/^text\/html/);
      const policy = String(headers['content-security-policy']);
      for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
        expect(policy, url).toContain(rule);
      expect(policy, url).not.toMatch(/unsafe/);
      expect(policy.match(/script-src[^;]*/g), url).toEqual(isWebApp(url) ? ["script-src 'self'"] : null);
      expect(headers, url).toMatchObject({
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      const own = isWebApp(url) ? /<script type="module" crossorigin src="\/app\/[\w.-]+"><\/script>/ : /^$/;
      expect(body.replace(own, ''), url).not.toMatch(/<script|\son\w+=|javascript:/i);
    }
    await harness.stop();
  });
});
