/** A whole set-up from one service to another: without secrets, with references kept, all or nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeClientCertificate } from '../servers/client-certificate.js';
import { applicationInput, everythingStored, type Harness, startHarness } from './admin-harness.js';

const SECRETS = {
  client: 'client-secret-8Qx-of-production',
  password: 'a "password" of basic',
  webhook: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
  pager: `whsec_${Buffer.alloc(32, 6).toString('base64')}`,
};

interface Item {
  ref: string;
  name: string;
  secrets?: string[];
  clientAuth: Record<string, unknown>;
  settings: { destination: Record<string, unknown> };
  imap: Record<string, unknown>;
}
interface Setup {
  applications: Item[];
  connections: Item[];
  connectors: Item[];
  alertChannels: Item[];
}
interface Imported {
  list: string;
  ref: string;
  name: string;
  status: string;
  id?: string;
  secrets: string[];
  faults: { path: string; message: string }[];
}

let here: Harness;
let there: Harness;
beforeEach(async () => {
  [here, there] = await Promise.all([startHarness(), startHarness()]);
});
afterEach(async () => {
  await here.stop();
  await there.stop();
});

async function made(harness: Harness, list: string, payload: object): Promise<string> {
  const answer = await harness.call('POST', `/api/v1/${list}`, { payload });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
}
const read = async (harness: Harness, resource: string) =>
  (await harness.call('GET', `/api/v1/${resource}`)).json();
const exported = async (harness: Harness): Promise<Setup> => read(harness, 'setup/export');
const importing = (document: unknown, query = '', harness = there) =>
  harness.call('POST', `/api/v1/setup/import${query}`, { payload: document as object });
const items = async (...order: Parameters<typeof importing>): Promise<Imported[]> => {
  const answer = await importing(...order);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json().items;
};
const named = (list: readonly Item[], name: string): Item => {
  const found = list.find((each) => each.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const count = async (harness: Harness): Promise<number[]> =>
  Promise.all(
    ['applications', 'connections', 'connectors', 'alert-channels'].map(
      async (list) => (await read(harness, `${list}?limit=200`)).items.length,
    ),
  );

/** One of everything that has a secret, and of what has none. */
async function setUp(harness: Harness) {
  const { certificate, privateKey } = makeClientCertificate();
  const application = await made(harness, 'applications', {
    ...applicationInput({ name: 'With secret' }),
    clientAuth: { method: 'clientSecret', clientSecret: SECRETS.client, expiresAt: '2030-01-01' },
  });
  const byKey = await made(harness, 'applications', {
    ...applicationInput({ name: 'With certificate' }),
    clientAuth: { method: 'certificate', certificate, privateKey },
  });
  const open = await made(harness, 'applications', {
    ...applicationInput({ name: 'Public' }),
    clientAuth: { method: 'none' },
  });
  const ada = await made(harness, 'connections', { name: 'Ada', application, user: 'ada@contoso.example' });
  await made(harness, 'connections', { name: 'Bob', application: byKey, user: 'bob@contoso.example' });
  await made(harness, 'connections', { name: 'Cyd', application: open, user: 'cyd@contoso.example' });
  const basic = await made(harness, 'connections', {
    name: 'Basic',
    user: 'dan@elsewhere.example',
    basic: { password: SECRETS.password },
    imap: { host: 'imap.elsewhere.example', port: 993, tlsType: 'SSL/TLS' },
  });
  const destination = { type: 'webhook', url: 'https://hooks.contoso.example/in', secret: SECRETS.webhook };
  await made(harness, 'connectors', {
    name: 'In',
    type: 'email-receive',
    connection: ada,
    settings: { destination, schedule: { every: '2m' } },
  });
  const out = await made(harness, 'connectors', {
    ...{ name: 'Out', type: 'email-send', connection: ada, settings: {} },
  });
  await made(harness, 'connectors', {
    name: 'Files',
    type: 'email-receive',
    connection: basic,
    enabled: false,
    settings: { destination: { type: 'directory', path: '/var/mail-in' } },
  });
  await made(harness, 'alert-channels', {
    ...{ name: 'Pager', type: 'webhook', url: 'https://pager.contoso.example/in', secret: SECRETS.pager },
  });
  await made(harness, 'alert-channels', {
    ...{ name: 'By mail', type: 'mail', connector: out, to: ['ops@contoso.example'] },
  });
  return { privateKey };
}

describe('an export', () => {
  it('holds every setting and no secret, and says which there are', async () => {
    const { privateKey } = await setUp(here);
    const document = await exported(here);
    const text = JSON.stringify(document);
    for (const secret of [...Object.values(SECRETS), privateKey])
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(text).not.toMatch(/PRIVATE KEY/);
    const secretsOf = (list: keyof Setup) => document[list].map(({ name, secrets }) => [name, secrets]);
    expect(secretsOf('applications')).toEqual([
      ['With secret', ['/clientAuth/clientSecret']],
      ['With certificate', ['/clientAuth/privateKey']],
      ['Public', undefined],
    ]);
    expect(secretsOf('connections')).toContainEqual(['Basic', ['/basic/password']]);
    expect(secretsOf('connectors')).toContainEqual(['In', ['/settings/destination/secret']]);
    // What a preset fills in is left out: it follows another tenant by itself.
    expect(document.applications[0]).not.toHaveProperty('authUrl');
  });
});

describe('an import', () => {
  it('makes everything anew under other ids, its references kept, and says which secrets to enter', async () => {
    await setUp(here);
    const document = await exported(here);
    const done = await items(document);
    expect(done.map(({ name, status, secrets }) => [name, status, secrets])).toEqual([
      ['With secret', 'created', ['/clientAuth/clientSecret']],
      ['With certificate', 'created', ['/clientAuth/privateKey']],
      ['Public', 'created', []],
      ['Ada', 'created', []],
      ['Bob', 'created', []],
      ['Cyd', 'created', []],
      ['Basic', 'created', ['/basic/password']],
      ['In', 'created', ['/settings/destination/secret']],
      ['Out', 'created', []],
      ['Files', 'created', []],
      ['Pager', 'created', ['/secret']],
      ['By mail', 'created', []],
    ]);
    const idOf = (name: string): string => done.find((each) => each.name === name)?.id ?? '';
    for (const { id, ref } of done) expect(id).not.toBe(ref);
    expect(await read(there, `connections/${idOf('Ada')}`)).toMatchObject({
      application: idOf('With secret'),
      user: 'ada@contoso.example',
      status: 'unauthorized',
    });
    expect(await read(there, `connectors/${idOf('In')}`)).toMatchObject({
      connection: idOf('Ada'),
      // Nobody could verify what it delivers.
      enabled: false,
      settings: { schedule: { every: '2m' }, destination: { url: 'https://hooks.contoso.example/in' } },
    });
    expect(await read(there, `connectors/${idOf('Out')}`)).toMatchObject({ enabled: true });
    expect(await read(there, `alert-channels/${idOf('By mail')}`)).toMatchObject({ connector: idOf('Out') });
    expect(await read(there, `alert-channels/${idOf('Pager')}`)).toMatchObject({ enabled: false });
    // Exported there, it is what it was here, but for ids.
    const again = await exported(there);
    const bare = (item: Item) => ({
      ...item,
      ref: 0,
      application: 0,
      connection: 0,
      connector: 0,
      enabled: 0,
    });
    for (const list of ['connections', 'connectors', 'alertChannels'] as const)
      expect(again[list].map(bare)).toEqual(document[list].map(bare));
    expect(again.applications.map(bare)[2]).toEqual(document.applications.map(bare)[2]);
  });

  it('shows what still misses its secret, until that is entered', async () => {
    const { privateKey } = await setUp(here);
    const document = await exported(here);
    const done = await items(document);
    const idOf = (name: string): string => done.find((each) => each.name === name)?.id ?? '';
    const problemOf = async (resource: string) => (await read(there, resource)).problem?.code ?? null;
    const change = async (resource: string, payload: object) => {
      const { version } = await read(there, resource);
      const headers = { 'if-match': `"${version}"` };
      expect((await there.call('PATCH', `/api/v1/${resource}`, { payload, headers })).statusCode).toBe(200);
    };
    const [secret, key, basic] = [
      `applications/${idOf('With secret')}`,
      `applications/${idOf('With certificate')}`,
      `connections/${idOf('Basic')}`,
    ];
    expect(await read(there, secret)).toMatchObject({
      problem: { code: 'secret-to-be-entered', detail: expect.stringContaining('With secret') },
    });
    expect(await problemOf(key)).toBe('secret-to-be-entered');
    expect(await read(there, basic)).toMatchObject({
      status: 'reauthorization-required',
      problem: { code: 'secret-to-be-entered' },
    });
    // Another change does not do.
    await change(secret, { tenant: '99999999-2222-3333-4444-555555555555' });
    expect(await problemOf(secret)).toBe('secret-to-be-entered');
    await change(secret, { clientAuth: { method: 'clientSecret', clientSecret: SECRETS.client } });
    expect(await problemOf(secret)).toBeNull();
    const { certificate } = named(document.applications, 'With certificate').clientAuth;
    await change(key, { clientAuth: { method: 'certificate', certificate, privateKey } });
    expect(await problemOf(key)).toBeNull();
    await change(basic, { basic: { password: SECRETS.password } });
    expect(await read(there, basic)).toMatchObject({ status: 'authorized', problem: null });
  });

  it('takes secrets that were put into the document', async () => {
    await setUp(here);
    const document = await exported(here);
    named(document.applications, 'With secret').clientAuth.clientSecret = SECRETS.client;
    named(document.connectors, 'In').settings.destination.secret = SECRETS.webhook;
    const done = await items(document);
    expect(done.flatMap(({ secrets }) => secrets)).toEqual([
      ...['/clientAuth/privateKey', '/basic/password', '/secret'],
    ]);
    const idOf = (name: string): string => done.find((each) => each.name === name)?.id ?? '';
    expect((await read(there, `applications/${idOf('With secret')}`)).problem).toBeNull();
    expect((await read(there, `connectors/${idOf('In')}`)).enabled).toBe(true);
    expect(await there.deps.connectors.settingsWithSecrets(idOf('In') as never)).toMatchObject({
      destination: { secret: SECRETS.webhook },
    });
    expect(await everythingStored(there)).not.toContain(SECRETS.client);
  });

  it('only says so in a dry run', async () => {
    await setUp(here);
    const done = await items(await exported(here), '?dryRun=true');
    expect(done.map(({ status }) => status)).toEqual(Array(12).fill('created'));
    expect(done.every(({ id }) => id === undefined)).toBe(true);
    expect(await count(there)).toEqual([0, 0, 0, 0]);
  });

  it('skips what is here already, so that it can be repeated', async () => {
    await setUp(here);
    const document = await exported(here);
    const first = await items(document);
    const second = await items(document);
    expect(second.map(({ status }) => status)).toEqual(Array(12).fill('skipped'));
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(second.flatMap(({ secrets }) => secrets)).toEqual([]);
    // What broke off in the middle is made whole.
    const one = first.find(({ name }) => name === 'Files')?.id;
    await there.call('DELETE', `/api/v1/connectors/${one}`, { headers: { 'if-match': '"1"' } });
    const third = await items(document);
    expect(third.filter(({ status }) => status === 'created').map(({ name }) => name)).toEqual(['Files']);
  });

  it('updates what is here already, when told to, and keeps the secrets that are stored', async () => {
    await setUp(here);
    const document = await exported(here);
    for (const [list, name, change] of [
      ['applications', 'With secret', { tenant: '99999999-2222-3333-4444-555555555555' }],
      ['connections', 'Cyd', { scope: ['https://outlook.office.com/IMAP.AccessAsUser.All'] }],
      ['connectors', 'In', { settings: { schedule: { every: '9m' } } }],
    ] as const) {
      const item = named(document[list], name);
      if (list === 'connectors') Object.assign(item.settings, change.settings);
      else Object.assign(item, change);
    }
    const done = await items(document, '?onExisting=update', here);
    expect(done.map(({ status }) => status)).toEqual(Array(12).fill('updated'));
    expect(await count(here)).toEqual([3, 4, 3, 2]);
    const idOf = (name: string): string => done.find((each) => each.name === name)?.id ?? '';
    expect(await read(here, `applications/${idOf('With secret')}`)).toMatchObject({
      tenant: '99999999-2222-3333-4444-555555555555',
      problem: null,
    });
    expect(await here.deps.applications.secrets(idOf('With secret') as never)).toEqual({
      clientSecret: SECRETS.client,
    });
    expect(await here.deps.applications.secrets(idOf('With certificate') as never)).toHaveProperty(
      'privateKey',
    );
    expect(await here.deps.connections.password(idOf('Basic') as never)).toBe(SECRETS.password);
    expect(await here.deps.connectors.settingsWithSecrets(idOf('In') as never)).toMatchObject({
      schedule: { every: '9m' },
      destination: { secret: SECRETS.webhook },
    });
  });

  it('does not send a stored secret to another place by an update', async () => {
    await setUp(here);
    const document = await exported(here);
    Object.assign(named(document.applications, 'With secret'), {
      accessTokenUrl: 'https://evil.example/token',
    });
    named(document.connections, 'Basic').imap.host = 'evil.example';
    named(document.connectors, 'In').settings.destination.url = 'https://evil.example/in';
    Object.assign(named(document.alertChannels, 'Pager'), { url: 'https://evil.example/pager' });
    const before = await everythingStored(here);
    const answer = await importing(document, '?onExisting=update', here);
    expect(answer.json()).toMatchObject({ code: 'setup-faulty', status: 422 });
    expect(answer.json().fields.map(({ path }: { path: string }) => path)).toEqual([
      '/applications/0/clientAuth/clientSecret',
      '/connections/3/basic/password',
      '/connectors/0/settings/destination/secret',
      '/alertChannels/0/secret',
    ]);
    expect(recordsOf(await everythingStored(here))).toBe(recordsOf(before));
  });

  it('writes nothing at all when anything is wrong, and names everything that is', async () => {
    await setUp(here);
    const document = await exported(here);
    Object.assign(document.applications[0] as object, { tenant: 'not a tenant' });
    Object.assign(document.connections[1] as object, { application: 'nobody' });
    Object.assign(document.connections[3] as object, {
      imap: { host: 'imap.x.example', port: 0, tlsType: 'None' },
    });
    Object.assign(document.connectors[1] as object, { settings: { strange: true } });
    Object.assign(document.alertChannels[1] as object, { connector: 'nobody' });
    const answer = await importing(document);
    expect(answer.statusCode).toBe(422);
    const paths = answer.json().fields.map(({ path }: { path: string }) => path);
    for (const path of [
      '/applications/0/tenant',
      '/connections/1/application',
      '/connections/3/imap/port',
      '/connectors/1/settings/strange',
      '/alertChannels/1/connector',
    ])
      expect(paths).toContain(path);
    expect(await count(there)).toEqual([0, 0, 0, 0]);
    const dry = await items(document, '?dryRun=true');
    expect(dry.filter(({ status }) => status === 'faulty').map(({ name }) => name)).toEqual([
      ...['With secret', 'Bob', 'Basic', 'Out', 'By mail'],
    ]);
  });

  it('takes refs that a person made up, and refuses those that are there twice', async () => {
    const document = {
      format: 'mailgrant-setup',
      version: 1,
      applications: [{ ref: 'our app', ...applicationInput() }],
      connections: [{ ref: 'ada', name: 'Ada', application: 'our app', user: 'ada@contoso.example' }],
      connectors: [{ ref: 'out', name: 'Out', type: 'email-send', connection: 'ada' }],
    };
    expect((await items(document)).map(({ status }) => status)).toEqual(['created', 'created', 'created']);
    const doubled = { ...document, connectors: [...document.connectors, ...document.connectors] };
    expect((await importing(doubled)).json().fields).toEqual([
      { path: '/connectors/1/ref', message: 'out is there twice' },
    ]);
  });

  it('takes no pointer that leads to what all objects share', async () => {
    const secrets = [
      '/__proto__/polluted',
      '/constructor/prototype/polluted',
      '/clientAuth/__proto__/polluted',
    ];
    const document = {
      format: 'mailgrant-setup',
      version: 1,
      applications: [{ ref: 'a', secrets, ...applicationInput() }],
      connections: [],
      connectors: [],
    };
    const { fields } = (await importing(document)).json();
    expect(fields.map(({ path }: { path: string }) => path)).toEqual(
      secrets.map((pointer) => `/applications/0${pointer}`),
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('refuses to guess where two here have the same name and kind', async () => {
    await made(there, 'applications', applicationInput({ name: 'Twin' }));
    await made(there, 'applications', applicationInput({ name: 'Twin' }));
    const document = {
      format: 'mailgrant-setup',
      version: 1,
      applications: [{ ref: 'a', ...applicationInput({ name: 'Twin' }) }],
      connections: [],
      connectors: [],
    };
    const { fields } = (await importing(document)).json();
    expect(fields).toEqual([
      { path: '/applications/0/name', message: expect.stringContaining('several here') },
    ]);
  });

  it.each([
    [{}],
    [{ format: 'mailgrant-grant', version: 1 }],
    [{ format: 'mailgrant-setup', version: 2 }],
    [{ format: 'mailgrant-setup', version: 1, applications: 'many' }],
    [[]],
  ])('refuses what is no set-up: %j', async (document) => {
    expect((await importing(document)).json()).toMatchObject({ code: 'setup-faulty', status: 422 });
  });
});

/** What is stored, without the audit trail, which holds the refusal. */
const recordsOf = (stored: string): string =>
  JSON.stringify((JSON.parse(stored) as unknown[]).filter((_, index, all) => !isAudit(all, index)));
const isAudit = (all: unknown[], index: number): boolean =>
  String(all[index % 2 === 0 ? index : index - 1]).includes('{audit:');
