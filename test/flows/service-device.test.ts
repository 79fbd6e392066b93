/** Device codes, app-only and pasted tokens at the service as a process, from the command line, and through a kill -9. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { API_KEY } from '../servers/service.js';
import { ALICE, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';
const PATIENCE = { timeout: 60_000, interval: 100 };

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

let world: ServiceWorld;
let application: Shown;

beforeAll(async () => {
  world = await openServiceWorld();
  world.tenant.deviceCodes.settings.intervalSeconds = 1;
  await world.start();
  application = await world.createApplication();
});
afterAll(() => world.close());

/** @param input of standard input */
function mailgrant(words: string[], input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [ENTRY, ...words], {
    cwd: world.directory,
    env: { PATH: process.env.PATH, MAILGRANT_URL: world.service.url, MAILGRANT_API_KEY: API_KEY },
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

const enter = (userCode: string, choice: Record<string, string>): Promise<Response> =>
  fetch(`${world.tenant.origin}/devicelogin`, {
    method: 'POST',
    body: new URLSearchParams({ user_code: userCode, ...choice }),
  });

const polls = (): number =>
  world.tenant.authorization.log.filter(({ grantType }) => grantType === GRANT_TYPE).length;

const status = async (id: string): Promise<string> =>
  (await world.service.api<Shown>('GET', `/connections/${id}`)).status;

it('goes on with a device sign-in that a kill -9 met in the middle of a poll', async () => {
  const { id } = await world.createConnection(application.id, ALICE);
  const { code, out } = await mailgrant(['connections', 'device', id, '--no-wait']);
  expect(code).toBe(0);
  const userCode = /^ {4}([A-Z]{9})$/m.exec(out)?.[1] ?? '';
  expect(out).toContain(`${world.tenant.origin}/devicelogin`);

  const never = new Promise<void>(() => {});
  world.tenant.misbehave.token({ kind: 'hold', until: never, times: 1 });
  const before = polls();
  await expect.poll(polls, PATIENCE).toBeGreaterThan(before);
  await world.service.kill();
  await enter(userCode, { as: ALICE });
  await world.start();
  await expect.poll(() => status(id), PATIENCE).toBe('authorized');
  const told = await mailgrant(['connections', 'device', id, '--status']);
  expect(told).toMatchObject({ code: 0, out: expect.stringContaining(`${ALICE} is signed in`) });
});

it('waits in the terminal, and says why when it was declined', async () => {
  const { id } = await world.createConnection(application.id, ALICE);
  const waiting = mailgrant(['connections', 'device', id]);
  const userCode = await expect
    .poll(async () => {
      const found = await world.service.call<{ userCode?: string }>('GET', `/connections/${id}/device`);
      return found.body.userCode ?? '';
    }, PATIENCE)
    .toMatch(/^[A-Z]{9}$/)
    .then(() => world.service.api<{ userCode: string }>('GET', `/connections/${id}/device`));
  await enter(userCode.userCode, { decline: 'yes' });
  const { code, out, err } = await waiting;
  expect([code, `${out}${err}`]).toEqual([1, expect.stringContaining('The device sign-in was declined')]);
});

it('takes an app-only connection from its cmdlets to mail that is delivered', async () => {
  const { tenant } = world;
  const { imap, smtp } = tenant;
  const created = await mailgrant([
    ...['connections', 'create', '--json', '--application', application.id, '--user', ALICE],
    ...['--grant', 'clientCredentials', '--scope', 'https://outlook.office365.com/.default'],
    ...['--imap', `${imap.host}:${imap.port}`, '--imap-tls-type', 'None'],
    ...['--smtp', `${smtp.host}:${smtp.port}`, '--smtp-tls-type', 'None'],
  ]);
  expect(created).toMatchObject({ code: 0, err: '' });
  const { id } = JSON.parse(created.out) as Shown;
  const setup = await mailgrant(['connections', 'app-only-setup', id]);
  for (const part of [
    'New-ServicePrincipal',
    'Add-MailboxPermission',
    'Add-RecipientPermission',
    tenant.clientId,
    ALICE,
  ])
    expect(setup.out).toContain(part);
  expect(setup.out).toContain('not App registrations');

  const refused = await mailgrant(['connections', 'authorize', id]);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('app-only')]);
  expect((await mailgrant(['connections', 'refresh', id])).code).toBe(0);

  const inbox = path.join(world.directory, 'app-only-inbox');
  await mkdir(inbox);
  tenant.deliver(ALICE, { subject: 'For the application' });
  const receiver = await world.createConnector('email-receive', id, {
    startFrom: 'all',
    schedule: { every: '1s' },
    destination: { type: 'directory', path: inbox },
  });
  const health = async () =>
    (
      await world.service.api<{ health: { problem: { code: string } | null } }>(
        'GET',
        `/connectors/${receiver.id}`,
      )
    ).health.problem?.code;
  await expect.poll(health, PATIENCE).toBe('app-only-refused');
  tenant.servicePrincipals.add(tenant.clientId);
  await mailgrant(['connectors', 'run', receiver.id]);
  tenant.servicePrincipals.add(tenant.clientId, ALICE);
  await mailgrant(['connectors', 'run', receiver.id]);
  await expect.poll(async () => (await readdir(inbox)).length, PATIENCE).toBeGreaterThan(0);

  const sender = await world.createConnector('email-send', id);
  const { id: message } = await world.send(sender.id, {
    to: 'x@example.test',
    subject: 'By the application',
  });
  await expect
    .poll(async () => (await world.service.api<Shown>('GET', `/messages/${message}`)).status, PATIENCE)
    .toBe('sent');
  const foreign = await world.service.call<{ code: string }>('POST', `/connectors/${sender.id}/messages`, {
    ...{ to: 'x@example.test', subject: 'x', text: 'x' },
    from: 'bob@sandbox.example',
  });
  expect(foreign.body.code).toBe('from-mismatch');
});

it('takes pasted tokens from a file or standard input, never from the command line', async () => {
  const { id } = await world.createConnection(application.id, ALICE);
  await world.service.api('PATCH', `/connections/${id}`, { tokenMode: 'off' }, { 'if-match': '"1"' });
  const { accessToken, refreshToken = '' } = await world.tenant.issueTokens(ALICE);
  const taken = await mailgrant(['connections', 'tokens', id, '--access-token-file', '-'], accessToken);
  expect([taken.code, taken.out]).toEqual([0, expect.stringContaining('whose it is was not proved')]);
  const file = path.join(world.directory, 'refresh-token');
  await writeFile(file, refreshToken, { mode: 0o600 });
  const off = await mailgrant(['connections', 'tokens', id, '--refresh-token-file', file]);
  expect([off.code, off.err]).toEqual([1, expect.stringContaining('Token Mode is off')]);
  const changed = await mailgrant(['connections', 'update', id, '--token-mode', 'refresh']);
  expect(changed.code).toBe(0);
  const proved = await mailgrant(['connections', 'tokens', id, '--refresh-token-file', file, '--json']);
  expect(JSON.parse(proved.out)).toMatchObject({ identity: 'proved', authenticatedUser: ALICE });
  for (const secret of [accessToken, refreshToken]) expect(world.output()).not.toContain(secret);
  expect((await mailgrant(['connections', 'tokens', id])).code).toBe(2);
});

it('prints the admin-consent link, and says where there is none', async () => {
  const none = await mailgrant(['applications', 'admin-consent', application.id]);
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('admin-consent')]);
  const { tenant } = world;
  const entra = await world.service.api<Shown>('POST', '/applications', {
    name: 'Entra',
    provider: 'exchange-online',
    tenant: 'common',
    clientId: tenant.clientId,
    clientAuth: { method: 'none' },
  });
  const link = async (...options: string[]) => {
    const { code, out, err } = await mailgrant(['applications', 'admin-consent', entra.id, ...options]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return new URL(out.trim());
  };
  expect((await link()).pathname).toBe('/organizations/v2.0/adminconsent');
  expect((await link()).searchParams.get('scope')).toContain('/IMAP.AccessAsUser.All');
  expect((await link('--app-only')).searchParams.get('scope')).toBe('https://outlook.office365.com/.default');
  const back = await fetch(
    `${world.service.url}/oauth/callback?admin_consent=True&tenant=x&state=admin-consent`,
  );
  expect(back.status).toBe(200);
});
