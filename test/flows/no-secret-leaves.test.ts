/**
 * Law 7 over a full run: everything that the service leaves behind where others may read it (Redis, its append-only
 * file, the spool, the log at its most talkative, every answer of the API and of the pages) is searched for every secret
 * that was used. A secret planted in each kind of place shows that the search looks there.
 */
import { appendFile, copyFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { files, redisValues } from '../servers/left-behind.js';
import { createSecretSearch, type Evidence, type Find, type Secret } from '../servers/secret-search.js';
import { API_KEY } from '../servers/service.js';
import { startWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.js';
import { ALICE, BOB, MALLORY, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const PATIENCE = { timeout: 30_000, interval: 50 };
const WRONG_CLIENT_SECRET = 'wrong~Client.Secret/with+signs=and&more';
const PASSWORD = 'Basic "pass\\word" für bob/1+1';
const PASSPHRASE = 'carried "over" in the other pocket: grüße';
/** The one file that holds a secret on purpose. */
const KEY_FILE = 'encryption-key';

let world: ServiceWorld;
let webhook: WebhookReceiver;
let redis: Redis;
/** Whatever the service has answered to anybody. */
const answers: Evidence[] = [];
/** Of the sign-ins; each attempt's, whatever became of it. */
const attempts: Secret[] = [];
const further: Secret[] = [];

beforeAll(async () => {
  [world, webhook] = await Promise.all([
    openServiceWorld({ environment: { MAILGRANT_LOG_LEVEL: 'trace' } }),
    startWebhookReceiver(),
  ]);
  recordAnswers();
  await world.start();
  redis = new Redis(path.join(world.dataDir, 'redis', 'redis.sock'));
});
afterAll(async () => {
  vi.unstubAllGlobals();
  redis?.disconnect();
  await world?.close();
  await webhook?.stop();
});

/** Keeps a copy of each answer of the service, from now on. Set-Cookie is left out: it is for whoever signed in. */
function recordAnswers(): void {
  const straight = globalThis.fetch;
  vi.stubGlobal('fetch', async (...[target, init]: Parameters<typeof fetch>): Promise<Response> => {
    const response = await straight(target, init);
    const { origin, pathname } = new URL(target instanceof Request ? target.url : target);
    if (origin === world.tenant.origin) return response;
    const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
    const where = `answer ${init?.method ?? 'GET'} ${pathname}`;
    answers.push(
      { where, content: JSON.stringify(headers) },
      { where, content: await response.clone().text() },
    );
    return response;
  });
}

/** What is told to whoever asked for it, and to nobody else. */
const isForItsReader = ({ where, secret }: Find): boolean =>
  (/^answer POST .*\/authorize$/.test(where) && secret.startsWith('attempt')) ||
  (where === 'answer POST /api/v1/api-keys' && secret === 'made API key');

async function authorizationUrl(connection: string): Promise<string> {
  const started = await world.service.api<{ authorizationUrl: string }>(
    'POST',
    `/connections/${connection}/authorize`,
  );
  return remembered(started.authorizationUrl);
}

function remembered(url: string): string {
  const { searchParams } = new URL(url);
  for (const name of ['state', 'nonce'])
    attempts.push({ name: `attempt: ${name}`, value: searchParams.get(name)?.split('.').at(-1) ?? '' });
  return url;
}

async function signIn(connection: string, as: string): Promise<number> {
  const { status } = await fetch(await world.tenant.signIn(await authorizationUrl(connection), { as }));
  return status;
}

const newest = (prefix: string): string =>
  world.tenant.authorization
    .secrets()
    .filter((secret) => secret.startsWith(prefix))
    .at(-1) ?? '';
const xoauth2 = (): string =>
  Buffer.from(`user=${ALICE}\u0001auth=Bearer ${newest('eyJ0')}\u0001\u0001`).toString('base64');
const shown = (resource: string): Promise<Shown> => world.service.api<Shown>('GET', resource);
const refresh = (connection: string) => world.service.call('POST', `/connections/${connection}/refresh`);
const becomes = (message: string, status: string): Promise<void> =>
  vi.waitFor(async () => expect((await shown(`/messages/${message}`)).status).toBe(status), PATIENCE);

/** Everything that touches a secret, well and badly; servers that repeat secrets in their words among it. */
async function fullRun(): Promise<void> {
  const { tenant, service } = world;
  const { misbehave } = tenant;
  const application = await world.createApplication();
  const alice = (await world.createConnection(application.id, ALICE)).id;
  const bob = (await world.createConnection(application.id, BOB)).id;

  // Sign-ins: refused, declined, used twice, given up, good.
  expect(await signIn(alice, MALLORY)).toBeGreaterThanOrEqual(400);
  const withdraw = misbehave.authorize({ code: 65004 });
  expect(await signIn(alice, ALICE)).toBeGreaterThanOrEqual(400);
  withdraw();
  const redirected = await tenant.signIn(await authorizationUrl(alice), { as: ALICE });
  expect((await fetch(redirected)).status).toBe(200);
  expect((await fetch(redirected)).status).toBeGreaterThanOrEqual(400);
  await authorizationUrl(bob);
  const byHand = await tenant.signIn(await authorizationUrl(bob), { as: BOB });
  await service.api('POST', `/connections/${bob}/exchange`, { redirectedUrl: byHand });
  expect(await signInOnThePage(alice)).toBe(200);

  // Mail goes round; a webhook that refuses and repeats its secret, a directory.
  const inbox = path.join(world.directory, 'inbox');
  await mkdir(inbox);
  const poll = { startFrom: 'all', schedule: { every: '1s' } };
  const send = (await world.createConnector('email-send', alice, { retryInterval: '1s' })).id;
  const hook = { type: 'webhook', url: webhook.url, secret: webhook.secret };
  await world.createConnector('email-receive', bob, { ...poll, destination: hook });
  await world.createConnector('email-receive', bob, {
    ...poll,
    destination: { type: 'directory', path: inbox },
  });
  const other = await startWebhookReceiver({ refuseWith: `no: ${webhook.secret}` });
  const refusing = await world.createConnector('email-receive', bob, {
    ...poll,
    maxAttempts: 1,
    destination: { ...hook, url: other.url },
  });
  // An alert channel whose receiver repeats the secret, too; it is told of all that goes wrong below.
  const alerts = { name: 'Alerts', type: 'webhook', url: other.url, secret: webhook.secret };
  const channel = await service.api<Shown>('POST', '/alert-channels', alerts);
  expect((await service.call('POST', `/alert-channels/${channel.id}/test`)).status).toBe(502);
  const sendOne = async (subject: string): Promise<string> =>
    (await world.send(send, { to: BOB, subject })).id;
  await becomes(await sendOne('round'), 'sent');
  await vi.waitFor(async () => {
    expect(webhook.deliveries).toHaveLength(1);
    expect(await readdir(inbox)).toHaveLength(1);
    expect(other.unverified).toBeGreaterThan(0);
  }, PATIENCE);

  // Test Connection: well, and where servers repeat what they were sent.
  const tested = async (resource: string): Promise<string> => {
    const accept = { accept: 'application/json' };
    return (await service.api<{ result: string }>('POST', `${resource}/test`, undefined, accept)).result;
  };
  expect(await tested(`/connections/${alice}`)).toBe('ok');
  expect(await tested(`/connectors/${refusing.id}`)).toBe('failed');
  const repeating = { kind: 'answer', command: 'SELECT', text: `NO for ${newest('eyJ0')}` } as const;
  misbehave.imap({ ...repeating, user: ALICE, times: 1 });
  expect(await tested(`/connections/${alice}`)).toBe('failed');
  const repeated = `535 5.7.3 refused: ${xoauth2()}`;
  misbehave.smtp({ stage: 'auth', user: ALICE, reply: repeated, times: 1 });
  expect(await tested(`/connectors/${send}`)).toBe('ok');
  misbehave.smtp({ stage: 'rcpt', user: ALICE, reply: `550 5.1.1 refused: ${xoauth2()}`, times: 1 });
  expect(await tested(`/connectors/${send}`)).toBe('failed');

  // Access tokens that are refused, by servers that repeat them.
  misbehave.smtp({ stage: 'auth', reply: `535 5.7.3 Authentication unsuccessful: ${xoauth2()}`, times: 1 });
  await becomes(await sendOne('refused token'), 'sent');
  for (const stage of ['mail', 'rcpt', 'message'] as const) {
    misbehave.smtp({ stage, user: ALICE, reply: `550 5.1.1 refused: ${xoauth2()}`, times: 1 });
    await becomes(await sendOne(`refused at ${stage}`), 'failed');
  }
  misbehave.smtp({
    stage: 'message',
    user: ALICE,
    accepted: true,
    reply: `250 2.0.0 OK ${xoauth2()}`,
    times: 1,
  });
  await becomes(await sendOne('accepted'), 'sent');
  const refreshes = tenant.authorization.log.length;
  misbehave.imap({ kind: 'refuse-authentication', times: 1 });
  await vi.waitFor(() => expect(tenant.authorization.log.length).toBe(refreshes + 1), PATIENCE);
  misbehave.imap({ kind: 'answer', command: 'SELECT', text: `NO for ${newest('eyJ0')}`, times: 1 });
  await vi.waitFor(() => expect(world.output()).toMatch(/"serverWords":"for /), PATIENCE);
  // A token that replaced a refused one is not replaced again at once, so these are fresh.
  for (const connection of [alice, bob]) expect((await refresh(connection)).status).toBe(200);
  misbehave.expireAccessTokens();
  await becomes(await sendOne('expired token'), 'sent');

  // A token endpoint in every mood.
  for (const connection of [alice, bob]) {
    await refresh(connection);
    const repeated = `refresh_token=${newest('1.AX0A')}&client_secret=${encodeURIComponent(tenant.clientSecret)}`;
    const words = { error: 'temporarily_unavailable', error_description: `Refused: ${repeated}` };
    misbehave.token({ kind: 'status', status: 400, body: JSON.stringify(words), times: 1 });
    await refresh(connection);
    misbehave.token({ kind: 'status', status: 503, body: `<p>${repeated}</p>`, times: 1 });
    await refresh(connection);
    misbehave.token({ kind: 'truncated', times: 1 });
    await refresh(connection);
    expect((await refresh(connection)).status).toBe(200);
  }

  // A grant carried in a file, well and badly; everything sealed anew; a set-up out and in.
  const { file } = await service.api<{ file: object }>('POST', `/connections/${alice}/export`, {
    passphrase: PASSPHRASE,
  });
  const carried = (passphrase: string) =>
    service.call('POST', `/connections/${alice}/import`, { file, passphrase });
  expect((await carried(`${PASSPHRASE}, wrong`)).status).toBe(422);
  expect((await carried(PASSPHRASE)).status).toBe(200);
  expect((await service.call('POST', '/service/reseal')).status).toBe(200);
  const setup = await service.api('GET', '/setup/export');
  expect((await service.call('POST', '/setup/import?dryRun=true', setup)).status).toBe(200);

  // A wrong client secret, and the right one again.
  for (const clientSecret of [WRONG_CLIENT_SECRET, tenant.clientSecret]) {
    const { version } = await shown(`/applications/${application.id}`);
    const change = { clientAuth: { method: 'clientSecret', clientSecret } };
    await service.api('PATCH', `/applications/${application.id}`, change, { 'if-match': `"${version}"` });
    await refresh(alice);
  }

  // Basic, which the tenant refuses.
  const { version: _, ...basic } = await service.api<Shown>('POST', '/connections', {
    name: 'Basic',
    user: MALLORY,
    basic: { password: PASSWORD },
    imap: { host: tenant.imap.host, port: tenant.imap.port, tlsType: 'None' },
    smtp: { host: tenant.smtp.host, port: tenant.smtp.port, tlsType: 'None' },
  });
  const basicReceive = await world.createConnector('email-receive', basic.id, { ...poll, destination: hook });
  const basicSend = await world.createConnector('email-send', basic.id);
  await world.send(basicSend.id, { to: BOB, subject: 'by password' });
  for (const { id } of [basicReceive, basicSend]) {
    await vi.waitFor(async () => {
      const { health } = await service.api<{ health: { problem: unknown } }>('GET', `/connectors/${id}`);
      expect(health.problem).not.toBeNull();
    }, PATIENCE);
  }

  // A grant that ends, mail that waits for it, an API key.
  misbehave.clear();
  misbehave.revoke(BOB);
  expect(await refresh(bob)).toMatchObject({ status: 409 });
  const bobSends = (await world.createConnector('email-send', bob)).id;
  await becomes((await world.send(bobSends, { to: ALICE, subject: 'held' })).id, 'held');
  const made = await service.api<{ key: string }>('POST', '/api/v1/api-keys', {
    name: 'reader',
    scopes: ['read'],
  });
  further.push({ name: 'made API key', value: made.key });
  const asReader = { authorization: `Bearer ${made.key}` };
  expect((await service.call('GET', '/connections', undefined, asReader)).status).toBe(200);
  const stranger = { authorization: `Bearer ${made.key}x` };
  expect((await service.call('GET', '/connections', undefined, stranger)).status).toBe(401);
  await vi.waitFor(async () => {
    const { items } = await service.api<{ items: Shown[] }>(
      'GET',
      `/connectors/${refusing.id}/messages?status=quarantined`,
    );
    expect(items).not.toEqual([]);
  }, PATIENCE);
  await other.stop();
}

/** The page's own sign-in, with cookies. @returns the status of the callback's page */
async function signInOnThePage(connection: string): Promise<number> {
  const { url } = world.service;
  const origin = url.replace('127.0.0.1', 'localhost');
  const post = (place: string, cookies: string[], body = ''): Promise<Response> =>
    fetch(`${url}${place}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin,
        cookie: cookies.join('; '),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    });
  const cookiesOf = (response: Response): string[] =>
    response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const session = cookiesOf(await post('/sign-in', [], `secret=${API_KEY}`));
  const begun = await fetch(`${url}/api/v1/connections/${connection}/authorize`, {
    method: 'POST',
    headers: { origin, cookie: session.join('; ') },
  });
  const cookies = [...session, ...cookiesOf(begun)];
  expect(cookies).toHaveLength(2);
  for (const cookie of cookies)
    further.push({ name: `cookie ${cookie.split('=')[0]}`, value: cookie.split('=')[1] ?? '' });
  const link = remembered(((await begun.json()) as { authorizationUrl: string }).authorizationUrl);
  const redirected = await world.tenant.signIn(link, { as: ALICE });
  for (const place of ['/', '/sign-in'])
    await fetch(`${url}${place}`, { headers: { cookie: cookies.join('; ') } });
  return (await fetch(redirected, { headers: { cookie: cookies.join('; ') } })).status;
}

/** Asks every GET route that OpenAPI names, with every id there is, and the routes beside the API. */
async function askEverything(): Promise<void> {
  const { url, call } = world.service;
  const authorization = `Bearer ${API_KEY}`;
  const { paths } = (
    await call<{ paths: Record<string, Record<string, unknown>> }>('GET', '/api/openapi.json')
  ).body;
  const idsOf = async (list: string): Promise<string[]> =>
    (await world.service.api<{ items: Shown[] }>('GET', list)).items.map(({ id }) => id);
  const connectors = await idsOf('/connectors');
  const ids: Record<string, string[]> = {
    applications: await idsOf('/applications'),
    connections: await idsOf('/connections'),
    connectors,
    messages: (await Promise.all(connectors.map((id) => idsOf(`/connectors/${id}/messages`)))).flat(),
  };
  for (const resource of Object.values(ids)) expect(resource).not.toEqual([]);
  const places = Object.entries(paths)
    .filter(([, methods]) => 'get' in methods)
    .flatMap(([place]) => {
      if (!place.includes('{id}')) return [place];
      const resource = place.split('/')[3] ?? '';
      return (ids[resource] ?? []).map((id) => place.replace('{id}', id));
    });
  expect(places.length).toBeGreaterThan(20);
  for (const place of [
    ...places,
    '/',
    '/sign-in',
    '/livez',
    '/readyz',
    '/metrics',
    '/oauth/callback?code=1&state=2',
  ])
    await fetch(`${url}${place}`, { headers: { authorization } });
}

async function everySecret(): Promise<Secret[]> {
  const keyText = (await readFile(path.join(world.dataDir, KEY_FILE), 'utf8')).trim();
  return [
    ...world.tenant.authorization
      .secrets()
      .map((value, i) => ({ name: `issued by the tenant ${i}: ${value.slice(0, 4)}`, value })),
    { name: 'wrong client secret', value: WRONG_CLIENT_SECRET },
    { name: 'password', value: PASSWORD },
    { name: 'passphrase', value: PASSPHRASE },
    { name: 'API key', value: API_KEY },
    { name: 'webhook secret', value: webhook.secret },
    {
      name: 'webhook secret, its bytes',
      value: Buffer.from(webhook.secret.slice('whsec_'.length), 'base64'),
    },
    { name: 'encryption key, as written', value: keyText },
    { name: 'encryption key', value: Buffer.from(keyText, 'base64') },
    ...attempts,
    ...further,
  ];
}

async function* everythingLeft(): AsyncGenerator<Evidence> {
  yield* redisValues(redis);
  yield* files(world.directory, [path.join('data', KEY_FILE)]);
  yield { where: 'log', content: world.output() };
  yield* answers;
}

it('leaves no secret in Redis, the spool, the log or any answer, and finds one that is planted in each', async () => {
  await fullRun();
  await askEverything();
  const secrets = await everySecret();
  const search = createSecretSearch(secrets);

  const kinds = new Set<string>();
  for await (const { where } of everythingLeft()) kinds.add(where.split(' ').slice(0, 2).join(' '));
  for (const kind of ['redis string', 'redis hash', 'redis set', 'redis zset', 'redis stream', 'log'])
    expect([...kinds]).toContain(kind);
  const leftFiles = [...kinds].filter((kind) => kind.startsWith('file data/'));
  expect(leftFiles.filter((file) => /appendonly.*\.aof$/.test(file))).not.toEqual([]);
  expect(leftFiles.filter((file) => /spool\/.*\.msg$/.test(file))).not.toEqual([]);
  expect(answers.length).toBeGreaterThan(100);
  expect((await stat(path.join(world.dataDir, KEY_FILE))).mode & 0o777).toBe(0o600);

  const finds = await search(everythingLeft());
  expect(finds.filter((find) => !isForItsReader(find))).toEqual([]);
  // What is told to its reader shows that answers are searched.
  expect(finds.map(({ where }) => where)).toContain('answer POST /api/v1/api-keys');

  const planted = async (): Promise<string[]> => {
    const found = (await search(everythingLeft())).filter((find) => !isForItsReader(find));
    return [...new Set(found.map(({ where }) => where))];
  };
  const output = world.output();
  world.output = () => `${output}${JSON.stringify({ level: 30, msg: `sent ${xoauth2()}` })}\n`;
  expect(await planted()).toEqual(['log']);
  world.output = () => output;

  const copy = path.join(world.dataDir, 'spool', 'done', 'canary.msg');
  await copyFile(
    path.join(world.directory, (leftFiles.find((f) => f.endsWith('.msg')) ?? '').slice(5)),
    copy,
  );
  await appendFile(copy, `${JSON.stringify({ reply: PASSWORD })}\n`);
  expect(await planted()).toEqual([`file ${path.relative(world.directory, copy)}`]);
  await rm(copy);

  // Last, since the append-only file keeps it: there it is found too.
  await redis.hset(
    'mg:{canary}',
    'field',
    `Basic ${Buffer.from(`id:${world.tenant.clientSecret}`).toString('base64')}`,
  );
  expect((await planted()).sort()).toEqual([
    expect.stringMatching(/^file data\/redis\/appendonlydir\/.*\.aof$/),
    'redis hash mg:{canary}',
  ]);
});
