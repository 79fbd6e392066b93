/** What stands on Redis alone, run against one server and against a cluster of three: leases, records, canary, scripts, reconciler. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '../../src/contract/ids.js';
import { newConnectionId } from '../../src/contract/ids.js';
import { keys } from '../../src/storage/keys.js';
import { acquireLease } from '../../src/storage/lease.js';
import { createReconciler } from '../../src/storage/reconciler.js';
import { createRecordStore, type RecordStore } from '../../src/storage/records.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { checkRedisSafety } from '../../src/storage/redis-safety.js';
import { script } from '../../src/storage/script.js';
import { createVault } from '../../src/storage/vault.js';
import { checkVaultCanary } from '../../src/storage/vault-canary.js';
import { type Log, silentLog } from '../../src/telemetry/log.js';
import { startRedis } from '../servers/redis.js';
import { startRedisCluster } from '../servers/redis-cluster.js';

describe.each([
  { name: 'one server', start: () => startRedis() },
  { name: 'a cluster', start: startRedisCluster },
])('on $name', ({ start }) => {
  let server: { url: string; stop(): Promise<void> };
  let storage: RedisStorage;
  let other: RedisStorage;
  beforeAll(async () => {
    server = await start();
    storage = await openRedis(server.url);
    other = await openRedis(server.url);
  });
  afterAll(async () => {
    await storage.close();
    await other.close();
    await server.stop();
  });

  describe('a lease', () => {
    it('belongs to one owner, who alone may free it', async () => {
      const key = keys.refreshLock(newConnectionId());
      const lease = await acquireLease(storage.client, key, 5_000);
      expect(lease?.remainingMs()).toBeGreaterThan(4_000);
      expect(await acquireLease(other.client, key, 5_000)).toBeUndefined();
      await lease?.release();
      const next = await acquireLease(other.client, key, 5_000);
      expect(next).toBeDefined();
      await lease?.release();
      expect(await storage.client.get(key)).toBe(next?.owner);
      await next?.release();
    });

    it('is taken by exactly one of many', async () => {
      const key = keys.refreshLock(newConnectionId());
      const leases = await Promise.all(
        Array.from({ length: 20 }, (_, i) => acquireLease((i % 2 ? storage : other).client, key, 5_000)),
      );
      const taken = leases.filter((lease) => lease !== undefined);
      expect(taken).toHaveLength(1);
      await taken[0]?.release();
    });

    it('is renewed past its length while its owner lives', async () => {
      const key = keys.refreshLock(newConnectionId());
      const lease = await acquireLease(storage.client, key, 150);
      const start = performance.now();
      await vi.waitFor(() => expect(performance.now() - start).toBeGreaterThan(500), { timeout: 2_000 });
      expect(lease?.signal.aborted).toBe(false);
      expect(await storage.client.get(key)).toBe(lease?.owner);
      await lease?.release();
    });

    it('ends at its time when it is not to be renewed', async () => {
      const key = keys.refreshLock(newConnectionId());
      const lease = await acquireLease(storage.client, key, 100, { renews: false });
      await vi.waitFor(() => expect(lease?.signal.aborted).toBe(true), { timeout: 2_000 });
      expect(lease?.remainingMs()).toBe(0);
      expect(await storage.client.get(key)).toBeNull();
    });

    it('tells its owner that it was lost while the process stalled', async () => {
      const key = keys.refreshLock(newConnectionId());
      const lease = await acquireLease(storage.client, key, 100);
      const stalledUntil = performance.now() + 300;
      while (performance.now() < stalledUntil);
      expect(lease?.remainingMs()).toBe(0);
      const next = await acquireLease(other.client, key, 5_000);
      expect(next).toBeDefined();
      await vi.waitFor(() => expect(lease?.signal.aborted).toBe(true));
      await lease?.release();
      expect(await storage.client.get(key)).toBe(next?.owner);
      await next?.release();
    });

    it('tells its owner that another took it', async () => {
      const key = keys.refreshLock(newConnectionId());
      const lease = await acquireLease(storage.client, key, 300);
      await other.client.set(key, 'somebody else', 'PX', 5_000);
      await vi.waitFor(() => expect(lease?.signal.aborted).toBe(true));
      await lease?.release();
      expect(await storage.client.get(key)).toBe('somebody else');
    });
  });

  describe('records', () => {
    let records: RecordStore<ConnectionId>;
    beforeEach(async () => {
      await storage.client.del(keys.connections);
      records = createRecordStore<ConnectionId>(storage.client, {
        index: keys.connections,
        record: keys.connection,
        references: keys.connectionConnectors,
      });
    });
    const created = async (fields = {}): Promise<ConnectionId> => {
      const id = newConnectionId();
      await records.create(id, { settings: 'first', ...fields });
      return id;
    };
    const text = async (id: ConnectionId, field: string) =>
      (await records.read(id))?.fields.get(field)?.toString();

    it('keep bytes as they are', async () => {
      const bytes = randomBytes(64);
      expect((await records.read(await created({ tokens: bytes })))?.fields.get('tokens')).toEqual(bytes);
    });

    it('refuse a change made against an older version', async () => {
      const id = await created();
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, i) => records.replace(id, 1, { settings: `change ${i}` })),
      );
      expect(results.filter((result) => result !== 'stale')).toEqual([{ version: 2 }]);
      expect(await text(id, 'settings')).toBe(`change ${results.findIndex((result) => result !== 'stale')}`);
      expect(await records.replace(id, 2, { settings: 'third' })).toEqual({ version: 3 });
      expect(await records.replace(newConnectionId(), 1, {})).toBe('missing');
    });

    it('change the named fields only, remove and count up', async () => {
      const id = await created({ password: 'sealed', epoch: '4' });
      await records.replace(id, 1, { password: undefined, settings: 'second' }, ['epoch', 'tokenVersion']);
      expect(await text(id, 'password')).toBeUndefined();
      expect(await text(id, 'settings')).toBe('second');
      expect(await text(id, 'epoch')).toBe('5');
      expect(await text(id, 'tokenVersion')).toBe('1');
    });

    it('are not deleted while something refers to them, nor against an older version', async () => {
      const id = await created();
      expect(await records.refer(id, 'ctr_1')).toBe(true);
      expect(await records.delete(id, 1)).toBe('in-use');
      await records.unrefer(id, 'ctr_1');
      expect(await records.delete(id, 9)).toBe('stale');
      expect(await records.delete(id, 1)).toBe('deleted');
      expect(await records.delete(id, 1)).toBe('missing');
      expect(await records.refer(id, 'ctr_1')).toBe(false);
    });

    it('are listed page by page in the order they were made, without gaps when one goes meanwhile', async () => {
      const ids: ConnectionId[] = [];
      for (let i = 0; i < 7; i++) ids.push(await created());
      const first = await records.ids({ limit: 3 });
      expect(first).toEqual({ ids: ids.slice(0, 3), next: ids[2] });
      await records.delete(ids[2] as ConnectionId, 1);
      const second = await records.ids({ after: first.next as string, limit: 3 });
      expect(second.ids).toEqual(ids.slice(3, 6));
      const last = await records.ids({ after: second.next as string, limit: 3 });
      expect(last).toEqual({ ids: ids.slice(6), next: undefined });
      const all: ConnectionId[] = [];
      for await (const id of records.all()) all.push(id);
      expect(all).toEqual([...ids.slice(0, 2), ...ids.slice(3)]);
    });
  });

  describe('the canary', () => {
    const [one, two] = [randomBytes(32), randomBytes(32)];
    beforeEach(() => storage.client.del(keys.vaultCanary));

    it('lets the right key pass, stops a wrong one and names where it came from', async () => {
      await checkVaultCanary(storage.client, createVault([one]), 'MAILGRANT_SECRET_KEY');
      await checkVaultCanary(storage.client, createVault([one]), 'MAILGRANT_SECRET_KEY');
      await expect(
        checkVaultCanary(storage.client, createVault([two]), 'MAILGRANT_SECRET_KEY'),
      ).rejects.toMatchObject({
        problem: { code: 'encryption-key-wrong', detail: expect.stringContaining('MAILGRANT_SECRET_KEY') },
      });
      await checkVaultCanary(storage.client, createVault([one]), 'MAILGRANT_SECRET_KEY');
    });

    it('follows a change of keys, after which the former alone is wrong', async () => {
      await checkVaultCanary(storage.client, createVault([one]), 'x');
      await checkVaultCanary(storage.client, createVault([two, one]), 'x');
      await checkVaultCanary(storage.client, createVault([two]), 'x');
      await expect(checkVaultCanary(storage.client, createVault([one]), 'x')).rejects.toThrow(
        'encryption-key-wrong',
      );
    });
  });

  it('runs a script that the server does not know, many at once, each with its own result', async () => {
    const echo = script<string>(`-- KEYS[1] any ${randomBytes(4).toString('hex')}\nreturn ARGV[1]`);
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        echo.run(storage.client, [keys.connection(newConnectionId())], [i]),
      ),
    );
    expect(results).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
  });

  it('tells that a Redis without persistence is unsafe', async () => {
    expect((await checkRedisSafety(storage.client)).map(({ code }) => code)).toEqual(['not-persistent']);
  });

  describe('the reconciler', () => {
    it('runs its tasks in one process at a time', async () => {
      let running = 0;
      let most = 0;
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const tasks = [
        {
          name: 'count',
          run: async () => {
            most = Math.max(most, ++running);
            await held;
            running--;
          },
        },
      ];
      const [a, b] = [storage, other].map(({ client }) =>
        createReconciler({ redis: client, log: silentLog, tasks }),
      );
      const first = a?.runOnce();
      await vi.waitFor(() => expect(running).toBe(1));
      expect(await b?.runOnce()).toBe(false);
      release();
      expect(await first).toBe(true);
      expect(await b?.runOnce()).toBe(true);
      expect(most).toBe(1);
    });

    it('goes on after a task that throws and one that hangs, and says which', async () => {
      const error = vi.fn();
      const log: Log = { ...silentLog, error };
      const ran = vi.fn(async () => {});
      const reconciler = createReconciler({
        redis: storage.client,
        log,
        tasks: [
          { name: 'throws', run: () => Promise.reject(new Error('broken')) },
          { name: 'hangs', run: () => new Promise(() => {}), deadlineMs: 20 },
          { name: 'works', run: ran },
        ],
      });
      expect(await reconciler.runOnce()).toBe(true);
      expect(ran).toHaveBeenCalledOnce();
      expect(error.mock.calls.map(([fields]) => fields.task)).toEqual(['throws', 'hangs']);
    });

    it('runs at start, then regularly, and stops what runs when it is closed', async () => {
      const ran = vi.fn();
      let aborted = false;
      const reconciler = createReconciler({
        redis: storage.client,
        log: silentLog,
        everyMs: 20,
        tasks: [
          {
            name: 'third hangs',
            run: async (signal) => {
              ran();
              if (ran.mock.calls.length < 3) return;
              await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
              aborted = true;
            },
          },
        ],
      });
      reconciler.start();
      await vi.waitFor(() => expect(ran).toHaveBeenCalledTimes(3));
      await reconciler.close();
      expect(aborted).toBe(true);
      expect(await storage.client.get(keys.reconcilerLease)).toBeNull();
    });
  });
});

it('says what it could not check where CONFIG is forbidden', async () => {
  const server = await startRedis({ args: ['--rename-command', 'CONFIG', ''] });
  const storage = await openRedis(server.url);
  const codes = (await checkRedisSafety(storage.client)).map(({ code }) => code);
  expect(codes).toEqual(['not-persistent']);
  await storage.close();
  await server.stop();
});

it('warns of eviction and of a lazy fsync', async () => {
  const server = await startRedis({
    args: ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'allkeys-lru'],
  });
  const storage = await openRedis(server.url);
  const codes = (await checkRedisSafety(storage.client)).map(({ code }) => code);
  expect(codes).toEqual(['may-lose-seconds', 'evicts']);
  await storage.close();
  await server.stop();
});
