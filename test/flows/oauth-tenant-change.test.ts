import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROVIDERS } from '../../config/providers.js';
import type { ConnectionId, ConnectorId } from '../../src/contract/ids.js';
import { ProblemError } from '../../src/contract/problem.js';
import { createMailContexts } from '../../src/oauth/mail-context.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { silentLog } from '../../src/telemetry/log.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';

const OTHER_TENANT = '99999999-8888-7777-6666-555555555555';
const USER = 'ada@sandbox.example';

let redis: TestRedis;
let tenant: Tenant;
let world: World;
beforeAll(async () => {
  [redis, tenant] = await Promise.all([startRedis(), startTenant({ users: [USER] })]);
  world = await openWorld({ redisUrl: redis.url });
});
afterAll(async () => {
  await world.close();
  await tenant.close();
  await redis.stop();
});

const codeOf = (run: () => Promise<unknown>): Promise<string> =>
  run().then(
    () => 'nothing refused',
    (error) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

it('holds grants of the former tenant while an application names another one, and lets them go on afterwards', async () => {
  const application = await applicationOf(world, tenant);
  const id = await signedIn(world, tenant, { application, user: USER, expiresAt: Date.now() - 1_000 });
  const { mailContext } = createMailContexts({
    ...world,
    providers: PROVIDERS,
    resolve: async (host) => host,
  });
  const opened = async (connection: ConnectionId): Promise<unknown> =>
    mailContext(await world.connections.read(connection), 'ctr_1' as ConnectorId, {
      signal: new AbortController().signal,
      log: silentLog,
    });
  const nameTenant = async (name: string): Promise<void> => {
    const { version } = await world.applications.read(application.id);
    await world.applications.patch(application.id, version, { tenant: name });
    world.clients.forget(application.id);
  };

  await nameTenant(OTHER_TENANT);
  expect(await codeOf(() => opened(id))).toBe('tenant-changed');
  expect(await codeOf(() => world.accessTokens.accessToken(id))).toBe('tenant-changed');
  expect(refreshesOf(tenant)).toHaveLength(0);
  expect((await world.connections.read(id)).authorization.status).toBe('authorized');

  world.changed.length = 0;
  await nameTenant(tenant.tenantId);
  expect(world.changed).toEqual([id]);
  expect(await codeOf(() => opened(id))).toBe('nothing refused');
  expect(await codeOf(() => world.accessTokens.accessToken(id))).toBe('nothing refused');

  await nameTenant('organizations');
  expect(await codeOf(() => opened(id))).toBe('nothing refused');
});

it('holds a grant while the application has another Client Id, instead of losing it to the server', async () => {
  const application = await applicationOf(world, tenant);
  const id = await signedIn(world, tenant, { application, user: USER, expiresAt: Date.now() - 1_000 });
  const { epoch, tokens, authorization } = await world.tokenStore.read(id);
  if (!tokens) throw new Error('signed in');
  const next = { tokens, authorization: { ...authorization, clientId: tenant.clientId } };
  await world.tokenStore.saveSignIn(id, { epoch }, next);
  const setClientId = async (clientId: string): Promise<void> => {
    const { version } = await world.applications.read(application.id);
    await world.applications.patch(application.id, version, { clientId });
    world.clients.forget(application.id);
  };
  const before = refreshesOf(tenant).length;

  await setClientId('pasted-by-mistake');
  expect(await codeOf(() => world.accessTokens.accessToken(id))).toBe('client-changed');
  expect(refreshesOf(tenant)).toHaveLength(before);
  expect((await world.connections.read(id)).authorization.status).toBe('authorized');

  world.changed.length = 0;
  await setClientId(tenant.clientId);
  expect(world.changed).toEqual([id]);
  expect(await codeOf(() => world.accessTokens.accessToken(id))).toBe('nothing refused');
});
