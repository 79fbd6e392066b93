/** A grant carried from one service to another as a file, by the command line, against one tenant; and everything that refuses it. */
import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { keys } from '../../src/storage/keys.js';
import { sealedFile } from '../../src/transfer/grant-file.js';
import { freePort } from '../servers/free-port.js';
import { API_KEY, startServiceProcess, type TestService } from '../servers/service.js';
import { ALICE, BOB, openServiceWorld, type ServiceWorld, type Shown } from './service-world.js';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const PASSPHRASE = 'carried over in the other pocket';
const PATIENCE = { timeout: 30_000, interval: 50 };

/** Where somebody signs in. */
let world: ServiceWorld;
/** The machine without a browser. */
let headless: TestService;
let passphraseFile: string;

beforeAll(async () => {
  // A server that ends a grant whose refresh token is used twice: what moved must be in one place.
  world = await openServiceWorld({
    tenant: { refreshTokens: 'rotated-strictly' },
    environment: { MAILGRANT_LOG_LEVEL: 'trace' },
  });
  const port = String(await freePort());
  const dataDir = path.join(world.directory, 'headless');
  const environment = { MAILGRANT_PORT: port, MAILGRANT_DATA_DIR: dataDir, MAILGRANT_LOG_LEVEL: 'trace' };
  [, headless] = await Promise.all([world.start(), startServiceProcess(environment)]);
  passphraseFile = path.join(world.directory, 'passphrase');
  await writeFile(passphraseFile, `${PASSPHRASE}\n`);
});
afterAll(async () => {
  await headless?.stop();
  await world?.close();
});

async function mailgrant(service: TestService, ...words: string[]) {
  const child = spawn(process.execPath, [ENTRY, ...words], {
    cwd: world.directory,
    env: { PATH: process.env.PATH, MAILGRANT_URL: service.url, MAILGRANT_API_KEY: API_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    out += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out };
}

const settings = (application: string, over: object = {}) => {
  const { imap, smtp, defaultScope } = world.tenant;
  return {
    name: ALICE,
    application,
    user: ALICE,
    scope: defaultScope,
    imap: { host: imap.host, port: imap.port, tlsType: imap.tlsType },
    smtp: { host: smtp.host, port: smtp.port, tlsType: smtp.tlsType },
    ...over,
  };
};
async function applicationThere(over: object = {}): Promise<string> {
  const { tenant } = world;
  const { id } = await headless.api<Shown>('POST', '/applications', {
    name: 'Sandbox app',
    provider: 'custom',
    issuer: tenant.issuer,
    clientId: tenant.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
    ...over,
  });
  return id;
}
const connectionThere = async (application: string, over: object = {}): Promise<string> =>
  (await headless.api<Shown>('POST', '/connections', settings(application, over))).id;
const connectionHere = async (user = ALICE): Promise<string> => {
  const application = await world.createApplication();
  const { id } = await world.createConnection(application.id, user);
  expect((await world.signIn(id, user)).status).toBe(200);
  return id;
};
const read = (service: TestService, id: string) =>
  service.api<Shown & { authenticatedUser: string | null }>('GET', `/connections/${id}`);
const refresh = (service: TestService, id: string) =>
  service.call<{ code?: string }>('POST', `/connections/${id}/refresh`);
const newest = async (service: TestService, action: string) =>
  (await service.api<{ items: Record<string, unknown>[] }>('GET', `/audit?action=${action}`)).items[0];

describe('a grant that is moved', () => {
  it('is exported, imported and used with the commands as their help says, and has ended where it was', async () => {
    const here = await connectionHere();
    const sender = (await world.createConnector('email-send', here)).id;
    const there = await connectionThere(await applicationThere());
    const file = path.join(world.directory, 'alice.grant');
    const passphrase = ['--passphrase-file', passphraseFile];

    const exported = await mailgrant(
      world.service,
      'connections',
      'export',
      here,
      '--out',
      file,
      '--move',
      ...passphrase,
    );
    expect(exported, exported.out).toMatchObject({ code: 0, out: expect.stringContaining('ended here') });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await read(world.service, here)).toMatchObject({
      status: 'reauthorization-required',
      problem: { code: 'grant-moved' },
    });
    const held = await world.send(sender, { to: BOB, subject: 'waits' });
    await vi.waitFor(async () => {
      expect(await world.service.api('GET', `/messages/${held.id}`)).toMatchObject({ status: 'held' });
    }, PATIENCE);

    const imported = await mailgrant(headless, 'connections', 'import', there, '--file', file, ...passphrase);
    expect(imported, imported.out).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${ALICE} is signed in`),
    });
    for (let times = 0; times < 3; times += 1) expect((await refresh(headless, there)).status).toBe(200);
    const { id: thereSender } = await headless.api<Shown>('POST', '/connectors', {
      name: 'Out',
      type: 'email-send',
      connection: there,
    });
    const sent = await headless.api<Shown>('POST', `/connectors/${thereSender}/messages`, {
      ...{ to: BOB, subject: 'from the headless machine', text: 'Hello.' },
    });
    await vi.waitFor(async () => {
      expect(await headless.api('GET', `/messages/${sent.id}`)).toMatchObject({ status: 'sent' });
    }, PATIENCE);

    // An export is not overwritten by another one.
    const again = await mailgrant(headless, 'connections', 'export', there, '--out', file, ...passphrase);
    expect(again).toMatchObject({ code: 2, out: expect.stringContaining('exists already') });

    expect(await newest(world.service, 'connection.export')).toMatchObject({
      actor: { kind: 'key', id: 'environment' },
      subject: { id: here, name: ALICE },
      outcome: 'done',
      detail: expect.stringContaining('Moved'),
    });
    expect(await newest(headless, 'connection.import')).toMatchObject({
      outcome: 'done',
      subject: { id: there },
    });
    const secrets = [PASSPHRASE, ...world.tenant.authorization.secrets()];
    const text = [
      exported.out,
      imported.out,
      await readFile(file, 'utf8'),
      world.output(),
      headless.output(),
    ].join();
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toContain(API_KEY);
  });

  it('warns when it is only copied, where two users of one grant may end it', async () => {
    const here = await connectionHere();
    const copied = await world.service.api<{ warnings: { code: string; next: string }[] }>(
      'POST',
      `/connections/${here}/export`,
      { passphrase: PASSPHRASE },
    );
    expect(copied.warnings).toMatchObject([{ code: 'grant-shared' }]);
    expect(await read(world.service, here)).toMatchObject({ status: 'authorized' });
  });

  it('waits for a refresh in flight, so that what it exports is what was rotated last', async () => {
    const here = await connectionHere();
    const there = await connectionThere(await applicationThere());
    const clear = world.tenant.misbehave.token({ kind: 'delay', ms: 1_500, times: 1 });
    const refreshing = refresh(world.service, here);
    const redis = new Redis(path.join(world.dataDir, 'redis', 'redis.sock'));
    await vi.waitFor(async () => expect(await redis.exists(keys.refreshLock(here as ConnectionId))).toBe(1), {
      ...PATIENCE,
      interval: 5,
    });
    redis.disconnect();
    const moving = world.service.call<{ file: object }>('POST', `/connections/${here}/export`, {
      passphrase: PASSPHRASE,
      move: true,
    });
    expect((await refreshing).status).toBe(200);
    const { body, status } = await moving;
    expect(status).toBe(200);
    clear();
    const imported = await headless.call('POST', `/connections/${there}/import`, {
      file: body.file,
      passphrase: PASSPHRASE,
    });
    expect(imported, JSON.stringify(imported.body)).toMatchObject({ status: 200 });
  });
});

describe('an import is refused, and nothing is stored,', () => {
  let file: Record<string, unknown>;
  let application: string;
  let there: string;
  beforeAll(async () => {
    const here = await connectionHere();
    const body = { passphrase: PASSPHRASE };
    ({ file } = await world.service.api<{ file: Record<string, unknown> }>(
      'POST',
      `/connections/${here}/export`,
      body,
    ));
    application = await applicationThere();
    there = await connectionThere(application);
  });

  /** Imports, and looks that the connection is what it was. @returns the code of the problem */
  async function refused(
    connection: string,
    given: unknown = file,
    passphrase = PASSPHRASE,
  ): Promise<string | undefined> {
    const before = await read(headless, connection);
    const refreshes = world.tenant.authorization.log.length;
    const answer = await headless.call<{ code?: string }>('POST', `/connections/${connection}/import`, {
      file: given,
      passphrase,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await read(headless, connection)).toEqual(before);
    // What can be told from the file alone costs the grant nothing.
    expect(world.tenant.authorization.log.length).toBe(refreshes);
    expect(await newest(headless, 'connection.import')).toMatchObject({
      outcome: 'refused',
      problem: answer.body.code,
    });
    return answer.body.code;
  }

  it('with another passphrase', async () => {
    expect(await refused(there, file, `${PASSPHRASE}!`)).toBe('transfer-passphrase-wrong');
  });
  it('when the file is damaged, cut short, or something else', async () => {
    const content = String(file.content);
    expect(await refused(there, { ...file, content: content.slice(1) })).toBe('transfer-file-damaged');
    expect(await refused(there, { format: 'mailgrant-grant', version: 1 })).toBe('transfer-file-damaged');
    expect(await refused(there, { hello: 'world' })).toBe('transfer-file-foreign');
    expect(await refused(there, { ...file, version: 9 })).toBe('transfer-file-newer');
  });
  it('into the connection of another user', async () => {
    const bob = await connectionThere(application, { name: BOB, user: BOB });
    expect(await refused(bob)).toBe('transfer-other-user');
  });
  it('into an application with another Client Id', async () => {
    const other = await applicationThere({ clientId: 'another-client' });
    expect(await refused(await connectionThere(other))).toBe('transfer-other-client');
  });
  it('into an application of another tenant', async () => {
    const other = await applicationThere({ tenant: '99999999-2222-3333-4444-555555555555' });
    expect(await refused(await connectionThere(other))).toBe('transfer-other-tenant');
  });
  it('into a connection with a password', async () => {
    const { application: _, scope: __, ...endpoints } = settings(application);
    const { id } = await headless.api<Shown>('POST', '/connections', {
      ...endpoints,
      basic: { password: 'x' },
    });
    expect(await refused(id)).toBe('grant-not-importable');
  });
  it.each([
    ['is another user’s than the file says', BOB, {}, 'wrong-user'],
    ['proves another account than the file says', ALICE, { subject: 'somebody else' }, 'account-changed'],
  ])('when its refresh token %s', async (_what, holder, over, code) => {
    const { tenant } = world;
    const { refreshToken } = await tenant.issueTokens(holder);
    const { oid } = tenant.users.get(ALICE);
    const forged = {
      ...{ user: ALICE, issuer: tenant.issuer, clientId: tenant.clientId, scope: [], refreshToken },
      account: { tenant: tenant.tenantId, subject: oid, ...over },
    };
    const fresh = await connectionThere(application, { name: code });
    const before = await read(headless, fresh);
    const answer = await headless.call<{ code: string }>('POST', `/connections/${fresh}/import`, {
      file: await sealedFile(forged, PASSPHRASE),
      passphrase: PASSPHRASE,
    });
    expect(answer.body.code).toBe(code);
    expect(await read(headless, fresh)).toEqual(before);
  });

  it('when the provider does not know the grant any more', async () => {
    world.tenant.misbehave.revoke(ALICE);
    const before = await read(headless, there);
    const answer = await headless.call<{ owner: string; code: string }>(
      'POST',
      `/connections/${there}/import`,
      {
        file,
        passphrase: PASSPHRASE,
      },
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.code).not.toMatch(/^transfer-|internal/);
    expect(await read(headless, there)).toEqual(before);
  });
});

describe('an export is refused', () => {
  it('without a grant, without a long passphrase, and with a password alone', async () => {
    const application = await world.createApplication();
    const { id } = await world.createConnection(application.id, ALICE);
    const exporting = (passphrase: string) =>
      world.service.call<{ code: string }>('POST', `/connections/${id}/export`, { passphrase });
    expect(await exporting(PASSPHRASE)).toMatchObject({
      status: 409,
      body: { code: 'grant-not-exportable' },
    });
    expect(await exporting('short')).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(world.output()).not.toContain('"short"');
  });
});

describe('a whole set-up', () => {
  it('is exported, tried and imported with the commands as their help says', async () => {
    const application = await world.createApplication();
    await world.createConnection(application.id, BOB);
    const file = path.join(world.directory, 'setup.json');
    const exported = await mailgrant(world.service, 'setup', 'export', '--out', file);
    expect(exported, exported.out).toMatchObject({ code: 0, out: expect.stringContaining('applications,') });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain(world.tenant.clientSecret);

    const before = await headless.api<{ items: object[] }>('GET', '/connections?limit=200');
    const tried = await mailgrant(headless, 'setup', 'import', '--file', file, '--dry-run');
    expect(tried.out).toContain('Nothing was written.');
    expect(await headless.api('GET', '/connections?limit=200')).toEqual(before);

    // What is not as it must be is named with its place in the document.
    const document = JSON.parse(await readFile(file, 'utf8'));
    document.connections.at(-1).user = 'nobody';
    await writeFile(`${file}.bad`, JSON.stringify(document));
    const refused = await mailgrant(headless, 'setup', 'import', '--file', `${file}.bad`);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('setup-faulty') });
    expect(refused.out).toMatch(/\/connections\/\d+\/user/);

    const fresh = path.join(world.directory, 'fresh');
    const port = String(await freePort());
    const other = await startServiceProcess({ MAILGRANT_PORT: port, MAILGRANT_DATA_DIR: fresh });
    try {
      const imported = await mailgrant(other, 'setup', 'import', '--file', file);
      expect(imported, imported.out).toMatchObject({ code: 0 });
      expect(imported.out).toContain('/clientAuth/clientSecret');
      const [{ problem } = { problem: null }] = (await other.api<{ items: Shown[] }>('GET', '/applications'))
        .items;
      expect(problem?.code).toBe('secret-to-be-entered');

      const trail = await mailgrant(other, 'audit', '--action', 'setup');
      expect(trail, trail.out).toMatchObject({ code: 0 });
      expect(trail.out).toMatch(/environment +127\.0\.0\.1 +setup\.import +setup +done/);
      const json = await mailgrant(other, 'audit', '--action', 'setup.import', '--json');
      expect(JSON.parse(json.out)).toMatchObject({ items: [{ action: 'setup.import', outcome: 'done' }] });
    } finally {
      // Not killed: its own redis-server would outlive it.
      await other.stop();
    }
  });
});

it('the log knows the service’s own key, whoever repeats it', async () => {
  await fetch(`${headless.url}/api/v1/connections`, {
    headers: { authorization: `Bearer ${API_KEY}`, 'x-request-id': API_KEY },
  });
  await vi.waitFor(() => expect(headless.output()).toContain('"requestId":"[removed]"'), PATIENCE);
  expect(headless.output()).not.toContain(API_KEY);
});
