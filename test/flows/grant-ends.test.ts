/** How the grants of a connection ended is remembered beside it, bounded, and survives the next sign-in. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConnectionId, newConnectionId } from '../../src/contract/ids.js';
import { problem } from '../../src/contract/problem.js';
import { createTokenStore, type TokenStore } from '../../src/oauth/token-store.js';
import { connectionOf, freshAuthorization } from '../../src/setup/connection-record.js';
import { CONNECTION_FIELDS, type Connection, type ConnectionSettings } from '../../src/setup/model.js';
import { connectionStore } from '../../src/setup/stores.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import { startRedis, type TestRedis } from '../servers/redis.js';

const settings: ConnectionSettings = {
  name: 'Orders',
  authentication: 'oauth2',
  user: 'orders@contoso.example',
  scope: [],
  grant: 'authorizationCode',
  tokenMode: 'getAndRefresh',
};

let server: TestRedis;
let storage: RedisStorage;
let tokens: TokenStore;
const id: ConnectionId = newConnectionId();

beforeAll(async () => {
  server = await startRedis();
  storage = await openRedis(server.url);
  tokens = createTokenStore({ redis: storage.client, vault: createVault([randomBytes(32)]) });
  await connectionStore(storage.client).create(id, {
    [CONNECTION_FIELDS.settings]: JSON.stringify(settings),
    [CONNECTION_FIELDS.authorization]: JSON.stringify(freshAuthorization(settings)),
  });
});
afterAll(async () => {
  await storage.close();
  await server.stop();
});

async function stored(): Promise<Connection> {
  const record = await connectionStore(storage.client).read(id);
  if (!record) throw new Error('the connection is gone');
  return connectionOf(id, record);
}

async function signIn(at: number): Promise<void> {
  const { epoch, authorization } = await tokens.read(id);
  const saved = await tokens.saveSignIn(
    id,
    { epoch },
    {
      tokens: { accessToken: 'a', refreshToken: 'r', expiresAt: at + 3_600_000, issuedAt: at },
      authorization: { ...authorization, status: 'authorized' },
    },
  );
  expect(saved).toBeTypeOf('number');
}

const end = async (at: number): Promise<unknown> =>
  tokens.end(await tokens.read(id), { ...problem('grant-revoked', { with: { user: settings.user } }), at });

it('remembers with what and when each grant ended, and when it had begun', async () => {
  await signIn(1_000);
  await end(5_000);
  expect((await stored()).grantEnds).toEqual([{ code: 'grant-revoked', at: 5_000, signedInAt: 1_000 }]);
  await signIn(6_000);
  const again = await stored();
  expect(again.signedInAt).toBe(6_000);
  expect(again.grantEnds).toHaveLength(1);
});

it('notes no end that came too late for its grant', async () => {
  const old = await tokens.read(id);
  await signIn(7_000);
  expect(await tokens.end(old, problem('grant-revoked', { with: { user: settings.user } }))).toBe('stale');
  expect((await stored()).grantEnds).toHaveLength(1);
});

it('keeps the last ten', async () => {
  for (let turn = 1; turn <= 12; turn++) {
    await signIn(turn * 10_000);
    await end(turn * 10_000 + 1);
  }
  const { grantEnds = [] } = await stored();
  expect(grantEnds).toHaveLength(10);
  expect(grantEnds.at(-1)).toEqual({ code: 'grant-revoked', at: 120_001, signedInAt: 120_000 });
});
