import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../../src/contract/problems/index.js';
import { ADMIN_KEY, applicationInput, type Harness, newConnection, startHarness } from './admin-harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness(() => ({
    limits: { messageBodyBytes: 2_000 },
    async signOut() {
      throw new TypeError('client-secret-8Qx broke');
    },
  }));
});
afterAll(() => harness.stop());

const json = { 'content-type': 'application/json' };
const raw = (payload: string, headers: Record<string, string> = json) => ({ payload, headers });

describe('every failure is problem+json', () => {
  it.each([
    ['no such route', 'GET', '/api/v1/nothing', {}, 404, 'route-not-found'],
    ['no such method', 'PUT', '/api/v1/connections', {}, 404, 'route-not-found'],
    ['no such record', 'GET', '/api/v1/connections/con_1', {}, 404, 'not-found'],
    ['the id of another kind', 'GET', '/api/v1/connections/app_1', {}, 404, 'not-found'],
    ['broken JSON', 'POST', '/api/v1/api-keys', raw('{"name":'), 400, 'invalid-request'],
    ['an empty body', 'POST', '/api/v1/api-keys', raw(''), 400, 'invalid-request'],
    [
      'a poisoned prototype',
      'POST',
      '/api/v1/applications',
      raw('{"__proto__":{"x":1}}'),
      400,
      'invalid-request',
    ],
    ['a body that the schema refuses', 'POST', '/api/v1/api-keys', raw('{"name":7}'), 400, 'invalid-request'],
    [
      'settings that the schema refuses',
      'POST',
      '/api/v1/applications',
      raw('{"name":7}'),
      422,
      'invalid-settings',
    ],
    ['a body that is no object', 'POST', '/api/v1/connections', raw('[]'), 422, 'invalid-settings'],
    ['a body that is null', 'POST', '/api/v1/connectors', raw('null'), 422, 'invalid-settings'],
    [
      'another media type',
      'POST',
      '/api/v1/api-keys',
      raw('<a/>', { 'content-type': 'text/xml' }),
      415,
      'unsupported-media-type',
    ],
    [
      'plain text',
      'POST',
      '/api/v1/api-keys',
      raw('x', { 'content-type': 'text/plain' }),
      415,
      'unsupported-media-type',
    ],
    [
      'a form',
      'POST',
      '/api/v1/api-keys',
      raw('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported-media-type',
    ],
    [
      'too large a body',
      'POST',
      '/api/v1/connectors/ctr_1/messages',
      raw(`"${'x'.repeat(3_000)}"`),
      413,
      'payload-too-large',
    ],
    ['a bad query', 'GET', '/api/v1/connections?limit=many', {}, 400, 'invalid-request'],
    ['a broken escape', 'GET', '/api/v1/connections/%ff', {}, 400, 'invalid-request'],
    ['something unforeseen', 'POST', '/api/v1/connections/con_1/sign-out', {}, 500, 'internal-error'],
  ] as const)('%s', async (_what, method, url, more, status, code) => {
    const answer = await harness.call(method, url, more);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const body = answer.json();
    expect([answer.statusCode, body.status, body.code]).toEqual([status, status, code]);
    expect(body.type).toBe(`/problems#${code}`);
    expect(body.instance).toBe(`urn:mailgrant:request:${answer.headers['x-request-id']}`);
    for (const member of ['title', 'detail', 'next', 'owner', 'verdict', 'at'])
      expect(body[member]).toBeTypeOf('string');
    expect(answer.body).not.toContain('client-secret-8Qx');
  });

  it('is explained where its type leads, to anybody', async () => {
    const { type } = (await harness.call('GET', '/api/v1/connections/con_1')).json();
    const [path, fragment] = String(type).split('#');
    const page = await harness.app.inject({ method: 'GET', url: path ?? '' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain(`<article id="${fragment}">`);
    for (const code of Object.keys(catalogue)) expect(page.body).toContain(`<article id="${code}">`);
    expect(page.body).not.toMatch(/\{\w+\}/);
  });

  it('names the fields at fault', async () => {
    const settings = await harness.call('POST', '/api/v1/applications', {
      payload: applicationInput({ clientId: '', colour: 1 }),
    });
    expect(
      settings
        .json()
        .fields.map(({ path }: { path: string }) => path)
        .sort(),
    ).toEqual(['/clientId', '/colour']);
    const body = await harness.call('POST', '/api/v1/api-keys', { payload: { name: 7, scopes: [] } });
    expect(body.json().fields.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['/name', '/scopes']),
    );
  });

  it('says it in words, wherever the fault lies', async () => {
    const body = await harness.call('POST', '/api/v1/api-keys', { payload: { scopes: ['root'], colour: 1 } });
    expect(body.json().fields).toEqual(
      expect.arrayContaining([
        { path: '/name', message: 'is required' },
        { path: '/scopes/0', message: 'must be one of read, operate, admin' },
        { path: '/colour', message: 'there is no such setting' },
      ]),
    );
    const query = await harness.call('GET', '/api/v1/connections?limit=many');
    expect(query.json().fields).toEqual([{ path: 'querystring:/limit', message: 'must be integer' }]);
  });

  it('logs the stack of what nobody foresaw, beside the id that was answered', async () => {
    const answer = await harness.call('POST', '/api/v1/connections/con_1/sign-out');
    const line = harness.lines.find(
      ({ level, fields }) => level === 'error' && fields.requestId === answer.headers['x-request-id'],
    );
    expect(line?.fields.err).toBeInstanceOf(TypeError);
  });

  it('asks for a key when there is none, or a wrong one', async () => {
    for (const authorization of [
      undefined,
      'Bearer nonsense',
      'Basic YTpi',
      `Bearer ${ADMIN_KEY}x`,
      `Bearer ${ADMIN_KEY.slice(0, -1)}`,
    ]) {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await harness.app.inject({ method: 'GET', url: '/api/v1/connections', headers });
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated']);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    }
  });
});

it('limits clients, and says when to come back', async () => {
  const limited = await startHarness(() => ({ limits: { requestsPerMinute: 3 } }));
  try {
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await limited.call('GET', '/api/v1/connections'));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.json().code).toBe('rate-limited');
    expect(answers[3]?.headers['content-type']).toBe('application/problem+json');
    expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await limited.call('GET', '/livez')).statusCode).toBe(200);
  } finally {
    await limited.stop();
  }
});

it('says that storage is unavailable while Redis is away', async () => {
  const stranded = await startHarness();
  await stranded.storage.client.disconnect();
  const answer = await stranded.call('GET', '/api/v1/connections');
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'storage-unavailable']);
  await stranded.stop();
});

it('finishes what is in flight when it stops, and refuses what comes after as a problem', async () => {
  let release = (): void => {};
  let isAsked = (): void => {};
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const stopping = await startHarness((deps) => ({
    outbox: {
      ...deps.outbox,
      connectionChanged() {
        isAsked();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    },
  }));
  const { id } = await newConnection(stopping);
  const connector = await stopping.call('POST', '/api/v1/connectors', {
    payload: { name: 'Out', type: 'email-send', connection: id },
  });
  const origin = await stopping.app.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ connections: 1, pipelining: 2 });
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const ask = (method: 'GET' | 'POST', path: string) =>
    request(`${origin}${path}`, { method, headers, dispatcher: agent });
  const first = ask('POST', `/api/v1/connectors/${connector.json().id}/run`);
  await asked;
  const second = ask('GET', '/api/v1/connections');
  const stopped = stopping.stop();
  await vi.waitFor(() => expect(stopping.app.server.listening).toBe(false));
  release();
  expect((await first).statusCode).toBe(202);
  const refused = await second.then(
    async ({ statusCode, body }) => [statusCode, ((await body.json()) as { code: string }).code],
    () => 'connection closed',
  );
  expect([[503, 'shutting-down'], 'connection closed']).toContainEqual(refused);
  await stopped;
  await agent.close();
});
