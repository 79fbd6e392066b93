import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import type { ApplicationId, ConnectionId, ConnectorId } from '../../src/contract/ids.js';
import { type Problem, ProblemError, problem } from '../../src/contract/problem.js';
import { type Applications, createApplications } from '../../src/setup/applications.js';
import { type Connections, createConnections } from '../../src/setup/connections.js';
import { type Connectors, createConnectors } from '../../src/setup/connectors.js';
import { accountMailboxKey, CONNECTION_FIELDS, hostMailboxKey } from '../../src/setup/model.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import { startRedis, type TestRedis } from '../servers/redis.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const SECRET = 'client-secret-8Qx';
const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let redis: TestRedis;
let storage: RedisStorage;
let applications: Applications;
let connections: Connections;
let connectors: Connectors;
const changed: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
  storage = await openRedis(redis.url);
  const note = async (id: string): Promise<void> => void changed.push(id);
  const deps = {
    redis: storage.client,
    vault: createVault([randomBytes(32)]),
    providers: PROVIDERS,
    connectorTypes,
    listener: { connectionChanged: note, connectorChanged: note, applicationChanged: note },
  };
  applications = createApplications(deps);
  connections = createConnections(deps);
  connectors = createConnectors(deps);
});
beforeEach(() => {
  changed.length = 0;
});
afterAll(async () => {
  await storage.close();
  await redis.stop();
});

const applicationInput = (over: object = {}) => ({
  name: 'Contoso',
  provider: 'exchange-online',
  tenant: TENANT,
  clientId: 'client',
  clientAuth: { method: 'clientSecret', clientSecret: SECRET },
  ...over,
});
const basicInput = (over: object = {}) => ({
  name: 'Basic',
  user: 'ada@contoso.example',
  basic: { password: 'pass-77' },
  imap: { host: 'imap.contoso.example' },
  ...over,
});
const receiveInput = (connection: string, over: object = {}) => ({
  name: 'Inbox',
  type: 'email-receive',
  connection,
  settings: { destination: { type: 'webhook', url: 'https://hook.example/in', secret: WEBHOOK_SECRET } },
  ...over,
});
const newConnection = async (over: object = {}) => {
  const application = await applications.create(applicationInput());
  return connections.create({
    name: 'Ada',
    application: application.id,
    user: 'ada@contoso.example',
    ...over,
  });
};

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProblemError) return error.problem;
  throw error ?? new Error('was not refused');
}
const pathsOf = ({ fields = [] }: Problem): string[] => fields.map(({ path }) => path).sort();

/** Puts a grant in as oauth/token-store would. */
async function signIn(id: ConnectionId): Promise<void> {
  const { authorization } = await connections.read(id);
  const account = { tenant: TENANT, subject: 'oid-1' };
  const mailboxKey = accountMailboxKey(account);
  await storage.client.hset(keys.connection(id), {
    [CONNECTION_FIELDS.tokens]: 'sealed',
    [CONNECTION_FIELDS.tokenVersion]: 5,
    [CONNECTION_FIELDS.epoch]: 2,
    [CONNECTION_FIELDS.authorization]: JSON.stringify({
      status: 'authorized',
      authenticatedUser: 'ada@contoso.example',
      account,
      grantedScope: [],
      mailboxKey,
    }),
  });
  await connections.moveMailbox(id, authorization.mailboxKey, mailboxKey);
}

describe('applications', () => {
  it('fill issuer and URLs in from the preset and never show the secret', async () => {
    const application = await applications.create(applicationInput());
    expect(application.settings).toMatchObject({
      issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      accessTokenUrl: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
    });
    expect(JSON.stringify(application)).not.toContain(SECRET);
    const stored = await storage.client.hgetall(keys.application(application.id));
    expect(JSON.stringify(stored)).not.toContain(SECRET);
    expect(await applications.secrets(application.id)).toEqual({ clientSecret: SECRET });
  });

  it('follow a new tenant with the preset and keep a secret that the patch leaves out', async () => {
    const { id } = await applications.create(applicationInput());
    const patched = await applications.patch(id, 1, { tenant: 'common' });
    expect(patched.version).toBe(2);
    expect(patched.settings.authUrl).toContain('/common/');
    expect(await applications.secrets(id)).toEqual({ clientSecret: SECRET });
    expect(changed).toEqual([id]);
  });

  it('drop the secret when the client becomes public', async () => {
    const { id } = await applications.create(applicationInput());
    const patched = await applications.patch(id, 1, { clientAuth: { method: 'none' } });
    expect(patched.settings.clientAuth).toEqual({ method: 'none' });
    expect(await applications.secrets(id)).toEqual({});
  });

  it('name every fault together', async () => {
    const found = await refusal(
      applications.create({
        provider: 'custom',
        clientAuth: { method: 'clientSecret' },
        authUrl: 'nonsense',
        colour: 1,
      }),
    );
    expect(found.code).toBe('invalid-settings');
    expect(pathsOf(found)).toEqual([
      '/authUrl',
      '/clientAuth/clientSecret',
      '/clientId',
      '/colour',
      '/issuer',
      '/name',
    ]);
  });

  it('want the tenant as an id, since a domain name cannot be compared with tid', async () => {
    for (const tenant of ['contoso.example', undefined]) {
      expect(pathsOf(await refusal(applications.create(applicationInput({ tenant }))))).toEqual(['/tenant']);
    }
  });

  it('take plain http for loopback only', async () => {
    const custom = (issuer: string) =>
      applicationInput({
        provider: 'custom',
        tenant: undefined,
        issuer,
        callbackUrl: 'http://localhost:33333',
      });
    expect((await refusal(applications.create(custom('http://id.example')))).code).toBe('tls-required');
    expect((await refusal(applications.create(custom('http://127.0.0.1.evil.example')))).code).toBe(
      'tls-required',
    );
    expect((await applications.create(custom('http://127.0.0.1:9000'))).settings.issuer).toBe(
      'http://127.0.0.1:9000',
    );
  });

  it('refuse a lost update', async () => {
    const { id } = await applications.create(applicationInput());
    const results = await Promise.allSettled([
      applications.patch(id, 1, { name: 'A' }),
      applications.patch(id, 1, { name: 'B' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = results.find((each) => each.status === 'rejected');
    expect(lost?.reason).toMatchObject({ problem: { code: 'version-conflict' } });
  });

  it('want the secret again before it goes to another origin, and void the grants that would go there', async () => {
    const connection = await newConnection();
    const id = connection.settings.application as ApplicationId;
    await signIn(connection.id);
    const elsewhere = { accessTokenUrl: 'https://token.evil.example/token' };
    expect((await refusal(applications.patch(id, 1, elsewhere))).code).toBe('secret-needed-again');
    const before = await connections.read(connection.id);
    expect(before.authorization.status).toBe('authorized');
    await applications.patch(id, 1, { ...elsewhere, clientAuth: { clientSecret: 'another' } });
    expect(await applications.secrets(id)).toEqual({ clientSecret: 'another' });
    const after = await connections.read(connection.id);
    expect(after.authorization.status).toBe('unauthorized');
    expect(await storage.client.hexists(keys.connection(connection.id), CONNECTION_FIELDS.tokens)).toBe(0);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(after.tokenVersion).toBeGreaterThan(before.tokenVersion);
  });

  it('keep the grants when only the name changes', async () => {
    const connection = await newConnection();
    await signIn(connection.id);
    await applications.patch(connection.settings.application as ApplicationId, 1, {
      name: 'New',
      clientId: 'other',
    });
    expect((await connections.read(connection.id)).authorization.status).toBe('authorized');
  });

  it('raise a failure once and heal it once, without a new version', async () => {
    const { id } = await applications.create(applicationInput());
    const failure = problem('client-secret-expired', {
      with: { application: 'Contoso', clientId: 'client' },
    });
    expect(await applications.setFailure(id, failure)).toBe(true);
    expect(await applications.setFailure(id, failure)).toBe(false);
    expect((await applications.read(id)).failure?.code).toBe('client-secret-expired');
    const newest = { ...failure, at: failure.at + 1_000 };
    expect(await applications.setFailure(id, newest)).toBe(false);
    expect((await applications.read(id)).failure).toEqual(newest);
    expect(await applications.setFailure(id, undefined)).toBe(true);
    expect(await applications.setFailure(id, undefined)).toBe(false);
    expect((await applications.read(id)).version).toBe(1);
    expect(await applications.setFailure('app_gone' as ApplicationId, failure)).toBe(false);
  });

  it('are not blamed for what they were before a change', async () => {
    const { id, version } = await applications.create(applicationInput());
    const failure = problem('client-secret-wrong', { with: { application: 'Contoso', clientId: 'client' } });
    await applications.patch(id, version, { clientAuth: { method: 'clientSecret', clientSecret: 'right' } });
    expect(await applications.setFailure(id, failure, version)).toBe(false);
    expect((await applications.read(id)).failure).toBeUndefined();
    expect(await applications.setFailure(id, failure, version + 1)).toBe(true);
  });

  it('are not found under the id of another kind of record', async () => {
    const connection = await newConnection();
    const alien = connection.id as string as ApplicationId;
    expect((await refusal(applications.read(alien))).code).toBe('not-found');
    expect((await refusal(applications.delete(alien, 1))).code).toBe('not-found');
    expect((await refusal(applications.patch(alien, 1, { name: 'x' }))).code).toBe('not-found');
    expect((await refusal(applications.read('app_x}{y' as ApplicationId))).code).toBe('not-found');
    expect((await connections.read(connection.id)).version).toBe(1);
  });

  it('list by age, page by page', async () => {
    const first = await applications.create(applicationInput({ name: 'one' }));
    const second = await applications.create(applicationInput({ name: 'two' }));
    const { items } = await applications.list({ after: first.id, limit: 1 });
    expect(items.map(({ id }) => id)).toEqual([second.id]);
    expect((await applications.list({ limit: 1 })).next).toBeDefined();
  });
});

describe('connections', () => {
  it('get the endpoints of the provider, and can do without one', async () => {
    const { settings, authorization } = await newConnection();
    expect(settings.imap?.host).toBe('outlook.office365.com');
    expect(settings.smtp?.host).toBe('smtp.office365.com');
    expect(authorization.status).toBe('unauthorized');
    const receiveOnly = await newConnection({ smtp: null, scope: 'a  b a' });
    expect(receiveOnly.settings.smtp).toBeUndefined();
    expect(receiveOnly.settings.scope).toEqual(['a', 'b']);
    const renamed = await connections.patch(receiveOnly.id, 1, { name: 'Still one' });
    expect(renamed.settings.smtp).toBeUndefined();
  });

  it('keep a password sealed, and are authorized by it', async () => {
    const { id, authorization, settings } = await connections.create(basicInput());
    expect(authorization.status).toBe('authorized');
    expect(settings.imap).toEqual({ host: 'imap.contoso.example', port: 993, tlsType: 'Automatic' });
    expect(JSON.stringify(await storage.client.hgetall(keys.connection(id)))).not.toContain('pass-77');
    expect(await connections.password(id)).toBe('pass-77');
  });

  it('refuse passwords where the provider takes none, clear text, and what is no address', async () => {
    const create = (over: object) => refusal(connections.create(basicInput(over)));
    expect((await create({ imap: { host: 'Outlook.Office365.com' } })).code).toBe('basic-not-supported');
    expect((await create({ imap: { host: 'imap.contoso.example', tlsType: 'None' } })).code).toBe(
      'tls-required',
    );
    expect(pathsOf(await create({ user: 'Ada <ada@contoso.example>' }))).toEqual(['/user']);
    expect(pathsOf(await create({ imap: undefined }))).toEqual(['/imap']);
    expect(pathsOf(await create({ basic: undefined }))).toEqual(['/application']);
    const local = await connections.create(
      basicInput({ imap: { host: '127.0.0.1', port: 1143, tlsType: 'None' } }),
    );
    expect(local.settings.imap?.tlsType).toBe('None');
  });

  it('refuse an application that does not exist', async () => {
    const application = `app_${'0'.repeat(32)}`;
    const found = await refusal(connections.create({ name: 'x', application, user: 'ada@contoso.example' }));
    expect(found.code).toBe('unknown-reference');
  });

  it('keep their application from being deleted, naming themselves, until they are gone', async () => {
    const connection = await newConnection();
    const application = connection.settings.application as ApplicationId;
    const found = await refusal(applications.delete(application, 1));
    expect(found.code).toBe('still-in-use');
    expect(found.detail).toContain(connection.id);
    await connections.delete(connection.id, 1);
    await applications.delete(application, 1);
    expect((await refusal(applications.read(application))).code).toBe('not-found');
    expect((await refusal(connections.delete(connection.id, 1))).code).toBe('not-found');
  });

  it('do not keep an application for a reference whose connection never came to be', async () => {
    const { id } = await applications.create(applicationInput());
    await storage.client.sadd(keys.applicationConnections(id), 'con_never');
    await applications.delete(id, 1);
  });

  it.each([
    ['a new User', { user: 'eve@contoso.example' }],
    ['a new Scope', { scope: ['https://outlook.office.com/IMAP.AccessAsUser.All'] }],
    ['a new host', { imap: { host: 'imap.other.example' } }],
  ])('lose the grant with %s, in the same step', async (_what, patch) => {
    const { id } = await newConnection();
    await signIn(id);
    const after = await connections.patch(id, 1, patch);
    expect(after.authorization).toMatchObject({ status: 'unauthorized', grantedScope: [] });
    expect(after.authorization.account).toBeUndefined();
    expect([after.epoch, after.tokenVersion]).toEqual([3, 6]);
    expect(await storage.client.hexists(keys.connection(id), CONNECTION_FIELDS.tokens)).toBe(0);
    expect(changed).toContain(id);
  });

  it('lose the grant with a new application, whose endpoints they take', async () => {
    const { id, settings } = await newConnection();
    await signIn(id);
    const gmail = await applications.create(applicationInput({ provider: 'gmail', tenant: undefined }));
    const after = await connections.patch(id, 1, { application: gmail.id });
    expect(after.authorization.status).toBe('unauthorized');
    expect(after.settings.imap?.host).toBe('imap.gmail.com');
    await applications.delete(settings.application as ApplicationId, 1);
    expect(await connections.ofApplication(gmail.id)).toEqual([id]);
  });

  it('keep the grant with a new name, another case of User, a port, or an endpoint less', async () => {
    const { id } = await newConnection();
    await signIn(id);
    const patch = { name: 'New', user: 'Ada@Contoso.example', imap: { port: 1993 }, smtp: null };
    const after = await connections.patch(id, 1, patch);
    expect(after.authorization.status).toBe('authorized');
    expect([after.epoch, after.tokenVersion]).toEqual([2, 5]);
  });

  it('leave everything as it was when a patch is refused', async () => {
    const connection = await newConnection();
    await signIn(connection.id);
    const other = await applications.create(applicationInput());
    const stale = connections.patch(connection.id, 7, { application: other.id, user: 'eve@contoso.example' });
    expect((await refusal(stale)).code).toBe('version-conflict');
    expect((await connections.read(connection.id)).authorization.status).toBe('authorized');
    expect(await connections.ofApplication(other.id)).toEqual([]);
  });

  it('want the password again before it goes to another host or port', async () => {
    const { id } = await connections.create(basicInput());
    const elsewhere = { imap: { host: 'imap.evil.example' } };
    const found = await refusal(connections.patch(id, 1, elsewhere));
    expect([found.code, pathsOf(found)]).toEqual(['secret-needed-again', ['/basic/password']]);
    const otherPort = await refusal(connections.patch(id, 1, { imap: { port: 2993 } }));
    expect(otherPort.code).toBe('secret-needed-again');
    const renamed = await connections.patch(id, 1, { name: 'New' });
    expect(await connections.password(id)).toBe('pass-77');
    await connections.patch(id, renamed.version, { ...elsewhere, basic: { password: 'pass-88' } });
    expect(await connections.password(id)).toBe('pass-88');
  });

  it('are found by mailbox, before and after the sign-in and after the grant was voided', async () => {
    const [one, two] = [await newConnection(), await newConnection()];
    const before = hostMailboxKey('outlook.office365.com', 'ada@contoso.example');
    const account = accountMailboxKey({ tenant: TENANT, subject: 'oid-1' });
    const idsOf = async (key: typeof before) => (await connections.ofMailbox(key)).map(({ id }) => id);
    expect(await idsOf(before)).toEqual(expect.arrayContaining([one.id, two.id]));
    await signIn(one.id);
    expect(await idsOf(account)).toContain(one.id);
    expect(await idsOf(before)).not.toContain(one.id);
    await connections.patch(one.id, 1, { scope: 'x' });
    expect(await idsOf(account)).not.toContain(one.id);
    expect(await idsOf(before)).toContain(one.id);
    // A crash between two steps leaves a member behind; the record decides.
    await storage.client.sadd(keys.mailboxConnections(account), one.id);
    expect(await idsOf(account)).not.toContain(one.id);
    await storage.client.srem(keys.mailboxConnections(account), one.id);
    await connections.delete(one.id, 2);
    expect(await idsOf(before)).not.toContain(one.id);
    expect(await storage.client.smembers(keys.mailboxConnections(account))).not.toContain(one.id);
  });
});

describe('connectors', () => {
  it('have the defaults of their type and keep secrets apart', async () => {
    const connection = await newConnection();
    const connector = await connectors.create(receiveInput(connection.id));
    expect(connector.enabled).toBe(true);
    expect(connector.settings).toMatchObject({ mailbox: 'INBOX', schedule: { every: '5m' } });
    expect(JSON.stringify(connector)).not.toContain(WEBHOOK_SECRET);
    expect(JSON.stringify(await storage.client.hgetall(keys.connector(connector.id)))).not.toContain(
      'MfKQ9r8',
    );
    expect(await connectors.settingsWithSecrets(connector.id)).toMatchObject({
      destination: { secret: WEBHOOK_SECRET },
    });
    expect(await connections.connectors(connection.id)).toEqual([connector.id]);
    expect(changed).toContain(connector.id);
  });

  it('name the faults of connector, settings and rules with their pointers', async () => {
    const connection = await newConnection();
    const create = (over: object) => refusal(connectors.create(receiveInput(connection.id, over)));
    expect(
      pathsOf(await create({ name: '', settings: { mailbx: 'x', destination: { type: 'directory' } } })),
    ).toEqual(['/name', '/settings/destination/path', '/settings/mailbx']);
    const all = { selection: 'all', destination: { type: 'directory', path: '/in' } };
    expect(pathsOf(await create({ settings: all }))).toEqual(['/settings/selection']);
    expect(pathsOf(await create({ type: 'fax' }))).toEqual(['/type']);
    expect((await create({ connection: `con_${'0'.repeat(32)}` })).code).toBe('unknown-reference');
    const sendOnly = await newConnection({ imap: null });
    expect(pathsOf(await create({ connection: sendOnly.id }))).toEqual(['/connection']);
  });

  it('keep a secret through a patch, but not to another origin', async () => {
    const connection = await newConnection();
    const { id } = await connectors.create(receiveInput(connection.id));
    await connectors.patch(id, 1, { settings: { destination: { url: 'https://hook.example/other' } } });
    expect(await connectors.settingsWithSecrets(id)).toMatchObject({
      destination: { secret: WEBHOOK_SECRET },
    });
    const elsewhere = { url: 'https://evil.example/' };
    const found = await refusal(connectors.patch(id, 2, { settings: { destination: elsewhere } }));
    expect([found.code, pathsOf(found)]).toEqual(['secret-needed-again', ['/settings/destination/secret']]);
    const secret = `${WEBHOOK_SECRET.slice(0, -4)}AAAA`;
    await connectors.patch(id, 2, { settings: { destination: { ...elsewhere, secret } } });
    expect(await connectors.settingsWithSecrets(id)).toMatchObject({ destination: { secret } });
    const directory = await connectors.patch(id, 3, {
      settings: { destination: { type: 'directory', path: '/in' } },
    });
    expect(directory.settings.destination).toEqual({ type: 'directory', path: '/in', fileName: '{id}' });
    expect(await storage.client.hexists(keys.connector(id), 'secrets')).toBe(0);
  });

  it('cannot become another type, and are not lost to a stale patch', async () => {
    const connection = await newConnection();
    const { id } = await connectors.create(receiveInput(connection.id));
    expect(pathsOf(await refusal(connectors.patch(id, 1, { type: 'email-send' })))).toEqual(['/type']);
    await connectors.patch(id, 1, { enabled: false });
    expect((await refusal(connectors.patch(id, 1, { enabled: true }))).code).toBe('version-conflict');
  });

  it('keep their connection from being deleted, and move to another', async () => {
    const [from, to] = [await newConnection(), await newConnection()];
    const { id } = await connectors.create(receiveInput(from.id));
    expect((await refusal(connections.delete(from.id, 1))).detail).toContain(id);
    await connectors.patch(id, 1, { connection: to.id });
    await connections.delete(from.id, 1);
    await connectors.delete(id, 2);
    await connections.delete(to.id, 1);
  });

  it('copy with their secrets, switched off', async () => {
    const connection = await newConnection();
    const { id } = await connectors.create(receiveInput(connection.id));
    const copy = await connectors.copy(id, 'Copy');
    expect([copy.name, copy.enabled]).toEqual(['Copy', false]);
    expect(await connectors.settingsWithSecrets(copy.id)).toEqual(await connectors.settingsWithSecrets(id));
  });

  it('have a health record that merges, clears, leaves the version alone, and does not come back from the dead', async () => {
    const connection = await newConnection();
    const { id } = await connectors.create(receiveInput(connection.id));
    const trouble = problem('webhook-unreachable', { with: { url: 'u', what: 'w' }, fields: [] });
    await connectors.recordHealth(id, {
      lastRunAt: 1_763_717_204_123,
      failures: 2,
      problem: trouble,
      paused: true,
    });
    await connectors.recordHealth(id, { lastSuccessAt: 5, failures: 0, problem: undefined });
    expect(await connectors.read(id)).toMatchObject({
      version: 1,
      health: { lastRunAt: 1_763_717_204_123, lastSuccessAt: 5, failures: 0, paused: true },
    });
    expect((await connectors.read(id)).health.problem).toBeUndefined();
    await connectors.recordHealth(id, { problem: trouble });
    const patched = await connectors.patch(id, 1, { enabled: true });
    expect(patched.health).toEqual({ lastRunAt: 1_763_717_204_123, lastSuccessAt: 5, failures: 0 });
    await connectors.delete(id, 2);
    await connectors.recordHealth(id, { failures: 1 });
    expect(await storage.client.exists(keys.connector(id))).toBe(0);
    expect((await refusal(connectors.read('ctr_x' as ConnectorId))).code).toBe('not-found');
  });
});
