/** A token endpoint that moves: grants stay where the issuer itself names the new one, and are voided where anybody else does (laws 4 and 7). */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../config/providers.js';
import type { ConnectionId } from '../../src/contract/ids.js';
import type { Problem, ProblemError } from '../../src/contract/problem.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { createApplications } from '../../src/setup/applications.js';
import type { Application, ChangeListener } from '../../src/setup/model.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, openWorld, signedIn, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

const ALICE = 'alice@sandbox.example';

let redis: TestRedis;
let tenant: Tenant;
let world: World;
/** The tenant's token endpoint at another origin. */
let moved: Server;
let movedUrl: string;
/** What came to it. */
const arrived: string[] = [];

beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant()]);
  world = await openWorld({ redisUrl: redis.url });
  moved = createServer((incoming, answer) => {
    arrived.push(incoming.url ?? '');
    const { method, headers, url = '/' } = incoming;
    const onward = request(new URL(url, tenant.origin), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
  const { port } = moved.address() as AddressInfo;
  movedUrl = tenant.accessTokenUrl.replace(tenant.origin, `http://127.0.0.1:${port}`);
});
afterEach(() => {
  tenant.misbehave.clear();
  arrived.length = 0;
});
afterAll(async () => {
  await world?.close();
  await tenant?.close();
  moved.closeAllConnections();
  await new Promise((resolve) => moved.close(resolve));
  await redis?.stop();
});

async function prepared(): Promise<{ application: Application; connection: ConnectionId }> {
  const application = await applicationOf(world, tenant);
  return { application, connection: await signedIn(world, tenant, { application, user: ALICE }) };
}

const withSecret = (): object => ({ clientAuth: { clientSecret: tenant.clientSecret } });
const patch = (application: Application, change: object): Promise<Application> =>
  world.applications.patch(application.id, application.version, change);
const statusOf = async (id: ConnectionId): Promise<string> =>
  (await world.connections.read(id)).authorization.status;

describe('a token endpoint at another origin', () => {
  it('keeps the grants when the issuer’s own discovery names it, and is refreshed at from then on', async () => {
    const { application, connection } = await prepared();
    tenant.misbehave.discovery({ says: { token_endpoint: movedUrl } });
    await patch(application, { accessTokenUrl: movedUrl, ...withSecret() });
    expect(await statusOf(connection)).toBe('authorized');
    await world.accessTokens.accessToken(connection, { force: true });
    expect(arrived).toEqual([new URL(movedUrl).pathname]);
  });

  it('wants the client secret again all the same', async () => {
    const { application, connection } = await prepared();
    tenant.misbehave.discovery({ says: { token_endpoint: movedUrl } });
    const refused = await problemOf(patch(application, { accessTokenUrl: movedUrl }));
    expect([refused.code, refused.fields?.[0]?.path]).toEqual([
      'secret-needed-again',
      '/clientAuth/clientSecret',
    ]);
    expect(await statusOf(connection)).toBe('authorized');
  });

  it.each<[string, () => { says?: Record<string, unknown>; status?: number }]>([
    ['names another one', () => ({})],
    ['names another path there', () => ({ says: { token_endpoint: `${movedUrl}/other` } })],
    [
      'calls itself another issuer',
      () => ({ says: { issuer: 'https://evil.example', token_endpoint: movedUrl } }),
    ],
    ['has no such document', () => ({ status: 404 })],
  ])('voids the grants when the issuer %s, and no refresh token goes there', async (_, fault) => {
    const { application, connection } = await prepared();
    tenant.misbehave.discovery(fault());
    await patch(application, { accessTokenUrl: movedUrl, ...withSecret() });
    expect(await statusOf(connection)).toBe('unauthorized');
    expect((await problemOf(world.accessTokens.accessToken(connection))).code).toBe('grant-voided');
    expect(arrived).toEqual([]);
  });

  it.each([
    ['issuer', () => ({ issuer: movedUrl.replace('/oauth2/v2.0/token', '/v2.0') })],
    ['tenant', () => ({ tenant: '99999999-8888-4777-8666-555555555555' })],
  ])('voids the grants when the %s changes with it, whatever anybody says', async (_, change) => {
    const { application, connection } = await prepared();
    const issuer = movedUrl.replace('/oauth2/v2.0/token', '/v2.0');
    tenant.misbehave.discovery({
      says: { token_endpoint: movedUrl, ...('issuer' in change() && { issuer }) },
    });
    await patch(application, { ...change(), accessTokenUrl: movedUrl, ...withSecret() });
    expect(await statusOf(connection)).toBe('unauthorized');
  });

  it('costs no grant when another change comes between: only one of two is made', async () => {
    const { application, connection } = await prepared();
    await signedIn(world, tenant, { application, user: 'bob@sandbox.example' });
    let rename: Promise<Problem | undefined> | undefined;
    const { redis: client, vault, applications } = world;
    const listener: ChangeListener = {
      connectionChanged: async () => {
        rename ??= applications.patch(application.id, application.version, { name: 'Renamed' }).then(
          () => undefined,
          (error) => (error as ProblemError).problem,
        );
      },
      connectorChanged: async () => {},
      applicationChanged: async () => {},
    };
    const setup = { redis: client, vault, providers: PROVIDERS, connectorTypes: [], listener };
    const change = { accessTokenUrl: movedUrl, ...withSecret() };
    const { settings } = await createApplications(setup).patch(application.id, application.version, change);
    expect(settings.accessTokenUrl).toBe(movedUrl);
    expect(await statusOf(connection)).toBe('unauthorized');
    expect((await rename)?.code).toBe('version-conflict');
  });

  it('voids also what the former server gives while the change is made', async () => {
    const { application, connection } = await prepared();
    const former = await world.tokenStore.read(connection);
    let isGiven = false;
    const listener: ChangeListener = {
      async connectionChanged() {
        if (isGiven) return;
        isGiven = true;
        // As a sign-in does it that has read connection and application between the two steps of the change.
        const { epoch } = await world.tokenStore.read(connection);
        const { tokens, authorization } = former;
        if (tokens) await world.tokenStore.saveSignIn(connection, { epoch }, { tokens, authorization });
      },
      connectorChanged: async () => {},
      applicationChanged: async () => {},
    };
    const { redis: client, vault } = world;
    const setup = { redis: client, vault, providers: PROVIDERS, connectorTypes: [], listener };
    const change = { accessTokenUrl: movedUrl, ...withSecret() };
    await createApplications(setup).patch(application.id, application.version, change);
    expect(isGiven).toBe(true);
    expect((await problemOf(world.accessTokens.accessToken(connection, { force: true }))).code).toBe(
      'grant-voided',
    );
    expect(arrived).toEqual([]);
  });

  it.each([429, 503])('changes nothing while the issuer cannot be asked (%i)', async (status) => {
    const { application, connection } = await prepared();
    tenant.misbehave.discovery({ status });
    const refused = await problemOf(patch(application, { accessTokenUrl: movedUrl, ...withSecret() }));
    expect(refused.code).toBe('issuer-unreachable');
    expect(refused.detail).toContain('try again when it answers');
    expect(await statusOf(connection)).toBe('authorized');
    expect((await world.applications.read(application.id)).version).toBe(application.version);
  });
});
