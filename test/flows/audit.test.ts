/** The audit trail over the API on a real Redis: what is written, what never is, how it is read, and what a stop of Redis does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditTrail } from '../../src/audit/audit-trail.js';
import type { ConnectionId } from '../../src/contract/ids.js';
import { problem, problemError } from '../../src/contract/problem.js';
import { openRedis } from '../../src/storage/redis.js';
import type { Log } from '../../src/telemetry/log.js';
import { auditDeviceSignIns } from '../../src/wiring/audit.js';
import { startRedis } from '../servers/redis.js';
import {
  ADMIN_KEY,
  applicationInput,
  everythingStored,
  type Harness,
  newConnection,
  PASSWORD,
  PUBLIC_URL,
  startHarness,
} from './admin-harness.js';

interface Entry {
  id: string;
  at: string;
  actor: { kind: string; id?: string; name?: string };
  from: string;
  action: string;
  subject?: { kind: string; id?: string; name?: string };
  outcome: string;
  problem?: string;
  detail?: string;
  changes?: { field: string; from?: string; to?: string }[];
  requestId?: string;
}

const STATE = `con_${'0'.repeat(32)}.${'s'.repeat(43)}`;
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness((deps) => ({
    signIn: {
      ...deps.signIn,
      async finish({ parameters }) {
        const code = parameters.get('code');
        if (code === 'consent') return { kind: 'admin-consented' };
        if (code === 'good') {
          const { id } = await newConnection(harness);
          return { kind: 'signed-in', connection: id as never, user: 'ada@contoso.example' };
        }
        if (code === 'wrong')
          throw problemError('wrong-user', {
            with: { user: 'ada@contoso.example', signedIn: 'mallory@contoso.example' },
          });
        throw problemError('sign-in-link-expired');
      },
    },
  }));
});
afterAll(() => harness.stop());

const list = async (query = ''): Promise<Entry[]> =>
  (await harness.call('GET', `/api/v1/audit?limit=200${query}`)).json().items;
const newest = async (): Promise<Entry> => (await list())[0] as Entry;

describe('each route that changes something', () => {
  it('writes an entry, or says where else it is written down', async () => {
    const routes = harness.app.routeTable.filter(
      ({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method),
    );
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, url, audit } of routes) {
      if (typeof audit === 'object') {
        expect(audit.elsewhere, url).toMatch(/\w/);
        continue;
      }
      const requestId = `complete-${method}-${url.replace(/\W/g, '-')}`.slice(0, 64);
      const isPage = !url.startsWith('/api');
      await harness.app.inject({
        method: method as 'POST',
        url: url.replace(/:\w+/g, 'nobody'),
        ...(isPage
          ? { payload: 'secret=x' }
          : { payload: method === 'DELETE' ? undefined : { strange: 'body' } }),
        headers: {
          'x-request-id': requestId,
          authorization: `Bearer ${ADMIN_KEY}`,
          ...(isPage && {
            origin: PUBLIC_URL,
            'content-type': 'application/x-www-form-urlencoded',
          }),
        },
      });
      const found = (await list()).filter((each) => each.requestId === requestId);
      expect(
        found.map(({ action }) => action),
        `${method} ${url}`,
      ).toEqual([audit]);
    }
  });

  it('keeps the service from starting when it names no action', async () => {
    const { app } = await startedEmpty();
    expect(() => app.post('/new', { config: { scope: 'admin' } }, async () => null)).toThrow(
      'route POST /new names no audit action',
    );
    expect(() =>
      app.post('/other', { config: { scope: 'admin', audit: 'service.other' } }, async () => null),
    ).not.toThrow();
  });
});

/** The hooks on a server that is not started yet. */
async function startedEmpty() {
  const { default: Fastify } = await import('fastify');
  const { auditRequests } = await import('../../src/admin/plugins/audit.js');
  const app = Fastify();
  auditRequests(app, { trail: harness.deps.audit, subjects: {}, schemas: [] });
  return { app };
}

describe('an entry', () => {
  it('says who, from where, what, to what, and what changed, with old and new values', async () => {
    const made = await harness.call('POST', '/api/v1/api-keys', {
      payload: { name: 'deploy bot', scopes: ['admin'] },
    });
    const { id: keyId, key } = made.json();
    const { id, application } = await newConnection(harness);
    const asBot = { authorization: `Bearer ${key}`, 'if-match': '"1"', 'x-request-id': 'request-of-the-bot' };
    await harness.call('PATCH', `/api/v1/connections/${id}`, {
      payload: { name: 'Ada L.' },
      headers: asBot,
    });
    expect(await newest()).toMatchObject({
      actor: { kind: 'key', id: keyId, name: 'deploy bot' },
      from: '127.0.0.1',
      action: 'connection.update',
      subject: { kind: 'connection', id, name: 'Ada' },
      outcome: 'done',
      changes: [{ field: '/name', from: 'Ada', to: 'Ada L.' }],
      requestId: 'request-of-the-bot',
    });
    await harness.call('PATCH', `/api/v1/applications/${application}`, {
      payload: { name: 'Other', clientAuth: { clientSecret: 'another-secret-77Zz' } },
      headers: { 'if-match': '"1"' },
    });
    const { actor, changes } = await newest();
    expect(actor).toEqual({ kind: 'key', id: 'environment' });
    expect(changes).toEqual([
      { field: '/name', from: 'Contoso', to: 'Other' },
      { field: '/clientAuth/clientSecret' },
    ]);
  });

  it('of a record that is created or deleted names it', async () => {
    const created = await harness.call('POST', '/api/v1/applications', {
      payload: applicationInput({ name: 'Short-lived' }),
    });
    const { id } = created.json();
    expect(await newest()).toMatchObject({
      action: 'application.create',
      subject: { kind: 'application', id, name: 'Short-lived' },
      changes: expect.arrayContaining([{ field: '/clientId', to: 'client' }]),
    });
    await harness.call('DELETE', `/api/v1/applications/${id}`, { headers: { 'if-match': '"1"' } });
    expect(await newest()).toMatchObject({
      action: 'application.delete',
      subject: { id, name: 'Short-lived' },
      outcome: 'done',
    });
  });

  it('of a person who is invited shows name and role, and nothing of the link', async () => {
    const payload = { name: 'grace', role: 'operator' };
    const { person, url } = (await harness.call('POST', '/api/v1/people', { payload })).json();
    const entry = await newest();
    expect(entry).toMatchObject({
      action: 'person.create',
      subject: { kind: 'person', id: person.id, name: 'grace' },
      changes: [
        { field: '/name', to: 'grace' },
        { field: '/role', to: 'operator' },
      ],
    });
    expect(JSON.stringify(entry)).not.toContain(new URL(url).searchParams.get('token'));
  });

  it('of what was refused has the problem, and no values', async () => {
    const { id } = await newConnection(harness);
    await harness.call('PATCH', `/api/v1/connections/${id}`, {
      payload: { user: 'not an address' },
      headers: { 'if-match': '"1"' },
    });
    expect(await newest()).toMatchObject({ outcome: 'refused', problem: 'invalid-settings' });
    expect((await newest()).changes).toBeUndefined();
  });

  it('of a key that may not do it is a refusal; a stranger leaves none', async () => {
    const made = await harness.call('POST', '/api/v1/api-keys', { payload: { name: 'r', scopes: ['read'] } });
    const { key, id } = made.json();
    await harness.call('POST', '/api/v1/applications', {
      payload: {},
      headers: { authorization: `Bearer ${key}` },
    });
    const refused = await newest();
    expect(refused).toMatchObject({ actor: { id, name: 'r' }, outcome: 'refused', problem: 'forbidden' });
    await harness.call('POST', '/api/v1/applications', {
      payload: {},
      headers: { authorization: 'Bearer x' },
    });
    expect((await newest()).id).toBe(refused.id);
  });
});

describe('sign-ins', () => {
  const callback = (code: string, state = STATE) =>
    harness.app.inject({ method: 'GET', url: `/oauth/callback?code=${code}&state=${state}` });

  it('name who signed in, and to which connection', async () => {
    await callback('good');
    const entry = (await list('&action=connection.sign-in'))[0];
    expect(entry).toMatchObject({
      actor: { kind: 'person', id: 'ada@contoso.example' },
      subject: { kind: 'connection', name: 'Ada' },
      outcome: 'done',
    });
  });

  it('that are refused name the connection, the problem and both addresses', async () => {
    await callback('wrong');
    expect(await newest()).toMatchObject({
      actor: { kind: 'anonymous' },
      action: 'connection.sign-in',
      subject: { kind: 'connection', id: STATE.split('.')[0] },
      outcome: 'refused',
      problem: 'wrong-user',
      detail: expect.stringContaining('mallory@contoso.example'),
    });
  });

  it('with a code on another device are written down when the service finds out', async () => {
    const { id } = await newConnection(harness);
    const write = auditDeviceSignIns(harness.deps.audit);
    await write(id as ConnectionId, { user: 'ada@contoso.example' });
    // The connection was created in the same millisecond, maybe, and stands in another stream.
    expect((await list('&action=connection.sign-in'))[0]).toMatchObject({
      actor: { kind: 'person', id: 'ada@contoso.example' },
      from: 'here',
      action: 'connection.sign-in',
      subject: { kind: 'connection', id },
      outcome: 'done',
    });
    await write(id as ConnectionId, { problem: problem('sign-in-superseded') });
    expect(await newest()).toMatchObject({ outcome: 'refused', problem: 'sign-in-superseded' });
  });

  it('that anybody made up leave nothing', async () => {
    const before = (await newest()).id;
    await callback('any');
    await callback('any', 'made-up');
    await callback('consent', 'admin-consent');
    expect((await newest()).id).toBe(before);
  });

  it('to the page are written down, refused ones too; neither with what was entered', async () => {
    const headers = { origin: PUBLIC_URL, 'content-type': 'application/x-www-form-urlencoded' };
    const enter = (secret: string) =>
      harness.app.inject({
        method: 'POST',
        url: '/sign-in',
        headers,
        payload: `secret=${encodeURIComponent(secret)}`,
      });
    await enter('guess-number-one');
    expect(await newest()).toMatchObject({
      actor: { kind: 'anonymous' },
      action: 'session.start',
      outcome: 'refused',
      problem: 'password-refused',
    });
    const opened = await enter(PASSWORD);
    expect(await newest()).toMatchObject({ actor: { kind: 'person', name: 'admin' }, outcome: 'done' });
    const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
    const { id } = await newConnection(harness);
    await harness.app.inject({
      method: 'POST',
      url: `/api/v1/connections/${id}/authorize`,
      headers: { origin: headers.origin, cookie },
    });
    expect(await newest()).toMatchObject({
      actor: { kind: 'person', name: 'admin' },
      action: 'connection.authorize',
    });
  });
});

it('holds no secret that was sent or made', async () => {
  const stored = await everythingStored(harness);
  for (const secret of ['client-secret-8Qx', 'another-secret-77Zz', ADMIN_KEY, PASSWORD, 'guess-number-one'])
    expect(stored).not.toContain(secret);
  expect(JSON.stringify(harness.lines)).not.toContain('another-secret-77Zz');
});

describe('the list', () => {
  it('is filtered by subject, actor, action and time, and goes on where it ended', async () => {
    const all = await list();
    expect(all.length).toBeGreaterThan(10);
    const times = all.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());

    const one = all.find(({ action }) => action === 'application.delete') as Entry;
    const ofSubject = await list(`&subject=${one.subject?.id}`);
    expect(ofSubject.map(({ action }) => action)).toContain('application.create');
    expect(new Set(ofSubject.map(({ subject }) => subject?.id))).toEqual(new Set([one.subject?.id]));
    expect((await list('&subject=Short-lived')).length).toBeGreaterThan(1);
    for (const { actor } of await list('&actor=deploy%20bot')) expect(actor.name).toBe('deploy bot');
    for (const { action } of await list('&action=connection')) expect(action).toMatch(/^connection\./);
    for (const { action } of await list('&action=api-key.create')) expect(action).toBe('api-key.create');

    const middle = all[Math.floor(all.length / 2)]?.at ?? '';
    const [until, since] = [await list(`&until=${middle}`), await list(`&since=${middle}`)];
    expect(until.every(({ at }) => at <= middle)).toBe(true);
    expect(since.every(({ at }) => at >= middle)).toBe(true);

    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const url: string = `/api/v1/audit?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await harness.call('GET', url)).json();
      paged.push(...page.items.map(({ id }: Entry) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all.map(({ id }) => id));
  });

  it('refuses a time that there is not, and finds nothing before there was anything', async () => {
    for (const query of ['since=2026-02-31', 'until=2026-13-45', 'until=2026-01-31T25:00'])
      expect((await harness.call('GET', `/api/v1/audit?${query}`)).statusCode, query).toBe(400);
    expect(await list('&until=0001-01-01')).toEqual([]);
    expect((await list('&until=9999-12-31&since=0001-01-01')).length).toBeGreaterThan(0);
  });

  it('refuses a cursor that no list gave', async () => {
    const cursor = Buffer.from('1-1:2').toString('base64url');
    expect((await harness.call('GET', `/api/v1/audit?cursor=${cursor}`)).statusCode).toBe(400);
  });

  it('is bounded in length and in age', async () => {
    const { client } = harness.storage;
    const mostEntries = { changes: 5, operations: 5, refusals: 5 };
    const bounded = createAuditTrail({
      redis: client,
      log: harness.deps.log,
      retentionMs: 86_400_000,
      mostEntries,
    });
    const report = {
      actor: { kind: 'service' },
      from: 'here',
      action: 'service.test',
      outcome: 'done',
    } as const;
    for (let i = 0; i < 20; i += 1) await bounded.record('changes', { ...report, detail: String(i) });
    const { items } = await bounded.list({ limit: 100, action: 'service.test' });
    expect(items.map(({ detail }) => detail)).toEqual(['19', '18', '17', '16', '15']);
    const fleeting = createAuditTrail({ redis: client, log: harness.deps.log, retentionMs: -10_000 });
    expect(await fleeting.trim()).toBeGreaterThan(0);
    expect(await list()).toEqual([]);
  });
});

it('puts an entry that Redis does not take into the log, whole, and does not fail', async () => {
  const redis = await startRedis();
  const storage = await openRedis(redis.url);
  const lines: { level: string; fields: Record<string, unknown> }[] = [];
  const log = {
    info: (fields: Record<string, unknown>) => lines.push({ level: 'info', fields }),
    error: (fields: Record<string, unknown>) => lines.push({ level: 'error', fields }),
  } as unknown as Log;
  const trail = createAuditTrail({ redis: storage.client, log, retentionMs: 86_400_000 });
  const report = {
    actor: { kind: 'service' },
    from: 'here',
    action: 'service.test',
    outcome: 'done',
  } as const;
  await trail.record('changes', report);
  await redis.stop();
  await trail.record('changes', report);
  expect(lines.map(({ level }) => level)).toEqual(['info', 'error']);
  expect(lines[1]?.fields.audit).toEqual(report);
  storage.client.disconnect();
});
