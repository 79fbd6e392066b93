/** The Callback URL as a browser meets it: the admin API over the real sign-in, a sandbox tenant behind it, and what must hold of a refusal. */
import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import type { ProblemCode } from '../../src/contract/problem.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import type { Application } from '../../src/setup/model.js';
import { keysIn, startRedis } from '../servers/redis.js';
import { type Harness, startHarness } from './admin-harness.js';
import { applicationOf, connectionOf, openWorld, type World } from './oauth-world.js';

export const ALICE = 'alice@sandbox.example';
export const BOB = 'bob@sandbox.example';
/** A tenant that is not the sandbox's, or an account that is nobody's. */
export const OTHER_TENANT = '11111111-2222-3333-4444-555555555555';
export const EVIL = 'evil.example';

export interface Started {
  id: ConnectionId;
  /** Where the authorization server has sent the browser back to. */
  back: URL;
}

export interface CallbackWorld {
  world: World;
  tenant: Tenant;
  harness: Harness;
  application: Application;
  /** A connection that nobody has signed in to. */
  fresh(user?: string, of?: Application): Promise<ConnectionId>;
  /** A sign-in that is complete but for the callback. */
  started(options?: { id?: ConnectionId; as?: string }): Promise<Started>;
  /** Opens the callback. */
  open(back: URL, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Expects the problem's page, and nothing stored. @returns the page */
  refused(
    id: ConnectionId,
    code: ProblemCode,
    attack: () => Promise<LightMyRequestResponse>,
  ): Promise<string>;
  /** Everything that is stored, sealed values by their bytes. */
  everything(): Promise<string>;
  close(): Promise<void>;
}

export async function openCallbackWorld(): Promise<CallbackWorld> {
  const [redis, tenant] = await Promise.all([startRedis(), startTenant({ users: [ALICE, BOB] })]);
  const world = await openWorld({ redisUrl: redis.url });
  const application = await applicationOf(world, tenant);
  const { applications, connections, signIn } = world;
  const limits = { requestsPerMinute: 100_000 };
  const harness = await startHarness(() => ({ applications, connections, signIn, limits }));
  const fresh: CallbackWorld['fresh'] = (user = ALICE, of = application) =>
    connectionOf(world, tenant, { application: of, user });
  return {
    world,
    tenant,
    harness,
    application,
    fresh,
    async started({ id, as = ALICE } = {}) {
      const connection = id ?? (await fresh());
      const url = await signIn.authorizationUrl(connection);
      return { id: connection, back: new URL(await tenant.signIn(url, { as })) };
    },
    open: (back, headers = {}) =>
      harness.app.inject({ method: 'GET', url: `${back.pathname}${back.search}`, headers }),
    async refused(id, code, attack) {
      const before = await world.snapshot(id);
      const { statusCode, body } = await attack();
      expect(/Problem (?:<[^>]*>)*([a-z-]+)/.exec(body)?.[1]).toBe(code);
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(await world.snapshot(id)).toEqual(before);
      return body;
    },
    async everything() {
      const found = await Promise.all(
        (await keysIn(world.redis)).sort().map(async (key) => `${key} ${await world.redis.dump(key)}`),
      );
      return found.join('\n');
    },
    async close() {
      await harness.stop();
      await world.close();
      await tenant.close();
      await redis.stop();
    },
  };
}

export const withParameters = (back: URL, parameters: Record<string, string>): URL => {
  const changed = new URL(back);
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value);
  return changed;
};

export const succeeds = async (page: Promise<LightMyRequestResponse>): Promise<void> =>
  expect((await page).body).toContain('Success!');
