/** Four processes on one Redis, two hundred connections whose tokens all expire at once (law 4). */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { ProblemError } from '../../src/contract/problem.js';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { keys } from '../../src/storage/keys.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { forkProcess, kill } from './child-process.js';
import type { Order, ProcessPlan, Report } from './oauth-refresh-process.js';
import { applicationOf, openWorld, refreshesOf, signedIn, type World } from './oauth-world.js';

const PROCESSES = 4;
const CONNECTIONS = 200;
const secretKey = randomBytes(32);

let redis: TestRedis;
let world: World;
let processes: ChildProcess[] = [];
beforeAll(async () => {
  redis = await startRedis();
  world = await openWorld({ redisUrl: redis.url, secretKey });
  processes = await Promise.all(
    Array.from({ length: PROCESSES }, (_, index) => startProcess(`first-${index}`)),
  );
});
afterAll(async () => {
  await Promise.all(processes.map(kill));
  await world.close();
  await redis.stop();
});

async function startProcess(name: string): Promise<ChildProcess> {
  const plan: ProcessPlan = { redisUrl: redis.url, secretKey: secretKey.toString('base64'), name };
  const child = forkProcess('oauth-refresh-process.ts', plan);
  await once(child, 'message');
  return child;
}

const order = (child: ChildProcess, what: Order): void => void child.send(what);

/** All of them at once, each for every connection. */
function askAll(connections: ConnectionId[], { hasLock }: { hasLock: boolean }): Promise<Report[]> {
  return Promise.all(
    processes.map(async (child) => {
      const answered = once(child, 'message');
      order(child, { kind: 'once', connections, hasLock });
      const [report] = (await answered) as [Report];
      return report;
    }),
  );
}

const users = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `u${index}@sandbox.example`);

async function expiredConnections(
  tenant: Tenant,
  count: number,
  provider: 'custom' | 'exchange-online' = 'custom',
): Promise<ConnectionId[]> {
  const application = await applicationOf(world, tenant, { provider });
  const expiresAt = Date.now() - 1;
  return Promise.all(users(count).map((user) => signedIn(world, tenant, { application, user, expiresAt })));
}

/** What broke the rule of one refresh per connection and expiry, in words; empty when nothing did. */
function violations(tenant: Tenant, reports: Report[], from: number): string[] {
  const made = new Map<string, number>();
  for (const { user = '?' } of refreshesOf(tenant).slice(from)) made.set(user, (made.get(user) ?? 0) + 1);
  const wrongCounts = users(CONNECTIONS).flatMap((user) =>
    made.get(user) === 1 ? [] : [`${user} was refreshed ${made.get(user) ?? 0} times`],
  );
  const versions = new Map<string, Set<number | string>>();
  for (const report of reports) {
    for (const [id, got] of Object.entries(report))
      versions.set(id, new Set([...(versions.get(id) ?? []), ...got]));
  }
  const disagreements = [...versions].flatMap(([id, got]) =>
    got.size === 1 && typeof [...got][0] === 'number' ? [] : [`${id} got ${[...got].join(' and ')}`],
  );
  return [...wrongCounts, ...disagreements];
}

it('makes exactly one refresh per connection and expiry, shared out over every process, and waiters get its version', async () => {
  const strictly = { refreshTokens: 'rotated-strictly', keepContent: false, accessTokenSeconds: 10 } as const;
  const tenant = await startTenant({ users: users(CONNECTIONS), ...strictly });
  try {
    const ids = await expiredConnections(tenant, CONNECTIONS);
    for (const expiry of [1, 2]) {
      const from = refreshesOf(tenant).length;
      const reports = await askAll(ids, { hasLock: true });
      expect(violations(tenant, reports, from), `expiry ${expiry}`).toEqual([]);
      const made = refreshesOf(tenant).slice(from);
      expect(made.every((each) => each.outcome === 'ok')).toBe(true);
      expect(new Set(made.map((each) => each.userAgent)).size).toBe(PROCESSES);
      if (expiry === 2) break;
      const stored = await Promise.all(ids.map((id) => world.connections.read(id)));
      const last = Math.max(...stored.map((each) => each.authorization.accessTokenExpiresAt ?? 0));
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(last), { timeout: 20_000, interval: 50 });
    }
  } finally {
    await tenant.close();
  }
});

it('would break that rule without the lock', async () => {
  const strictly = { refreshTokens: 'rotated-strictly', keepContent: false } as const;
  const tenant = await startTenant({ users: users(CONNECTIONS), ...strictly });
  try {
    const ids = await expiredConnections(tenant, CONNECTIONS);
    const reports = await askAll(ids, { hasLock: false });
    expect(violations(tenant, reports, 0).length).toBeGreaterThan(0);
  } finally {
    await tenant.close();
  }
});

const KILLS = 4;
const KILLED_CONNECTIONS = 100;

/** Kills processes at random while they refresh. @returns the connections whose refresh was in flight at a kill, and those whose grant ended */
async function killAtRandom(refreshTokens: 'kept' | 'rotated-strictly') {
  const tenant = await startTenant({
    users: users(KILLED_CONNECTIONS),
    refreshTokens,
    keepContent: false,
    accessTokenSeconds: 1,
  });
  try {
    const provider = refreshTokens === 'kept' ? 'exchange-online' : 'custom';
    const ids = await expiredConnections(tenant, KILLED_CONNECTIONS, provider);
    // Some time on the way, so that a kill meets refreshes in every state.
    tenant.misbehave.token({ kind: 'delay', ms: 200 });
    for (const child of processes) order(child, { kind: 'forever', connections: ids });
    const inFlight = new Set<ConnectionId>();
    /** By the locks that a dead process left behind. */
    const noteInFlight = async (dead: ChildProcess): Promise<void> => {
      const owners = await Promise.all(ids.map((id) => world.redis.get(keys.refreshLock(id))));
      for (const [index, id] of ids.entries()) if (owners[index]?.includes(`:${dead.pid}:`)) inFlight.add(id);
    };
    for (let round = 0; round < KILLS; round += 1) {
      const until = refreshesOf(tenant).length + 5 + Math.floor(Math.random() * 40);
      await vi.waitFor(() => expect(refreshesOf(tenant).length).toBeGreaterThan(until), {
        timeout: 20_000,
        interval: 5,
      });
      const index = Math.floor(Math.random() * PROCESSES);
      const victim = processes[index];
      if (victim) {
        await kill(victim);
        await noteInFlight(victim);
      }
      const successor = await startProcess(`${refreshTokens}-${round}`);
      order(successor, { kind: 'forever', connections: ids });
      processes[index] = successor;
    }
    tenant.misbehave.clear();
    await Promise.all(
      processes.map(async (child) => {
        const stopped = once(child, 'message');
        order(child, { kind: 'stop' });
        await stopped;
      }),
    );
    const endings = await Promise.all(
      ids.map(async (id) => {
        const { tokenVersion } = await world.tokenStore.read(id);
        const code = await world.accessTokens.accessToken(id, { rejected: tokenVersion }).then(
          () => undefined,
          (error) => (error instanceof ProblemError ? error.problem.code : String(error)),
        );
        return { id, code };
      }),
    );
    return { inFlight, ended: endings.filter((each) => each.code !== undefined) };
  } finally {
    await tenant.close();
  }
}

it('costs no grant when processes are killed at random and old refresh tokens stay good', async () => {
  const { ended, inFlight } = await killAtRandom('kept');
  expect(ended).toEqual([]);
  expect(inFlight.size).toBeGreaterThan(0);
});

it('costs only grants whose refresh was in flight, as refresh-interrupted, where reuse revokes', async () => {
  const { ended, inFlight } = await killAtRandom('rotated-strictly');
  expect(inFlight.size).toBeGreaterThan(0);
  expect(inFlight.size).toBeLessThanOrEqual(KILLS * 15);
  expect(ended.length).toBeGreaterThan(0);
  expect(ended.filter(({ id, code }) => !inFlight.has(id) || code !== 'refresh-interrupted')).toEqual([]);
});
