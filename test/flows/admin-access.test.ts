import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKeys } from '../../src/admin/api-keys.js';
import { authenticate, type RouteEntry } from '../../src/admin/plugins/authentication.js';
import { type RouteScope, SCOPES } from '../../src/admin/principal.js';
import { WEB_APP_SECTIONS } from '../../src/admin/routes/web-app.js';
import { createSessions } from '../../src/admin/sessions.js';
import { type Harness, PUBLIC_URL, startHarness } from './admin-harness.js';

/** Every route and the scope that it needs. A route that is missing here, or here and gone, fails the test. */
const ROUTES: Record<string, RouteScope> = {
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /api/openapi.json': 'public',
  'GET /oauth/callback': 'public',
  'GET /sign-in': 'public',
  'POST /sign-in': 'public',
  'GET /assets/page.css': 'public',
  'POST /sign-out': 'read',
  'POST /sign-out-everywhere': 'read',
  'GET /setup': 'public',
  'POST /setup': 'public',
  'GET /invitation': 'public',
  'POST /invitation': 'public',
  'GET /password': 'read',
  'POST /password': 'read',
  'GET /': 'read',
  ...Object.fromEntries(
    WEB_APP_SECTIONS.flatMap((section) => [
      [`GET /${section}`, 'read'],
      [`GET /${section}/*`, 'read'],
    ]),
  ),
  'GET /app/:file': 'public',
  'GET /api/v1/session': 'read',
  'POST /api/v1/session': 'public',
  'DELETE /api/v1/session': 'read',
  'DELETE /api/v1/session/all': 'read',
  'POST /api/v1/session/password': 'read',
  'POST /api/v1/session/set-up': 'public',
  'POST /api/v1/session/invitation': 'public',
  'GET /api/v1/people': 'admin',
  'POST /api/v1/people': 'admin',
  'GET /api/v1/people/:id': 'admin',
  'PATCH /api/v1/people/:id': 'admin',
  'DELETE /api/v1/people/:id': 'admin',
  'POST /api/v1/people/:id/invite': 'admin',
  'GET /api/v1/people/removed': 'admin',
  'DELETE /api/v1/people/removed/:id': 'admin',
  'GET /api/v1/providers': 'read',
  'GET /api/v1/overview': 'read',
  'GET /api/v1/statistics': 'read',
  'GET /api/v1/statistics/budgets': 'read',
  'GET /api/v1/events': 'read',
  'GET /api/v1/applications': 'read',
  'POST /api/v1/applications': 'admin',
  'GET /api/v1/applications/:id': 'read',
  'PATCH /api/v1/applications/:id': 'admin',
  'DELETE /api/v1/applications/:id': 'admin',
  'GET /api/v1/connections': 'read',
  'POST /api/v1/connections': 'admin',
  'GET /api/v1/connections/:id': 'read',
  'PATCH /api/v1/connections/:id': 'admin',
  'DELETE /api/v1/connections/:id': 'admin',
  'POST /api/v1/connections/:id/authorize': 'operate',
  'POST /api/v1/connections/:id/exchange': 'operate',
  'POST /api/v1/connections/:id/refresh': 'operate',
  'POST /api/v1/connections/:id/sign-out': 'admin',
  'POST /api/v1/connections/:id/test': 'operate',
  'GET /api/v1/connectors': 'read',
  'POST /api/v1/connectors': 'admin',
  'GET /api/v1/connectors/:id': 'read',
  'PATCH /api/v1/connectors/:id': 'admin',
  'DELETE /api/v1/connectors/:id': 'admin',
  'POST /api/v1/connectors/:id/run': 'operate',
  'POST /api/v1/connectors/:id/test': 'operate',
  'POST /api/v1/connectors/:id/reset': 'operate',
  'POST /api/v1/connectors/:id/copy': 'admin',
  'GET /api/v1/connectors/:id/messages': 'read',
  'POST /api/v1/connectors/:id/messages': 'operate',
  'GET /api/v1/messages': 'read',
  'POST /api/v1/messages/bulk': 'operate',
  'GET /api/v1/messages/:id': 'read',
  'GET /api/v1/messages/:id/content': 'operate',
  'GET /api/v1/messages/:id/preview': 'operate',
  'GET /api/v1/messages/:id/source': 'operate',
  'GET /api/v1/messages/:id/attachments/:index': 'operate',
  'POST /api/v1/messages/:id/retry': 'operate',
  'POST /api/v1/messages/:id/cancel': 'operate',
  'POST /api/v1/messages/:id/redeliver': 'operate',
  'GET /api/v1/connector-types': 'read',
  'GET /api/v1/alerts': 'read',
  'GET /api/v1/alert-channels': 'read',
  'POST /api/v1/alert-channels': 'admin',
  'GET /api/v1/alert-channels/:id': 'read',
  'PATCH /api/v1/alert-channels/:id': 'admin',
  'DELETE /api/v1/alert-channels/:id': 'admin',
  'POST /api/v1/alert-channels/:id/test': 'operate',
  'GET /api/v1/api-keys': 'admin',
  'POST /api/v1/api-keys': 'admin',
  'DELETE /api/v1/api-keys/:id': 'admin',
  'GET /problems': 'public',
  'GET /api/v1/connections/:id/app-only-setup': 'read',
  'GET /api/v1/connections/:id/device': 'operate',
  'POST /api/v1/connections/:id/device': 'operate',
  'POST /api/v1/connections/:id/tokens': 'admin',
  'POST /api/v1/applications/:id/admin-consent': 'operate',
  'GET /api/v1/audit': 'admin',
  'POST /api/v1/service/reseal': 'admin',
  'POST /api/v1/connections/:id/export': 'admin',
  'POST /api/v1/connections/:id/import': 'admin',
  'GET /api/v1/setup/export': 'admin',
  'POST /api/v1/setup/import': 'admin',
};

let harness: Harness;
let found: RouteEntry[] = [];
const keys: Record<string, string> = {};

beforeAll(async () => {
  harness = await startHarness();
  found = harness.app.routeTable.filter(({ method }) => method !== 'HEAD');
  for (const scope of SCOPES) {
    const made = await harness.call('POST', '/api/v1/api-keys', {
      payload: { name: scope, scopes: [scope] },
    });
    keys[scope] = made.json().key;
  }
});
afterAll(() => harness.stop());

describe('every route', () => {
  it('stands in the table with the scope that it needs', () => {
    expect(Object.fromEntries(found.map(({ method, url, scope }) => [`${method} ${url}`, scope]))).toEqual(
      ROUTES,
    );
  });

  it('lets in exactly the keys whose scope covers it', async () => {
    for (const { method, url, scope } of found) {
      for (const [name, key] of [['nobody', undefined], ...Object.entries(keys)] as const) {
        const answer = await harness.app.inject({
          method: method as 'GET',
          url: url.replace(':id', 'x_nobody'),
          headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
        });
        const isSentAway =
          !url.startsWith('/api/') && answer.statusCode === 303 && answer.headers.location === '/sign-in';
        const isLetIn = ![401, 403].includes(answer.statusCode) && !(isSentAway && name === 'nobody');
        const isCovered =
          scope === 'public' ||
          (name !== 'nobody' && SCOPES.indexOf(name as 'read') >= SCOPES.indexOf(scope as 'read'));
        // What a public form is refused for: it was sent by no page of ours, or without a name.
        const isOtherRefusal = method === 'POST' && scope === 'public';
        if (!isOtherRefusal) expect([method, url, name, isLetIn]).toEqual([method, url, name, isCovered]);
      }
    }
  });

  it('must name a scope, or the service does not start', () => {
    const app = Fastify();
    const redis = harness.storage.client;
    const apiKeys = createApiKeys(redis);
    authenticate(app, {
      apiKeys,
      sessions: createSessions({ redis, apiKeys, people: harness.deps.people }),
      publicUrl: PUBLIC_URL,
    });
    expect(() => app.get('/forgotten', async () => 'open')).toThrow(/forgotten names no scope/);
  });
});

describe('the OpenAPI document', () => {
  type Operation = {
    parameters?: { name: string; in: string; required?: boolean }[];
    security?: object[];
    responses: Record<string, { description: string; content?: Record<string, unknown> }>;
    requestBody?: { content: Record<string, { schema: { properties?: object } }> };
    summary?: string;
  };
  let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: object };
  beforeAll(async () => {
    const answer = await harness.app.inject({ method: 'GET', url: '/api/openapi.json' });
    expect(answer.statusCode).toBe(200);
    document = answer.json();
  });

  it('covers every route but the pages, and nothing else', () => {
    const described = Object.entries(document.paths).flatMap(([url, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${url}`),
    );
    const expected = found
      .filter(({ isPage }) => !isPage)
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(expected.sort());
  });

  it('declares the parameters of each path, its security and its problems', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const [url, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const where = `${method} ${url}`;
        expect(operation.summary, where).toBeTruthy();
        for (const [, name] of url.matchAll(/\{(\w+)\}/g)) {
          expect(operation.parameters, where).toContainEqual(
            expect.objectContaining({ name, in: 'path', required: true }),
          );
        }
        const scope = ROUTES[`${method.toUpperCase()} ${url.replace(/\{(\w+)\}/g, ':$1')}`];
        expect(operation.security !== undefined, where).toBe(scope !== 'public');
        expect(operation.responses.default?.content, where).toHaveProperty('application/problem+json');
        if (method === 'patch' || method === 'delete') {
          // Sessions, keys and who was removed are no records that change.
          const isVersioned = !/\/(api-keys|session|removed)\b/.test(url);
          const names = (operation.parameters ?? []).map(({ name }) => name);
          expect(names.includes('if-match'), where).toBe(isVersioned);
        }
        if (method === 'patch')
          expect(operation.requestBody?.content['application/json']?.schema.properties, where).toBeTruthy();
      }
    }
  });

  it('refers to nothing that it does not contain', () => {
    const text = JSON.stringify(document);
    for (const [, pointer] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      let node: unknown = document;
      for (const token of (pointer ?? '').split('/')) node = (node as Record<string, unknown>)?.[token];
      expect(node, pointer).toBeDefined();
    }
    expect(text).not.toContain('"$ref":"def-');
  });
});
