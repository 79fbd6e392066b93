import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../src/contract/problem.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { openRedis, type RedisStorage, redisAway } from '../../src/storage/redis.js';
import { script } from '../../src/storage/script.js';
import { silentLog } from '../../src/telemetry/log.js';
import { freePort } from '../servers/free-port.js';
import { startRedis, type TestRedis } from '../servers/redis.js';
import { startRedisCluster } from '../servers/redis-cluster.js';
import { problemOf } from './problem-of.js';

let redis: TestRedis;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'mailgrant-unreachable-'));
  redis = await startRedis({ args: ['--appendonly', 'no'] });
  const admin = new Redis(redis.url);
  await admin.config('SET', 'requirepass', 'right-password');
  await admin.quit();
});
afterAll(async () => {
  await redis.stop();
  await rm(dataDir, { recursive: true });
});

const refusalOf = (redisUrl: string): Promise<Problem> =>
  problemOf(openStorage({ dataDir, redisUrl, secretKeys: [randomBytes(32)], log: silentLog }));

describe('a Redis that cannot be used', () => {
  it('is named with what the connection failed with', async () => {
    const port = await freePort();
    const { code, detail } = await refusalOf(`redis://127.0.0.1:${port}`);
    expect([code, detail]).toEqual(['redis-unreachable', expect.stringContaining('ECONNREFUSED')]);
  });

  it('that wants a password says so', async () => {
    const { detail } = await refusalOf(`redis://127.0.0.1:${redis.port}`);
    expect(detail).toMatch(/NOAUTH/);
  });

  it('is named without its password, whatever characters that has', async () => {
    for (const password of ['wrong-password', 'wrong@password', 'wrong%2Fpassword']) {
      const { code, detail } = await refusalOf(`redis://:${password}@127.0.0.1:${redis.port}`);
      expect(code).toBe('redis-unreachable');
      expect(detail).toMatch(/WRONGPASS/);
      expect(detail).toContain(`redis://127.0.0.1:${redis.port} `);
      expect(detail).not.toContain('wrong');
      expect(detail).not.toContain('password@');
    }
  });
});

/** While a cluster goes. */
const AWAY = { timeout: 20_000, interval: 5 };
/** As whoever asked is told. */
const outcome = (settled: PromiseSettledResult<unknown>): unknown =>
  settled.status === 'rejected' ? (redisAway(settled.reason)?.code ?? settled.reason) : settled.status;
const echo = script<string>('return ARGV[1]');

it('a Redis that says nothing fails commands after their time, and is used again once it answers', async () => {
  const silent = await startRedis({ args: ['--appendonly', 'no'] });
  const admin = new Redis(silent.url);
  const { client, close } = await openRedis(silent.url, { answerWithinMs: 300 });
  try {
    await admin.call('CLIENT', 'PAUSE', '600000', 'WRITE');
    const answers = await Promise.allSettled([
      client.set('key', 'value'),
      echo.run(client, ['key'], ['said']),
    ]);
    expect(answers.map(outcome)).toEqual(['storage-unavailable', 'storage-unavailable']);
    await admin.call('CLIENT', 'UNPAUSE');
    expect(await echo.run(client, ['key'], ['said'])).toBe('said');
  } finally {
    admin.disconnect();
    await close();
    await silent.stop();
  }
});

it('a cluster that is away lets no command wait for ever, and is used again once it is back', async () => {
  const cluster = await startRedisCluster();
  const { client, close } = await openRedis(cluster.url);
  const commands = () =>
    Promise.allSettled([
      client.get('key'),
      echo.run(client, ['key'], ['said']),
      client.multi().set('key', 'value').exec(),
    ]);
  const statuses = async () => (await commands()).map(outcome);
  expect(await statuses()).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  await cluster.stop();
  // The first ones meet nodes that are gone, the others find none in the pool.
  const none = ['storage-unavailable', 'storage-unavailable', 'storage-unavailable'];
  await vi.waitFor(async () => {
    expect(await statuses()).toEqual(none);
    expect(client.status).not.toBe('ready');
  }, AWAY);
  for (let time = 0; time < 5; time++) expect(await statuses()).toEqual(none);

  const back = await startRedisCluster(cluster.ports);
  try {
    await vi.waitFor(async () => expect(await client.get('key')).toBeNull(), { timeout: 20_000 });
    expect(await statuses()).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  } finally {
    await close();
    await back.stop();
  }
}, 60_000);

it('a cluster that is closed while it is away is not connected to again', async () => {
  const cluster = await startRedisCluster();
  const closed = await openRedis(cluster.url);
  const kept = await openRedis(cluster.url);
  try {
    await cluster.stop();
    const askUntilEnd = ({ client }: RedisStorage) =>
      vi.waitFor(async () => {
        await client.get('key').catch(() => {});
        expect(client.status).toBe('end');
      }, AWAY);
    await Promise.all([askUntilEnd(kept), askUntilEnd(closed)]);
    const connect = vi.spyOn(closed.client, 'connect');
    const control = vi.spyOn(kept.client, 'connect');
    await closed.close();
    // Both count their retries alike: by the second time of one, the other would have had its turn.
    await vi.waitFor(() => expect(control).toHaveBeenCalledTimes(2), AWAY);
    expect(connect).not.toHaveBeenCalled();
  } finally {
    await kept.close();
  }
}, 30_000);
