/** The command line against the service as a process: the whole path of a new user, and what it says when something is wrong. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../servers/free-port.js';
import { API_KEY } from '../servers/service.js';
import { ALICE, BOB, MALLORY, openServiceWorld, type ServiceWorld } from './service-world.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const PATIENCE = { timeout: 30_000, interval: 50 };

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Started {
  /** Everything on stdout so far. */
  out(): string;
  readonly ended: Promise<Ended>;
}

let world: ServiceWorld;
let secretFile: string;

beforeAll(async () => {
  world = await openServiceWorld();
  await world.start();
  secretFile = path.join(world.directory, 'client-secret');
  await writeFile(secretFile, `${world.tenant.clientSecret}\n`, { mode: 0o600 });
  await mkdir(path.join(world.directory, 'inbox'));
});
afterAll(() => world.close());

/** @param environment over that of a user who has the right key; `undefined` takes a variable away */
function start(words: string[], environment: Record<string, string | undefined> = {}, input = ''): Started {
  const env = { PATH: process.env.PATH, MAILGRANT_URL: world.service.url, MAILGRANT_API_KEY: API_KEY };
  const child = spawn(process.execPath, [ENTRY, ...words], {
    cwd: world.directory,
    env: Object.fromEntries(
      Object.entries({ ...env, ...environment }).filter(([, value]) => value !== undefined),
    ),
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return {
    out: () => out,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))),
  };
}
const mailgrant = (...words: string[]): Promise<Ended> => start(words).ended;

/** @throws the texts of a command that does not end with 0 */
async function json<Body = { id: string; version: number; status: string }>(
  ...words: string[]
): Promise<Body> {
  const { code, out, err } = await mailgrant(...words, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Body;
}

const connectionOptions = (user: string): string[] => {
  const { imap, smtp, defaultScope } = world.tenant;
  return [
    ...['--user', user, '--scope', defaultScope],
    ...['--imap', `${imap.host}:${imap.port}`, '--imap-tls-type', 'None'],
    ...['--smtp', `${smtp.host}:${smtp.port}`, '--smtp-tls-type', 'None'],
  ];
};

const applicationOptions = (): string[] => [
  ...['--name', 'Sandbox app', '--provider', 'custom', '--issuer', world.tenant.issuer],
  ...['--client-id', world.tenant.clientId, '--client-secret-file', secretFile],
];

/** `connections authorize --listen` in the background, walked by somebody. @returns the page and how the command ended */
async function signInListening(
  connection: string,
  as: string,
): Promise<{ page: Response; text: string; ended: Ended }> {
  const waiting = start(['connections', 'authorize', connection, '--listen']);
  const url = await vi.waitFor(() => {
    const found = /^http\S+$/m.exec(waiting.out())?.[0];
    if (found === undefined || !waiting.out().includes('Waiting'))
      throw new Error(`no URL yet: ${waiting.out()}`);
    return found;
  }, PATIENCE);
  const redirected = await world.tenant.signIn(url, { as });
  const stranger = new URL(redirected);
  stranger.searchParams.set('state', 'made-up');
  expect((await fetch(stranger)).status).toBe(400);
  const page = await fetch(redirected);
  return { page, text: await page.text(), ended: await waiting.ended };
}

it('walks a new user from the client registration to a message that was sent', async () => {
  const callback = `http://localhost:${await freePort()}`;
  const created = await mailgrant(
    'applications',
    'create',
    ...applicationOptions(),
    '--callback-url',
    callback,
  );
  expect(created).toMatchObject({ code: 0, err: '' });
  expect(created.out).toContain(`Register this Callback URL at the provider: ${callback}`);
  expect(created.out).not.toContain(world.tenant.clientSecret);
  const application = /app_[0-9a-f]{32}/.exec(created.out)?.[0] ?? '';
  const alice = await json(
    'connections',
    'create',
    '--application',
    application,
    ...connectionOptions(ALICE),
  );
  expect(alice.status).toBe('unauthorized');

  const asMallory = await signInListening(alice.id, MALLORY);
  expect(asMallory.page.status).toBe(400);
  expect(asMallory.ended.code).toBe(1);
  for (const said of [asMallory.text, asMallory.ended.err]) {
    expect(said).toContain(ALICE);
    expect(said).toContain(MALLORY);
    expect(said).toContain('What to do next:');
  }
  expect(await json('connections', 'show', alice.id)).toMatchObject({ status: 'unauthorized' });

  const asAlice = await signInListening(alice.id, ALICE);
  expect(asAlice.page.status).toBe(200);
  expect(asAlice.text).toContain('Success!');
  expect(asAlice.ended).toMatchObject({ code: 0, err: '' });
  expect(asAlice.ended.out).toContain(`Success! ${ALICE} is signed in.`);
  expect((await mailgrant('connections', 'refresh', alice.id)).out).toContain('Refreshed.');

  const sender = await json(
    ...['connectors', 'create', '--type', 'email-send', '--connection', alice.id],
    '--name',
    'Out',
  );
  const attached = path.join(world.directory, 'order.txt');
  await writeFile(attached, 'one, two');
  const sent = await mailgrant(
    ...['messages', 'send', sender.id, '--to', BOB, '--to', MALLORY, '--subject', 'From a terminal'],
    ...['--text', 'Hello.', '--attach', attached, '--idempotency-key', 'order-1'],
  );
  expect(sent).toMatchObject({ code: 0, err: '' });
  const message = /msg_\w+/.exec(sent.out)?.[0] ?? '';
  await vi.waitFor(
    async () => expect(await json('messages', 'show', message)).toMatchObject({ status: 'sent' }),
    PATIENCE,
  );
  const shown = (await mailgrant('messages', 'show', message)).out;
  expect(shown).toMatch(/Transaction log:\n {2}\d{4}-\d\d-\d\d .* UTC {2}queued/);
  expect(shown).toMatch(/sent, attempt 1\n {6}250 /);
  const listed = await mailgrant('messages', 'list', sender.id, '--status', 'sent');
  expect(listed.out).toMatch(new RegExp(`^ID .*STATUS.*\\n${message} .*sent .*From a terminal`));
  expect((await mailgrant('messages', 'list', sender.id, '--status', 'held')).out).toBe(
    'There are no such messages.\n',
  );

  const receiver = await json(
    ...['connectors', 'create', '--type', 'email-receive', '--connection', alice.id, '--name', 'In'],
    ...['--every', '1s', '--start-from', 'all', '--directory', path.join(world.directory, 'inbox')],
    ...['--set', 'filter.subject=Invoice', '--set', 'maxAttempts=5'],
  );
  expect(receiver).toMatchObject({ settings: { filter: { subject: 'Invoice' }, maxAttempts: 5 } });
  expect((await mailgrant('connectors', 'list')).out).toContain('email-receive');
  expect((await mailgrant('status')).out).toMatch(/^The service is ready\./);

  expect((await mailgrant('connections', 'sign-out', alice.id)).code).toBe(0);
  const status = await mailgrant('status');
  expect(status.code).toBe(0);
  expect(status.out).toContain(`Sign in as ${ALICE}: mailgrant connections authorize ${alice.id}`);
});

it('finishes a sign-in from what a browser elsewhere came back with', async () => {
  const application = await json(
    'applications',
    'create',
    ...applicationOptions(),
    '--callback-url',
    'http://localhost:33333',
  );
  const bob = await json('connections', 'create', '--application', application.id, ...connectionOptions(BOB));
  const authorize = () => json<{ authorizationUrl: string }>('connections', 'authorize', bob.id);
  const first = await world.tenant.signIn((await authorize()).authorizationUrl, { as: BOB });
  expect(await json('connections', 'exchange', bob.id, '--redirected-url', first)).toMatchObject({
    status: 'authorized',
  });
  const again = await mailgrant('connections', 'exchange', bob.id, '--redirected-url', first);
  expect(again.code).toBe(1);
  expect(again.err).toContain('What to do next:');
  const second = new URL(await world.tenant.signIn((await authorize()).authorizationUrl, { as: BOB }));
  const code = second.searchParams.get('code') ?? '';
  expect((await mailgrant('connections', 'exchange', bob.id, '--code', code)).out).toContain(
    `Success! ${BOB} is signed in.`,
  );
});

it('takes settings from a file and a secret from standard input, and never a secret as an argument', async () => {
  const settings = path.join(world.directory, 'application.json');
  await writeFile(
    settings,
    JSON.stringify({
      name: 'From a file',
      provider: 'custom',
      issuer: world.tenant.issuer,
      clientId: 'other',
    }),
  );
  const words = ['applications', 'create', '--file', settings, '--client-id', world.tenant.clientId];
  const made = await start([...words, '--client-secret-file', '-', '--json'], {}, world.tenant.clientSecret)
    .ended;
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(made.out)).toMatchObject({ name: 'From a file', clientId: world.tenant.clientId });
  expect(await mailgrant(...words)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--client-secret-file'),
  });
  expect(await mailgrant(...words, '--client-secret', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining("Unknown option '--client-secret'"),
  });
});

it('changes a record at the version it has, and says what to do when somebody else was faster', async () => {
  const made = await json('applications', 'create', ...applicationOptions());
  const change = ['applications', 'update', made.id, '--name'];
  expect(await json(...change, 'Second name')).toMatchObject({ name: 'Second name' });
  const expired = await json(...['applications', 'update', made.id, '--client-secret-expires', '2030-01-31']);
  expect(expired).toMatchObject({ clientAuth: { expiresAt: '2030-01-31' } });
  const late = await mailgrant(...change, 'Third name', '--if-version', String(made.version));
  expect(late.code).toBe(1);
  expect(late.err).toContain('Somebody else changed this application meanwhile');
  expect(late.err).toContain('Look at it again with "show"');
  expect(await mailgrant('applications', 'delete', made.id)).toMatchObject({
    code: 0,
    out: `Deleted ${made.id}.\n`,
  });
  const gone = await mailgrant('applications', 'show', made.id, '--json');
  expect(gone).toMatchObject({ code: 1, err: '' });
  expect(JSON.parse(gone.out)).toMatchObject({ code: 'not-found', status: 404 });
});

it('makes API keys that a later command can use, and that stop working when they are deleted', async () => {
  const { id, key } = await json<{ id: string; key: string }>(
    ...['api-keys', 'create', '--name', 'ci', '--scope', 'read'],
  );
  const keyFile = path.join(world.directory, 'ci-key');
  await writeFile(keyFile, `${key}\n`);
  const asReader = (...words: string[]) =>
    start(words, { MAILGRANT_API_KEY: undefined, MAILGRANT_API_KEY_FILE: keyFile }).ended;
  expect((await asReader('connections', 'list')).code).toBe(0);
  expect(await asReader('api-keys', 'list')).toMatchObject({
    code: 1,
    err: expect.stringContaining('scope "admin"'),
  });
  expect((await mailgrant('api-keys', 'list')).out).toContain(id);
  expect((await mailgrant('api-keys', 'delete', id)).code).toBe(0);
  const refused = await asReader('connections', 'list');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`The key was taken from ${keyFile}`);
  expect(refused.err).not.toContain(key);
});

it('tells a service that is not reached from one that is somebody else', async () => {
  const nobody = await start(['status'], { MAILGRANT_URL: `http://127.0.0.1:${await freePort()}` }).ended;
  expect(nobody).toMatchObject({ code: 3, out: '' });
  expect(nobody.err).toContain('nobody listens there (ECONNREFUSED)');
  const other = await start(['connections', 'list'], { MAILGRANT_URL: world.tenant.origin }).ended;
  expect(other).toMatchObject({ code: 3, err: expect.stringContaining("is not Mailgrant's API") });
});

it('shows its help, and refuses what is no command', async () => {
  const help = await mailgrant('--help');
  expect(help.code).toBe(0);
  expect(help.out).toContain('connections authorize <id>');
  expect(help.out).toContain('[GetOAuthAuthorizationURL]');
  expect((await mailgrant('connections', 'authorize', '--help')).out).toContain('--listen');
  expect(await mailgrant('conections', 'list')).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no command'),
  });
});
