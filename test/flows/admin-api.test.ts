import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ADMIN_KEY,
  applicationInput,
  everythingStored,
  type Harness,
  newConnection,
  startHarness,
  TENANT,
} from './admin-harness.js';

let harness: Harness;
let call: Harness['call'];
beforeAll(async () => {
  harness = await startHarness();
  call = harness.call;
});
afterAll(() => harness.stop());

const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const webhook = { type: 'webhook', url: 'https://hook.example/in', secret: WEBHOOK_SECRET };
const lastAsked = (what: string) => harness.asked.findLast((each) => each.what === what)?.with;

describe('records', () => {
  it('are created, read with their version, changed against it, and deleted', async () => {
    const created = await call('POST', '/api/v1/applications', { payload: applicationInput() });
    expect(created.statusCode).toBe(201);
    expect(created.headers.etag).toBe('"1"');
    const { id } = created.json();
    expect(created.json()).toMatchObject({
      version: 1,
      callbackUrl: 'http://localhost:8025/oauth/callback',
      authUrl: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/authorize`,
      clientAuth: { method: 'clientSecret' },
      problem: null,
    });
    const url = `/api/v1/applications/${id}`;
    const changed = await call('PATCH', url, { headers: { 'if-match': '"1"' }, payload: { name: 'New' } });
    expect([changed.statusCode, changed.json().name, changed.headers.etag]).toEqual([200, 'New', '"2"']);
    const lost = await call('PATCH', url, { headers: { 'if-match': '"1"' }, payload: { name: 'Lost' } });
    expect([lost.statusCode, lost.json().code]).toEqual([412, 'version-conflict']);
    expect((await call('GET', url)).json().name).toBe('New');
    expect((await call('DELETE', url, { headers: { 'if-match': '"1"' } })).statusCode).toBe(412);
    expect((await call('DELETE', url, { headers: { 'if-match': '"2"' } })).statusCode).toBe(204);
    expect((await call('GET', url)).json().code).toBe('not-found');
  });

  it('want If-Match with every change and deletion', async () => {
    const { id } = await newConnection(harness);
    for (const method of ['PATCH', 'DELETE'] as const) {
      for (const headers of [{}, { 'if-match': '*' }, { 'if-match': '"x"' }]) {
        const answer = await call(method, `/api/v1/connections/${id}`, {
          headers,
          ...(method === 'PATCH' && { payload: {} }),
        });
        expect([answer.statusCode, answer.json().code]).toEqual([428, 'if-match-required']);
      }
    }
  });

  it('that are in use stay, and say who uses them', async () => {
    const { id, application } = await newConnection(harness);
    const refused = await call('DELETE', `/api/v1/applications/${application}`, {
      headers: { 'if-match': '1' },
    });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'still-in-use']);
    expect(refused.json().detail).toContain(id);
  });

  it('lose the grant when a patch means another mailbox', async () => {
    const { id } = await newConnection(harness);
    const patched = await call('PATCH', `/api/v1/connections/${id}`, {
      headers: { 'if-match': '"1"' },
      payload: { user: 'eve@contoso.example' },
    });
    expect(patched.json()).toMatchObject({ user: 'eve@contoso.example', status: 'unauthorized', version: 2 });
    expect((await harness.deps.connections.read(id as never)).epoch).toBe(1);
  });

  it('come in pages with an opaque cursor', async () => {
    for (const name of ['one', 'two', 'three'])
      await call('POST', '/api/v1/applications', { payload: applicationInput({ name }) });
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${cursor}` : '';
      const page: { items: { name: string }[]; nextCursor: string | null } = (
        await call('GET', `/api/v1/applications?limit=2${query}`)
      ).json();
      expect(page.items.length).toBeLessThanOrEqual(2);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(names.slice(-3)).toEqual(['one', 'two', 'three']);
    expect((await call('GET', '/api/v1/applications?cursor=%2F%2F')).json().code).toBe('invalid-request');
    expect((await call('GET', '/api/v1/applications?limit=0')).statusCode).toBe(400);
  });

  it('never answer a secret, and show a failure of the application on its connections', async () => {
    const { id } = await newConnection(harness);
    const basic = await call('POST', '/api/v1/connections', {
      payload: {
        name: 'B',
        user: 'b@c.example',
        basic: { password: 'pass-77' },
        imap: { host: 'imap.c.example' },
      },
    });
    const connector = await call('POST', '/api/v1/connectors', {
      payload: { name: 'In', type: 'email-receive', connection: id, settings: { destination: webhook } },
    });
    expect(connector.statusCode).toBe(201);
    const copy = await call('POST', `/api/v1/connectors/${connector.json().id}/copy`, {
      payload: { name: 'Copy' },
    });
    const lists = await Promise.all(
      ['applications', 'connections', 'connectors', 'connector-types'].map((each) =>
        call('GET', `/api/v1/${each}?limit=200`),
      ),
    );
    const everything = [basic, connector, copy, ...lists].map(({ body }) => body).join('\n');
    expect(everything).toContain('hook.example');
    for (const secret of ['client-secret-8Qx', 'pass-77', WEBHOOK_SECRET])
      expect(everything).not.toContain(secret);
    expect(JSON.stringify(harness.lines)).not.toMatch(/client-secret-8Qx|pass-77|whsec_/);
    const stored = await everythingStored(harness);
    expect(stored).toContain('hook.example');
    for (const secret of ['client-secret-8Qx', 'pass-77', WEBHOOK_SECRET])
      expect(stored).not.toContain(secret);
  });

  it('show connectors with their health', async () => {
    const { id } = await newConnection(harness);
    const { json } = await call('POST', '/api/v1/connectors', {
      payload: { name: 'In', type: 'email-receive', connection: id, settings: { destination: webhook } },
    });
    expect(json().health).toMatchObject({ status: 'held', lastSuccessAt: null, failures: 0 });
    const run = await call('POST', `/api/v1/connectors/${json().id}/run`);
    expect(run.statusCode).toBe(202);
    expect(lastAsked('runNow')).toBe(json().id);
    expect((await call('POST', '/api/v1/connectors/ctr_nobody/run')).statusCode).toBe(404);
  });
});

describe('senders', () => {
  it('look at their outbox when they are run, and stay while a message of theirs waits', async () => {
    const { id } = await newConnection(harness);
    const connector = await call('POST', '/api/v1/connectors', {
      payload: { name: 'Out', type: 'email-send', connection: id },
    });
    const url = `/api/v1/connectors/${connector.json().id}`;
    expect((await call('GET', url)).json().health.nextRunAt).toBe('2030-01-02T03:04:05.000Z');
    await call('POST', `${url}/reset`);
    expect(lastAsked('connectionChanged')).toBe(id);
    const refused = await call('DELETE', url, { headers: { 'if-match': '"1"' } });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'still-in-use']);
    expect(refused.json().detail).toContain('queued (msg_1)');
    const other = await newConnection(harness);
    const rebind = { headers: { 'if-match': '"1"' }, payload: { connection: other.id } };
    expect((await call('PATCH', url, rebind)).json().code).toBe('still-in-use');
    expect((await call('PATCH', url, { ...rebind, payload: { name: 'Out again' } })).statusCode).toBe(200);
    const { list } = harness.deps.outbox;
    harness.deps.outbox.list = async () => ({ items: [], next: undefined });
    expect((await call('DELETE', url, { headers: { 'if-match': '"2"' } })).statusCode).toBe(204);
    harness.deps.outbox.list = list;
  });
});

describe('the acts on a grant', () => {
  it('start unbound with a key, finish by hand, refresh and end', async () => {
    const { id } = await newConnection(harness);
    const started = await call('POST', `/api/v1/connections/${id}/authorize`);
    expect(started.json().authorizationUrl).toContain('https://login.example/');
    expect(lastAsked('authorizationUrl')).toEqual({ id });
    expect(started.headers['set-cookie']).toBeUndefined();
    await call('POST', `/api/v1/connections/${id}/exchange`, { payload: { code: 'the-code' } });
    expect(lastAsked('exchange')).toEqual({ id, code: 'the-code' });
    for (const payload of [{}, { code: 'a', redirectedUrl: 'b' }, { other: 'a' }]) {
      const answer = await call('POST', `/api/v1/connections/${id}/exchange`, { payload });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid-request']);
    }
    await call('POST', `/api/v1/connections/${id}/refresh`);
    expect(lastAsked('refreshNow')).toBe(id);
    const ended = await call('POST', `/api/v1/connections/${id}/sign-out`);
    expect([ended.statusCode, lastAsked('signOut')]).toEqual([200, id]);
    expect(ended.json().revocation).toEqual({ outcome: 'not-offered', problem: null });
  });

  it('show a device code without its secret, take tokens, and print what an administrator runs', async () => {
    const { id } = await newConnection(harness);
    const path = `/api/v1/connections/${id}`;
    for (const method of ['POST', 'GET'] as const) {
      const device = await call(method, `${path}/device`);
      expect(device.json()).toMatchObject({ state: 'waiting', userCode: 'ABCD-EFGH', intervalSeconds: 5 });
      expect(device.body).not.toContain('never shown');
    }
    const tokens = await call('POST', `${path}/tokens`, { payload: { accessToken: 'secret-token-1' } });
    expect([tokens.statusCode, lastAsked('pasteTokens')]).toEqual([
      200,
      { id, accessToken: 'secret-token-1' },
    ]);
    expect(tokens.body).not.toContain('secret-token-1');
    for (const payload of [
      {},
      { token: 'x' },
      { accessToken: 'x', expiresAt: 'soon' },
      { accessToken: 'x\u0001y' },
    ])
      expect((await call('POST', `${path}/tokens`, { payload })).statusCode).toBe(400);
    const { cmdlets, toFillIn } = (await call('GET', `${path}/app-only-setup`)).json();
    expect(cmdlets).toHaveLength(3);
    expect(toFillIn[0].where).toContain('Enterprise applications');
  });
});

describe('messages', () => {
  it('are accepted with their idempotency key', async () => {
    const payload = { to: 'bob@contoso.example', subject: 'Hello', text: 'x' };
    const answer = await call('POST', '/api/v1/connectors/ctr_1/messages', {
      payload,
      headers: { 'idempotency-key': 'k1' },
    });
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      { id: 'msg_1', status: 'queued', messageId: '<a@b>' },
    ]);
    expect(lastAsked('accept')).toEqual({ connector: 'ctr_1', draft: payload, idempotencyKey: 'k1' });
  });

  it('are answered with ISO times and the server’s own words', async () => {
    const answer = (await call('GET', '/api/v1/messages/msg_1')).json();
    expect(answer).toMatchObject({
      createdAt: '2026-01-01T00:00:00.000Z',
      problem: null,
      log: [{ at: '2026-01-01T00:00:00.000Z', reply: '250 2.0.0 OK' }],
    });
    expect((await call('GET', '/api/v1/messages/msg_2')).json().code).toBe('not-found');
    expect((await call('GET', '/api/v1/messages/con_1')).json().code).toBe('not-found');
  });

  it('are listed by the direction of their connector, cancelled, retried and redelivered in the asker’s name', async () => {
    const { id } = await newConnection(harness);
    const connector = await call('POST', '/api/v1/connectors', {
      payload: { name: 'Out', type: 'email-send', connection: id },
    });
    const url = `/api/v1/connectors/${connector.json().id}/messages`;
    const page = (await call('GET', `${url}?status=queued`)).json();
    expect([page.items.length, typeof page.nextCursor]).toEqual([1, 'string']);
    expect((await call('GET', `${url}?cursor=${page.nextCursor}`)).json().nextCursor).toBeNull();
    expect((await call('GET', `${url}?status=delivered`)).json().fields).toHaveLength(1);
    expect((await call('POST', '/api/v1/messages/msg_1/cancel')).json().status).toBe('cancelled');
    expect(lastAsked('cancel')).toEqual({ id: 'msg_1', by: 'environment' });
    expect((await call('POST', '/api/v1/messages/msg_1/retry')).json().code).toBe('not-in-that-status');
    expect((await call('POST', '/api/v1/messages/msg_1/redeliver')).json().direction).toBe('inbound');
  });
});

describe('API keys', () => {
  it('are shown once, work until deleted, and are stored by digest only', async () => {
    const made = await call('POST', '/api/v1/api-keys', { payload: { name: 'CI', scopes: ['read'] } });
    const { id, key } = made.json();
    expect(made.statusCode).toBe(201);
    const list = await call('GET', '/api/v1/api-keys?limit=200');
    expect(list.json().items).toContainEqual(expect.objectContaining({ id, name: 'CI', scopes: ['read'] }));
    expect(list.body).not.toContain(key);
    const withKey = { headers: { authorization: `Bearer ${key}` } };
    expect((await call('GET', '/api/v1/connections', withKey)).statusCode).toBe(200);
    expect(await everythingStored(harness)).not.toContain(key);
    expect((await call('DELETE', `/api/v1/api-keys/${id}`)).statusCode).toBe(204);
    expect((await call('GET', '/api/v1/connections', withKey)).statusCode).toBe(401);
    expect((await call('DELETE', `/api/v1/api-keys/${id}`)).statusCode).toBe(404);
    expect(
      (await call('POST', '/api/v1/api-keys', { payload: { name: 'x', scopes: ['root'] } })).statusCode,
    ).toBe(400);
  });
});

describe('the service', () => {
  it('tells whether it lives and is ready, and its metrics, to anybody', async () => {
    const anonymous = (url: string) => harness.app.inject({ method: 'GET', url });
    expect((await anonymous('/livez')).json()).toEqual({ status: 'ok' });
    expect((await anonymous('/readyz')).json()).toEqual({
      status: 'ready',
      checks: [{ name: 'redis', ok: true }],
    });
    expect((await anonymous('/metrics')).headers['content-type']).toContain('text/plain');
  });

  it('numbers each request, in answer and log, and logs no URL', async () => {
    const answer = await call('GET', '/api/v1/connections?cursor=c2VjcmV0LWlzaA', {
      headers: { 'x-request-id': 'caller-1234' },
    });
    expect(answer.headers['x-request-id']).toBe('caller-1234');
    const line = harness.lines.find(({ fields }) => fields.requestId === 'caller-1234');
    expect(line?.fields).toMatchObject({
      route: '/api/v1/connections',
      method: 'GET',
      status: 200,
      by: 'environment',
    });
    expect(JSON.stringify(line)).not.toContain('c2VjcmV0LWlzaA');
    const strange = await call('GET', '/livez', { headers: { 'x-request-id': 'a b\tc"<script>' } });
    expect(strange.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sets its security headers on everything', async () => {
    for (const url of ['/sign-in', '/api/v1/nothing', '/oauth/callback?x=1']) {
      const { headers } = await harness.app.inject({ method: 'GET', url });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
    expect(ADMIN_KEY.length).toBeGreaterThan(20);
  });
});
