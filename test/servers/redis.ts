/** A redis-server of its own for a test: free loopback port, temporary directory, gone afterwards even if the test process is killed. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Cluster, type Redis } from 'ioredis';
import { openRedis, type RedisClient } from '../../src/storage/redis.js';
import { freePort } from './free-port.js';

export interface TestRedis {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** `cluster` in the vitest project of that name: tests then run on three nodes instead of one. */
const ON_CLUSTER = process.env.MAILGRANT_TEST_REDIS === 'cluster';

/**
 * @param options `args`: further redis-server arguments, such as `['--appendonly', 'yes']`; then it is one server always,
 *   and `port` may be said
 */
export async function startRedis(options: { args?: string[]; port?: number } = {}): Promise<TestRedis> {
  if (!ON_CLUSTER || options.args) return startRedisServer(options);
  const { startRedisCluster } = await import('./redis-cluster.js');
  const cluster = await startRedisCluster();
  return { ...cluster, port: cluster.ports[0] ?? 0 };
}

/** The client itself, or the client of each node of a cluster: KEYS and FLUSHALL are of one node. */
const nodesOf = (client: RedisClient): Redis[] =>
  client instanceof Cluster ? client.nodes('master') : [client];

/** Every key that matches, wherever it is kept. */
export async function keysIn(client: RedisClient, pattern = '*'): Promise<string[]> {
  return (await Promise.all(nodesOf(client).map((node) => node.keys(pattern)))).flat();
}

/** Forgets everything. */
export async function flushRedis(client: RedisClient): Promise<void> {
  await Promise.all(nodesOf(client).map((node) => node.flushall()));
}

async function startRedisServer(options: { args?: string[]; port?: number }): Promise<TestRedis> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-redis-'));
  const port = options.port ?? (await freePort());
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      ...(options.args ?? []),
    ],
    { stdio: 'ignore' },
  );
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  const url = `redis://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`redis-server ended with ${child.exitCode}; is it installed?`);
    const storage = await openRedis(url).catch(() => undefined);
    if (storage) {
      await storage.close();
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    port,
    async stop() {
      process.off('exit', killed);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}
