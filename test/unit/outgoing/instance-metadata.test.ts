import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInstanceMetadata, type InstanceMetadata } from '../../../src/outgoing/instance-metadata.js';
import { createOutgoing } from '../../../src/outgoing/outgoing.js';

let server: Server;
let origin: string;
const asked: { url: string; method: string | undefined; headers: IncomingMessage['headers'] }[] = [];
let answer: { status: number; headers?: Record<string, string>; body?: string } = { status: 200 };
const open: InstanceMetadata[] = [];
const metadataOf = (environment: Parameters<typeof createInstanceMetadata>[0]): InstanceMetadata => {
  const made = createInstanceMetadata(environment);
  open.push(made);
  return made;
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', method: request.method, headers: request.headers });
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  asked.length = 0;
  answer = { status: 200 };
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the way to the identity endpoint', () => {
  it('asks IMDS with its header, version, resource and identity', async () => {
    await metadataOf({ podIdentityHost: origin }).token({ resource: 'api://x', clientId: 'c 1&x=y' });
    expect(asked[0]).toMatchObject({ method: 'GET', headers: { metadata: 'true' } });
    const url = new URL(asked[0]?.url ?? '', origin);
    expect(url.pathname).toBe('/metadata/identity/oauth2/token');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      'api-version': '2018-02-01',
      resource: 'api://x',
      client_id: 'c 1&x=y',
    });
  });

  it('asks App Service with what the platform gave, and nobody else then', async () => {
    const appService = { endpoint: `${origin}/msi/token`, header: 'platform-header' };
    const metadata = metadataOf({ appService, podIdentityHost: 'http://127.0.0.1:1' });
    await metadata.token({ resource: 'api://x' });
    expect(asked[0]?.url).toBe('/msi/token?api-version=2019-08-01&resource=api%3A%2F%2Fx');
    expect(asked[0]?.headers).toMatchObject({ 'x-identity-header': 'platform-header' });
    expect(asked[0]?.headers.metadata).toBeUndefined();
    expect(metadata.secrets).toEqual(['platform-header']);
  });

  it('is the constant address of IMDS unless the platform says otherwise', () => {
    expect(metadataOf({}).host).toBe('169.254.169.254');
    expect(metadataOf({ podIdentityHost: '' }).host).toBe('169.254.169.254');
  });

  it.each([
    '/../../../metadata/instance?api-version=2021-02-01',
    'x&api-version=2021-02-01#',
    '//evil.example/',
    'x\r\nHost: evil.example\r\n\r\nGET /metadata/instance',
    '@evil.example',
    '\\\\evil.example\\',
  ])('goes to one path, whatever resource and Client Id are: %j', async (entered) => {
    await metadataOf({ podIdentityHost: origin }).token({ resource: entered, clientId: entered });
    expect(asked).toHaveLength(1);
    const url = new URL(asked[0]?.url ?? '', origin);
    expect([url.pathname, url.searchParams.getAll('api-version')]).toEqual([
      '/metadata/identity/oauth2/token',
      ['2018-02-01'],
    ]);
    expect(url.searchParams.get('resource')).toBe(entered);
  });

  it('follows no redirect', async () => {
    answer = { status: 302, headers: { location: `${origin}/elsewhere` } };
    const { status } = await metadataOf({ podIdentityHost: origin }).token({ resource: 'x' });
    expect(status).toBe(302);
    expect(asked).toHaveLength(1);
  });

  it('goes through no proxy', async () => {
    const before = { ...process.env };
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    process.env.http_proxy = 'http://127.0.0.1:1';
    process.env.NODE_USE_ENV_PROXY = '1';
    try {
      expect((await metadataOf({ podIdentityHost: origin }).token({ resource: 'x' })).status).toBe(200);
    } finally {
      process.env = before;
    }
  });

  it('gives up on an endless answer', async () => {
    answer = { status: 200, body: 'x'.repeat(300 * 1024) };
    await expect(metadataOf({ podIdentityHost: origin }).token({ resource: 'x' })).rejects.toThrow();
  });
});

describe('everything else', () => {
  it.each([
    'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x',
    'http://[::ffff:169.254.169.254]/metadata/identity/oauth2/token',
    'http://0xa9fea9fe/metadata/identity/oauth2/token',
    'http://2852039166/',
  ])('is still refused that address: %s', async (url) => {
    const outgoing = createOutgoing({ allowPrivateNetworks: true });
    try {
      await expect(outgoing.fetch(url, { headers: { Metadata: 'true' } })).rejects.toMatchObject({
        problem: { code: 'address-refused' },
      });
    } finally {
      await outgoing.close();
    }
  });
});
