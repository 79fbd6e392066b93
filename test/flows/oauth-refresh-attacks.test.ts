/** What comes back at a refresh and is not what it should be: nothing of it is used, and none of it costs the grant that was there. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { applicationOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';
import { problemOf } from './problem-of.js';

const OTHER = '99999999-2222-3333-4444-555555555555';
const USERS = Array.from({ length: 40 }, (_, index) => `u${index}@sandbox.example`);

let redis: TestRedis;
let kept: Tenant;
let strict: Tenant;
let world: World;
beforeAll(async () => {
  [redis, kept, strict] = await Promise.all([
    startRedis(),
    startTenant({ users: USERS }),
    startTenant({ users: USERS, refreshTokens: 'rotated-strictly' }),
  ]);
  world = await openWorld({ redisUrl: redis.url });
});
afterEach(() => {
  for (const tenant of [kept, strict]) tenant.misbehave.clear();
});
afterAll(async () => {
  await world.close();
  await Promise.all([kept.close(), strict.close()]);
  await redis.stop();
});

let used = 0;
async function authorized(tenant: Tenant) {
  const user = USERS[used++] ?? '';
  const provider = tenant === strict ? 'custom' : 'exchange-online';
  const application = await applicationOf(world, tenant, { provider });
  return { user, application, id: await signedIn(world, tenant, { application, user }) };
}

const force = (id: ConnectionId) => world.accessTokens.accessToken(id, { force: true });
const statusOf = async (id: ConnectionId) => (await world.connections.read(id)).authorization;

describe.each([
  ['of a server that keeps old refresh tokens good', () => kept],
  ['of a server that revokes them at their use', () => strict],
] as const)('an id_token %s', (_, tenantOf) => {
  const now = Math.floor(Date.now() / 1_000);
  it.each([
    ['for another audience', { kind: 'claims', claims: { aud: 'another-client' } }],
    ['by another issuer', { kind: 'claims', claims: { iss: 'https://evil.example' } }],
    [
      'that has expired',
      { kind: 'claims', claims: { iat: now - 7_200, nbf: now - 7_200, exp: now - 3_600 } },
    ],
    ['that is not signed', { kind: 'forged', signed: 'not' }],
  ] as const)('%s is not believed, and costs no grant', async (_name, fault) => {
    const tenant = tenantOf();
    const { id, user } = await authorized(tenant);
    const before = await world.accessTokens.accessToken(id);
    tenant.misbehave.token({ ...fault, user, times: 1 });
    const problem = await problemOf(() => force(id));
    expect([problem.code, problem.verdict]).toEqual(['token-endpoint-unavailable', 'retry']);
    expect(problem.detail).toContain('id_token');
    // What came with it is used by nobody; the token that is still good goes on.
    expect((await world.accessTokens.accessToken(id)).accessToken).toBe(before.accessToken);
    expect((await statusOf(id)).status).toBe('authorized');
    expect((await force(id)).accessToken).not.toBe(before.accessToken);
    expect(await statusOf(id)).not.toHaveProperty('refreshProblem');
  });

  it('of another account ends the grant', async () => {
    const tenant = tenantOf();
    const { id, user } = await authorized(tenant);
    tenant.misbehave.token({ kind: 'claims', claims: { oid: OTHER, sub: OTHER }, user, times: 1 });
    expect((await problemOf(() => force(id))).code).toBe('account-changed');
    expect((await statusOf(id)).status).toBe('reauthorization-required');
    expect((await world.tokenStore.read(id)).tokens).toBeUndefined();
  });
});

it('does not believe an invalid_grant that a client earned which was changed this very moment', async () => {
  kept.clients.add({ clientId: 'pasted-by-mistake', clientSecret: kept.clientSecret });
  const { id, application, user } = await authorized(kept);
  const other = await openWorld({ redisUrl: redis.url, secretKey: world.secretKey });
  try {
    const { version } = await other.applications.read(application.id);
    const clientAuth = { method: 'clientSecret', clientSecret: kept.clientSecret };
    const wrong = await other.applications.patch(application.id, version, {
      clientId: 'pasted-by-mistake',
      clientAuth,
    });
    // Read here with the wrong Client Id, and not again within the next moment.
    await world.clients.of(application.id, { fresh: true });
    await other.applications.patch(application.id, wrong.version, { clientId: kept.clientId, clientAuth });
    await force(id);
    expect((await statusOf(id)).status).toBe('authorized');
    expect(refreshesOf(kept, user).map(({ outcome }) => outcome)).toEqual(['AADSTS70000', 'ok']);
  } finally {
    await other.close();
  }
});

it('waits longer and longer though the server asks to be asked again at once', async () => {
  const { id, user } = await authorized(kept);
  kept.misbehave.token({ kind: 'status', status: 503, retryAfterSeconds: 0, user });
  const waits: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const { retryAt = 0, at } = await problemOf(() => force(id));
    waits.push(retryAt - at);
  }
  expect(waits[0]).toBeGreaterThanOrEqual(700);
  expect(waits[3]).toBeGreaterThan(3_000);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
});
