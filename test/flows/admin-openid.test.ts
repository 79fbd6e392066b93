import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestUser } from '../servers/authorization-server.js';
import { everythingStored, PASSWORD } from './admin-harness.js';
import { type OpenIdWorld, openOpenIdWorld, problemOn, REDIRECT_URI } from './openid-world.js';
import { browser, newPerson, setUpLink, testClock, tokenOf } from './people-world.js';

const clock = testClock();
const user = (name: string, ...groups: string[]): TestUser & { claims: Record<string, unknown> } => ({
  sub: `sub-of-${name}`,
  address: `${name}@contoso.example`,
  claims: { groups },
});

describe('people of the company', () => {
  const ada = user('ada', 'staff', 'mail-admins');
  const olga = user('olga', 'mail-operators');
  const vera = user('vera', 'staff');
  const nora = user('nora', 'canteen');
  const namesake = { ...user('twin', 'staff'), address: 'admin' };
  const lost = user('lost', 'staff');
  const demoted = user('demoted', 'mail-admins');
  let world: OpenIdWorld;
  beforeAll(async () => {
    world = await openOpenIdWorld({ users: [ada, olga, vera, nora, namesake, lost, demoted], clock });
  });
  afterAll(() => world.stop());
  const change = async (method: 'PATCH' | 'DELETE', id: string, payload?: object) => {
    const { version } = (await world.harness.call('GET', `/api/v1/people/${id}`)).json();
    return world.harness.call(method, `/api/v1/people/${id}`, {
      headers: { 'if-match': `"${version}"` },
      ...(payload && { payload }),
    });
  };
  const named = async (name: string) => (await world.people()).find((each) => each.name === name);

  it('find the button above the password, and go out with PKCE, state and nonce', async () => {
    const page = browser(world.harness);
    const { body } = await page.call('GET', '/sign-in');
    expect(body.indexOf('Sign in with Contoso')).toBeGreaterThan(0);
    expect(body.indexOf('Sign in with Contoso')).toBeLessThan(body.indexOf('name="secret"'));
    const { searchParams } = await world.begin(page);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: world.server.client.clientId,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('are made at the first sign-in, with the highest role that a claim gives, and are the same at the next', async () => {
    const { page, answer } = await world.signIn(ada.address);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/']);
    const session = (await page.call('GET', '/api/v1/session')).json();
    expect(session).toMatchObject({ kind: 'person', name: ada.address, role: 'admin', hasPassword: false });
    const openId = { issuer: world.server.issuer, subject: ada.sub };
    expect(await named(ada.address)).toMatchObject({ role: 'admin', status: 'active', openId });
    const again = await world.signIn(ada.address);
    expect((await again.page.call('GET', '/api/v1/session')).json().id).toBe(session.id);
    for (const [{ address }, role] of [
      [olga, 'operator'],
      [vera, 'viewer'],
    ] as const)
      expect((await (await world.signIn(address)).page.call('GET', '/api/v1/session')).json().role).toBe(
        role,
      );
  });

  it('stand in the audit trail: who came, through whom, and what became of them by that', async () => {
    await world.signIn(vera.address);
    const subject = encodeURIComponent(vera.address);
    const [entry] = await world.audited(`action=session.start&subject=${subject}`);
    expect(entry).toMatchObject({
      actor: { kind: 'person', name: vera.address },
      outcome: 'done',
      detail: `through ${world.server.issuer}`,
    });
    expect(await world.audited(`action=person.create&subject=${subject}`)).toEqual([
      expect.objectContaining({
        actor: { kind: 'service' },
        changes: [{ field: '/role', to: 'viewer' }],
      }),
    ]);
  });

  it('are known by issuer and subject: a name that somebody has gives nothing of theirs', async () => {
    const { page } = await world.signIn('admin');
    expect((await page.call('GET', '/api/v1/session')).json()).toMatchObject({
      name: 'admin-2',
      role: 'viewer',
    });
    namesake.claims.preferred_username = ada.address;
    namesake.claims.email = ada.address;
    const renamed = await world.signIn('admin');
    expect((await renamed.page.call('GET', '/api/v1/session')).json()).toMatchObject({ name: 'admin-2' });
  });

  it('have the role of their claims anew at every sign-in; another one ends the sessions of before', async () => {
    const before = await world.signIn(olga.address);
    expect(await before.page.status()).toBe(200);
    olga.claims.groups = ['staff'];
    // Nobody tells us: until they come again it is as it was.
    expect(await before.page.status()).toBe(200);
    const after = await world.signIn(olga.address);
    expect((await after.page.call('GET', '/api/v1/session')).json().role).toBe('viewer');
    expect([await before.page.status(), await after.page.status()]).toEqual([401, 200]);
    const [entry] = await world.audited('action=person.update');
    expect(entry).toMatchObject({ changes: [{ field: '/role', from: 'operator', to: 'viewer' }] });
  });

  it('have the role that their claims give when they come back, not when they left', async () => {
    olga.claims.groups = ['mail-admins'];
    const page = browser(world.harness);
    const authorizationUrl = await world.begin(page);
    olga.claims.groups = ['mail-operators'];
    await world.finish(page, await world.back(authorizationUrl, olga.address));
    expect((await page.call('GET', '/api/v1/session')).json().role).toBe('operator');
  });

  it('are refused without a role, told which claim, and lose the sessions they had', async () => {
    const { answer } = await world.signIn(nora.address);
    expect([answer.statusCode, problemOn(answer)]).toEqual([403, 'openid-no-role']);
    expect(answer.body).toContain('groups: canteen');
    expect(answer.body).toContain(nora.address);
    expect(answer.body).toContain('href="/sign-in"');
    expect(answer.cookies.map(({ name }) => name)).not.toContain('mailgrant_session');
    expect(await named(nora.address)).toBeUndefined();
    const [entry] = await world.audited('outcome=refused&action=session.start');
    expect(entry).toMatchObject({ problem: 'openid-no-role', subject: { name: nora.address } });

    const { page } = await world.signIn(lost.address);
    lost.claims.groups = [];
    expect(problemOn((await world.signIn(lost.address)).answer)).toBe('openid-no-role');
    expect(await page.status()).toBe(401);
    delete lost.claims.groups;
    const { answer: without } = await world.signIn(lost.address);
    expect(without.body).toContain('groups: none');
  });

  it('who are disabled or deleted stay out, also in the middle of a sign-in, until an admin says otherwise', async () => {
    const { page, answer } = await world.signIn(vera.address);
    expect(answer.statusCode).toBe(303);
    const { id = '' } = (await named(vera.address)) ?? {};
    const underWay = browser(world.harness);
    const back = await world.back(await world.begin(underWay), vera.address);
    expect((await change('PATCH', id, { disabled: true })).statusCode).toBe(200);
    expect(await page.status()).toBe(401);
    expect(problemOn(await world.finish(underWay, back))).toBe('person-disabled');
    expect(problemOn((await world.signIn(vera.address)).answer)).toBe('person-disabled');
    await change('PATCH', id, { disabled: false });
    expect((await world.signIn(vera.address)).answer.statusCode).toBe(303);

    const late = await world.back(await world.begin(underWay), vera.address);
    expect((await change('DELETE', id)).statusCode).toBe(204);
    expect(problemOn(await world.finish(underWay, late))).toBe('person-removed');
    const { answer: removed } = await world.signIn(vera.address);
    expect([removed.statusCode, problemOn(removed)]).toEqual([403, 'person-removed']);
    expect(removed.body).toContain(`mailgrant people let-back ${id}`);
    expect(await named(vera.address)).toBeUndefined();

    const list = () => world.harness.call('GET', '/api/v1/people/removed');
    expect((await list()).json().items).toEqual([
      expect.objectContaining({ id, name: vera.address, subject: vera.sub, issuer: world.server.issuer }),
    ]);
    const letBack = () => world.harness.call('DELETE', `/api/v1/people/removed/${id}`);
    expect([(await letBack()).statusCode, (await letBack()).statusCode]).toEqual([204, 404]);
    expect((await list()).json().items).toEqual([]);
    expect((await world.signIn(vera.address)).answer.statusCode).toBe(303);
    expect((await named(vera.address))?.id).not.toBe(id);
  });

  it('come for the first time in two tabs at once and are one person', async () => {
    const { id = '' } = (await named('admin-2')) ?? {};
    await change('DELETE', id);
    await world.harness.call('DELETE', `/api/v1/people/removed/${id}`);
    const tabs = await Promise.all(
      [browser(world.harness), browser(world.harness)].map(async (page) => ({
        page,
        back: await world.back(await world.begin(page), 'admin'),
      })),
    );
    const answers = await Promise.all(tabs.map(({ page, back }) => world.finish(page, back)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    const sessions = await Promise.all(tabs.map(({ page }) => page.call('GET', '/api/v1/session')));
    expect(new Set(sessions.map((each) => each.json().id)).size).toBe(1);
  });

  it('cannot be given a password, so that whom the company lets go has no other way in', async () => {
    const { page } = await world.signIn(ada.address);
    const { id = '' } = (await named(ada.address)) ?? {};
    const invited = await world.harness.call('POST', `/api/v1/people/${id}/invite`);
    expect([invited.statusCode, invited.json().code]).toEqual([409, 'signs-in-through-openid']);
    const own = { oldPassword: PASSWORD, newPassword: 'green kettle on the stove' };
    expect((await page.call('POST', '/api/v1/session/password', own)).json().code).toBe(
      'signs-in-through-openid',
    );
    const account = await page.call('GET', '/password');
    expect(account.body).toContain('Sign out everywhere');
    expect(account.body).not.toContain('name="old"');
    expect((await page.submit('/sign-out-everywhere', {})).statusCode).toBe(303);
    expect(await page.status()).toBe(401);
  });

  it('do not take the last admin away by their claims', async () => {
    const first = await world.signIn(demoted.address);
    const others = (await world.people()).filter(
      ({ name, role }) => role === 'admin' && name !== demoted.address,
    );
    for (const { id } of others) expect((await change('DELETE', id)).statusCode).toBe(204);
    demoted.claims.groups = ['staff'];
    const { answer } = await world.signIn(demoted.address);
    expect([answer.statusCode, problemOn(answer)]).toEqual([409, 'last-admin']);
    expect(await named(demoted.address)).toMatchObject({ role: 'admin' });
    expect(await first.page.status()).toBe(200);
    await newPerson(world.harness, { name: 'another-admin', role: 'admin' });
    expect((await world.signIn(demoted.address)).answer.statusCode).toBe(303);
    expect(await named(demoted.address)).toMatchObject({ role: 'viewer' });
    expect(await first.page.status()).toBe(401);
  });

  it('leave no code, state, nonce, token or secret of theirs behind', async () => {
    const page = browser(world.harness);
    const seen: string[] = [];
    world.tamper.with = async (url, response) => {
      if (!url.endsWith('/token')) return response;
      const { access_token: access, id_token: id } = (await response.clone().json()) as Record<
        string,
        string
      >;
      seen.push(access ?? '', id ?? '');
      return response;
    };
    const authorizationUrl = await world.begin(page);
    const sealed = await everythingStored(world.harness);
    const back = await world.back(authorizationUrl, olga.address);
    expect((await world.finish(page, back)).statusCode).toBe(303);
    world.tamper.with = (_url, response) => response;
    const of = ({ searchParams }: URL, name: string): string => searchParams.get(name) ?? '';
    const secrets = [of(authorizationUrl, 'state'), of(authorizationUrl, 'nonce'), of(back, 'code'), ...seen];
    expect(secrets.filter((each) => each.length > 20)).toHaveLength(5);
    const everything = sealed + (await everythingStored(world.harness)) + JSON.stringify(world.harness.lines);
    for (const secret of [...secrets, world.server.client.clientSecret])
      expect(everything).not.toContain(secret);
  });
});

describe('a company whose people have no passwords', () => {
  const ada = user('ada', 'mail-admins');
  const vera = user('vera', 'staff');
  let world: OpenIdWorld;
  beforeAll(async () => {
    world = await openOpenIdWorld({
      ...{ users: [ada, vera], clock, adminPassword: null, isPasswordSignInOff: true },
    });
  });
  afterAll(() => world.stop());

  it('is set up by its first admin, and by nobody of a lesser role', async () => {
    expect(setUpLink(world.harness)).toBe('');
    const { answer } = await world.signIn(vera.address);
    expect([answer.statusCode, problemOn(answer)]).toEqual([409, 'not-set-up-yet']);
    expect(await world.people()).toEqual([]);
    expect((await world.signIn(ada.address)).answer.statusCode).toBe(303);
    expect((await world.signIn(vera.address)).answer.statusCode).toBe(303);
  });

  it('signs nobody in by password, and its API key all the same', async () => {
    const page = browser(world.harness);
    const { body } = await page.call('GET', '/sign-in');
    expect(body).not.toContain('name="name"');
    expect(body).toContain('An API key with the scope admin');
    const refused = await page.submit('/sign-in', { name: 'ada', secret: PASSWORD });
    expect([refused.statusCode, refused.body.includes('Nobody has a password here')]).toEqual([403, true]);
    for (let count = 0; count < 8; count += 1)
      expect((await page.signIn('ada', PASSWORD)).json().code).toBe('password-sign-in-off');
    const invited = await world.harness.call('POST', '/api/v1/people', {
      payload: { name: 'by-password', role: 'viewer' },
    });
    expect(invited.json().code).toBe('password-sign-in-off');
    const key = String(world.harness.deps.apiKey);
    expect((await page.submit('/sign-in', { secret: key })).statusCode).toBe(303);
    expect(await page.status()).toBe(200);
  });
});

describe('a provider that keeps its claims for userinfo', () => {
  it('is asked there, for the subject of the id_token', async () => {
    const ada = user('ada', 'mail-operators');
    const world = await openOpenIdWorld({ users: [ada], clock, claimsAtUserinfoOnly: true });
    const { page } = await world.signIn(ada.address);
    expect((await page.call('GET', '/api/v1/session')).json()).toMatchObject({
      name: ada.address,
      role: 'operator',
    });
    world.tamper.with = async (url, response) =>
      url.endsWith('/me')
        ? Response.json({ ...((await response.json()) as object), sub: 'sub-of-the-boss' })
        : response;
    const { answer } = await world.signIn(ada.address);
    expect([answer.statusCode, problemOn(answer)]).toEqual([400, 'openid-answer-invalid']);
    world.tamper.with = (url, response) =>
      url.endsWith('/me') ? new Response('<html>', { status: 503 }) : response;
    const { answer: silent } = await world.signIn(ada.address);
    expect([silent.statusCode, problemOn(silent)]).toEqual([503, 'openid-unreachable']);
    await world.stop();
  });
});

describe('a service that nobody has set up', () => {
  it('is set up by an admin of the company as well, and its set-up link is over then', async () => {
    const ada = user('ada', 'mail-admins');
    const world = await openOpenIdWorld({ users: [ada], clock, adminPassword: null });
    const token = tokenOf(setUpLink(world.harness));
    expect(token).not.toBe('');
    expect((await world.signIn(ada.address)).answer.statusCode).toBe(303);
    expect((await browser(world.harness).call('GET', `/setup?link=${token}`)).statusCode).toBe(409);
    await world.stop();
  });
});
