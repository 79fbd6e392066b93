/**
 * The ten causes people lose an afternoon to (EXCHANGE-ONLINE.md §7): a server behaves so, and the API and the callback
 * page say what it is, whose it is, and what to do, with the values filled in.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const PATIENCE = { timeout: 40_000, interval: 50 };
const DOMAIN = 'sandbox.example';
const NAMES = ['ann', 'ben', 'cid', 'dee', 'eve', 'fay', 'gus', 'hal', 'ivy', 'joe', 'kim'] as const;
type Name = (typeof NAMES)[number];
/** Each account's UPN differs from its address. */
const upn = (name: Name): string => `${name}.upn@${DOMAIN}`;
const address = (name: Name): string => `${name}@${DOMAIN}`;

interface ShownProblem {
  code: string;
  owner: string;
  verdict: string;
  title: string;
  detail: string;
  next: string;
  serverWords?: string;
}

let world: ServiceWorld;
let inbox: string;
let adminConsent: string;

beforeAll(async () => {
  const users = NAMES.map((name) => ({ upn: upn(name), mail: address(name) }));
  world = await openServiceWorld({ tenant: { users, domain: DOMAIN } });
  await world.start();
  inbox = path.join(world.directory, 'inbox');
  await mkdir(inbox);
  adminConsent = `https://login.microsoftonline.com/${world.tenant.tenantId}/v2.0/adminconsent?client_id=`;
});
afterEach(() => world.tenant.misbehave.clear());
afterAll(() => world.close());

const api = <Body = Shown>(method: string, where: string, body?: unknown): Promise<Body> =>
  world.service.api<Body>(method, where, body);

/** An application of its own, so that what stops it stops nobody else. */
async function application(name: string, settings: object = {}): Promise<Shown & { clientId: string }> {
  const { tenant } = world;
  const clientId = `client-of-${name.replaceAll(' ', '-')}`;
  tenant.clients.add({ clientId, clientSecret: tenant.clientSecret });
  const created = await api('POST', '/applications', {
    name,
    provider: 'exchange-online',
    tenant: tenant.tenantId,
    issuer: tenant.issuer,
    authUrl: tenant.authUrl,
    accessTokenUrl: tenant.accessTokenUrl,
    clientId,
    clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
    ...settings,
  });
  return { ...created, clientId };
}

async function connection(name: Name, of: Shown, settings: object = {}): Promise<string> {
  const { imap, smtp } = world.tenant;
  const { id } = await api('POST', '/connections', {
    name: `Mail of ${name}`,
    application: of.id,
    user: address(name),
    imap: { host: imap.host, port: imap.port, tlsType: imap.tlsType },
    smtp: { host: smtp.host, port: smtp.port, tlsType: smtp.tlsType },
    ...settings,
  });
  return id;
}

/** @returns the id of a connection that is signed in */
async function signedIn(name: Name, of: Shown, settings: object = {}): Promise<string> {
  const id = await connection(name, of, settings);
  const { status, text } = await world.signIn(id, upn(name));
  expect(status, text).toBe(200);
  return id;
}

const receiver = async (of: string): Promise<string> => {
  const destination = { type: 'directory', path: inbox };
  return (await world.createConnector('email-receive', of, { schedule: { every: '1s' }, destination })).id;
};
const sender = async (of: string): Promise<string> => (await world.createConnector('email-send', of)).id;
const refresh = (id: string) => world.service.call<ShownProblem>('POST', `/connections/${id}/refresh`);
const healthProblem = async (connector: string): Promise<ShownProblem | null> =>
  (await api<{ health: { problem: ShownProblem | null } }>('GET', `/connectors/${connector}`)).health.problem;
const connectionProblem = async (id: string): Promise<ShownProblem | null> =>
  (await api<{ problem: ShownProblem | null }>('GET', `/connections/${id}`)).problem;
const becomes = async (read: () => Promise<ShownProblem | null>, code: string): Promise<ShownProblem> =>
  vi.waitFor(async () => {
    const found = await read();
    expect(found?.code).toBe(code);
    return found as ShownProblem;
  }, PATIENCE);

/** Sends one message, which cannot go. @returns the problem that the message shows */
async function heldMessage(connector: string, code: string): Promise<ShownProblem> {
  const { id } = await world.send(connector, { to: address('kim'), subject: code });
  return becomes(
    async () => (await api<{ problem: ShownProblem | null }>('GET', `/messages/${id}`)).problem,
    code,
  );
}

const pageText = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');

/** What is said, and whose it is; every value of it filled in. */
function expectSaid(found: ShownProblem, owner: string, ...said: (string | RegExp)[]): void {
  expect(found.owner).toBe(owner);
  const whole = `${found.title} ${found.detail} ${found.next}`;
  for (const each of said) expect(whole).toMatch(each);
  expect(whole).not.toMatch(/[{}‹›]|undefined/);
}

const OWNERS: Record<string, string> = {
  user: 'you, or whoever owns the mailbox',
  'tenant-admin': 'an administrator of the tenant',
  'service-admin': 'the administrator of this service',
};

/** The callback page of a sign-in that is refused. */
async function expectPage(id: string, as: Name, code: string, owner: string, ...said: (string | RegExp)[]) {
  const { status, text } = await world.signIn(id, upn(as));
  expect(status).toBeGreaterThanOrEqual(400);
  const shown = pageText(text);
  expect(shown).toContain(`Problem ${code} , request`);
  expect(shown).toContain(`Whose it is to fix: ${OWNERS[owner]}`);
  expect(shown).toContain('What to do next:');
  for (const each of said) expect(shown).toMatch(each);
  expect(shown).not.toMatch(/[{}‹›]/);
}

it('1: the token is for Graph', async () => {
  const outlook = /https:\/\/outlook\.office\.com\/IMAP\.AccessAsUser\.All/;
  const app = await application('one');
  const id = await signedIn('ann', app);
  const fault = { kind: 'for-graph', user: address('ann') } as const;
  world.tenant.misbehave.token({ ...fault, grantType: 'refresh_token' });
  await refresh(id);
  const beforehand = await heldMessage(await sender(id), 'grant-for-graph');
  expectSaid(beforehand, 'service-admin', /https:\/\/graph\.microsoft\.com\/SMTP\.Send/, outlook);

  // Where no preset knows what a mail server wants, the server's own refusal tells.
  const custom = await application('one custom', { provider: 'custom', tenant: undefined });
  const other = await signedIn('ann', custom, { user: upn('ann'), scope: world.tenant.defaultScope });
  await refresh(other);
  const receives = await receiver(other);
  const byImap = await becomes(() => healthProblem(receives), 'grant-for-graph');
  const bySmtp = await heldMessage(await sender(other), 'grant-for-graph');
  expect(byImap.serverWords).toBe('AUTHENTICATE failed.');
  expect(bySmtp.serverWords).toMatch(/^535 5\.7\.3/);
  for (const found of [byImap, bySmtp]) expectSaid(found, 'service-admin', outlook, upn('ann'));

  world.tenant.misbehave.token(fault);
  await expectPage(id, 'ann', 'scope-for-graph', 'service-admin', outlook, /Nothing was stored/);
});

it('2: SMTP AUTH is off for the tenant, or for the mailbox', async () => {
  const app = await application('two');
  const id = await signedIn('ben', app);
  const sends = await sender(id);
  const cmdlet = `Set-CASMailbox -Identity '${address('ben')}' -SmtpClientAuthenticationDisabled $false`;
  for (const [of, code] of [
    ['Tenant', 'smtp-auth-disabled-tenant'],
    ['Mailbox', 'smtp-auth-disabled-mailbox'],
  ] as const) {
    const words = `535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the ${of}.`;
    world.tenant.misbehave.clear();
    world.tenant.misbehave.smtp({ stage: 'auth', reply: words, user: address('ben') });
    const { id: message } = await world.send(sends, { to: address('kim'), subject: of });
    await api('POST', `/messages/${message}/retry`).catch(() => undefined);
    const shown = () => api<{ status: string; problem: ShownProblem | null }>('GET', `/messages/${message}`);
    const found = await becomes(async () => (await shown()).problem, code);
    expect(found.next).toContain(cmdlet);
    expect(found).toMatchObject({ owner: 'tenant-admin', verdict: 'hold', serverWords: words });
    expect((await shown()).status).toBe('held');
    await becomes(() => healthProblem(sends), code);
    await api('POST', `/messages/${message}/cancel`);
    await api('POST', `/connectors/${sends}/reset`).catch(() => undefined);
  }
});

it('3: IMAP works and SMTP wants the UPN', async () => {
  const app = await application('three');
  // A server that names the address where the UPN belongs.
  world.tenant.misbehave.token({
    kind: 'claims',
    claims: { preferred_username: address('cid') },
    user: address('cid'),
  });
  const id = await signedIn('cid', app);
  const receives = await receiver(id);
  await vi.waitFor(
    async () =>
      expect(
        (await api<{ health: { lastSuccessAt: string | null } }>('GET', `/connectors/${receives}`)).health
          .lastSuccessAt,
      ).not.toBeNull(),
    PATIENCE,
  );
  const found = await heldMessage(await sender(id), 'smtp-wants-upn');
  expect(found).toMatchObject({ verdict: 'hold', serverWords: expect.stringContaining('535 5.7.3') });
  expectSaid(found, 'user', /user principal name/, `User is ${address('cid')}`, /sign in again/);

  // What it says to do does it.
  world.tenant.misbehave.clear();
  const { version } = await api('GET', `/connections/${id}`);
  await world.service.api(
    'PATCH',
    `/connections/${id}`,
    { user: upn('cid') },
    { 'if-match': `"${version}"` },
  );
  expect((await world.signIn(id, upn('cid'))).status).toBe(200);
  const sent = await world.send(await sender(id), { to: address('kim'), subject: 'as the UPN' });
  await vi.waitFor(
    async () => expect((await api('GET', `/messages/${sent.id}`)).status).toBe('sent'),
    PATIENCE,
  );
});

it('4: the connection is set to Basic', async () => {
  const { imap } = world.tenant;
  const { id } = await api('POST', '/connections', {
    name: 'Basic',
    user: address('dee'),
    basic: { password: 'a right password, for all it matters' },
    imap: { host: imap.host, port: imap.port, tlsType: imap.tlsType },
  });
  const connector = await receiver(id);
  const found = await becomes(() => healthProblem(connector), 'imap-basic-disabled');
  expectSaid(
    found,
    'user',
    /set to Basic/,
    `OAuth 2.0: choose an Application for it, and sign in as ${address('dee')}`,
  );
  expect(found.serverWords).toMatch(/failed/);

  // What it says to do does it.
  const app = await application('four');
  const { version } = await api('GET', `/connections/${id}`);
  const toOAuth = { basic: null, application: app.id };
  await world.service.api('PATCH', `/connections/${id}`, toOAuth, { 'if-match': `"${version}"` });
  expect((await world.signIn(id, upn('dee'))).status).toBe(200);
  await vi.waitFor(async () => expect(await healthProblem(connector)).toBeNull(), PATIENCE);
});

it('5: an administrator must consent', async () => {
  const app = await application('five');
  const link = `${adminConsent}${app.clientId}`;
  const id = await connection('eve', app);
  world.tenant.misbehave.authorize({ code: 90094, user: address('eve'), times: 1 });
  await expectPage(id, 'eve', 'admin-consent-required', 'tenant-admin', /Need admin approval/, link);
  world.tenant.misbehave.authorize({ code: 65001, user: address('eve'), times: 1 });
  await expectPage(id, 'eve', 'consent-required', 'user', link);

  expect((await world.signIn(id, upn('eve'))).status).toBe(200);
  world.tenant.misbehave.token({ kind: 'aadsts', code: 65001, user: address('eve') });
  await refresh(id);
  const found = await becomes(() => connectionProblem(id), 'consent-required');
  expectSaid(found, 'user', link, /IMAP\.AccessAsUser\.All/, address('eve'));
});

it('6: Exchange does not let the application into the mailbox', async () => {
  const app = await application('six');
  const id = await connection('fay', app, { grant: 'clientCredentials' });
  expect((await refresh(id)).status).toBe(200);
  const mailbox = `'${address('fay')}'`;
  const cmdlets = [
    `New-ServicePrincipal -AppId '${app.clientId}' -ObjectId OBJECT-ID`,
    `Add-MailboxPermission -Identity ${mailbox} -User OBJECT-ID -AccessRights FullAccess`,
    `Add-RecipientPermission ${mailbox} -Trustee OBJECT-ID -AccessRights SendAs`,
  ];
  const receives = await receiver(id);
  const byImap = await becomes(() => healthProblem(receives), 'app-only-refused');
  const bySmtp = await heldMessage(await sender(id), 'app-only-refused');
  expect(byImap.serverWords).toContain('LogonDenied');
  expect(bySmtp.serverWords).toMatch(/^535 5\.7\.3/);

  // A service principal that has no permission on the mailbox.
  world.tenant.servicePrincipals.add(app.clientId);
  const again = await receiver(id);
  const unpermitted = await becomes(() => healthProblem(again), 'app-only-refused');
  expect(unpermitted.serverWords).toContain('authenticated but not connected');
  for (const found of [byImap, bySmtp, unpermitted]) {
    expectSaid(found, 'tenant-admin', ...cmdlets, /Enterprise applications/);
    expect(found.verdict).toBe('hold');
  }
});

it('7: signed in as A, and the mailbox is B', async () => {
  const app = await application('seven');
  const id = await signedIn('gus', app);
  world.tenant.misbehave.imap({ kind: 'not-connected', user: address('gus') });
  const connector = await receiver(id);
  const found = await becomes(() => healthProblem(connector), 'mailbox-not-connected');
  expectSaid(
    found,
    'user',
    `${upn('gus')} cannot open the mailbox ${address('gus')}`,
    `sign in as ${address('gus')} itself`,
  );
  expect(found).toMatchObject({
    verdict: 'hold',
    serverWords: expect.stringContaining('authenticated but not connected'),
  });
});

it.each([
  ['the client secret expired', 7000222, 'client-secret-expired', { expired: true }],
  ['its id was pasted', 7000215, 'client-secret-wrong', { secret: 'another one' }],
] as const)('8: %s, and which connections it stops', async (_what, number, code, change) => {
  const app = await application(`eight ${number}`);
  const first = await signedIn('hal', app);
  const second = await signedIn('kim', app);
  world.tenant.misbehave.clientSecret({ clientId: app.clientId, ...change });
  expect((await refresh(first)).body).toMatchObject({ code, owner: 'service-admin' });
  for (const id of [first, second]) {
    const found = await becomes(() => connectionProblem(id), code);
    expectSaid(
      found,
      'service-admin',
      /stops 2 connections: /,
      /“Mail of hal”/,
      /“Mail of kim”/,
      app.clientId,
    );
    expect(found.next).toMatch(/Value \(not the Secret ID\).*resumes without a new sign-in/);
  }
  const third = await connection('ivy', app);
  await expectPage(third, 'ivy', code, 'service-admin', /stops 3 connections/, /Secret ID/);
});

it.each([
  [700082, 'grant-unused', 'user', /does not recur/],
  [50173, 'grant-revoked', 'user', /recurs only when/],
  [70043, 'sign-in-frequency', 'tenant-admin', /will recur/],
] as const)('9: %s ends a grant that had worked', async (number, code, owner, recurs) => {
  const app = await application(`nine ${number}`);
  const id = await signedIn('joe', app);
  expect((await refresh(id)).status).toBe(200);
  world.tenant.misbehave.token({ kind: 'aadsts', code: number, user: address('joe') });
  expect((await refresh(id)).body).toMatchObject({ code, owner });
  const found = await becomes(() => connectionProblem(id), code);
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;
  const history = new RegExp(`Signed in ${time}, last token ${time}, it held for `);
  expectSaid(found, owner, history, recurs, address('joe'));
  expect(found.next).toMatch(new RegExp(`[Ss]ign in again as ${address('joe')}`));
});

it.each([
  [50194, 'tenant-for-many', /Directory \(tenant\) ID/],
  [700016, 'application-not-found', /Application \(client\) ID/],
  [90002, 'tenant-not-found', /Directory \(tenant\) ID/],
] as const)('10: %s, the tenant or the application is wrong', async (number, code, said) => {
  const app = await application(`ten ${number}`);
  const id = await signedIn('ivy', app);
  world.tenant.misbehave.token({ kind: 'aadsts', code: number, user: address('ivy') });
  await expectPage(id, 'ivy', code, 'service-admin', said);
  expect((await refresh(id)).body).toMatchObject({ code, owner: 'service-admin' });
  const found = await becomes(() => connectionProblem(id), code);
  expectSaid(found, 'service-admin', said, `ten ${number}`, /stops one connection: “Mail of ivy”/);
  expect(`${found.detail} ${found.next}`).toContain(number === 700016 ? app.clientId : world.tenant.tenantId);
});
