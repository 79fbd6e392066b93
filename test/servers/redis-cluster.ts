/** A Redis Cluster of three masters on loopback, up within a second or two, gone afterwards even if the test process is killed by an exception. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { startRedis, type TestRedis } from './redis.js';

export interface TestRedisCluster {
  /** redis+cluster://…, as MAILGRANT_REDIS_URL takes it */
  url: string;
  ports: number[];
  stop(): Promise<void>;
}

const cli = promisify(execFile);

/** @param ports of one that was there before; absent: free ones */
export async function startRedisCluster(ports?: readonly number[]): Promise<TestRedisCluster> {
  const nodes: TestRedis[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    while (nodes.length < 3) nodes.push(await startNode(ports?.[nodes.length]));
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await cli('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes']);
    await Promise.all(nodes.map(({ port }) => knowsEverySlot(port)));
    return { url: `redis+cluster://${addresses.join(',')}`, ports: nodes.map(({ port }) => port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The bus takes its port 10,000 above; a node whose bus port is taken does not start and is tried anew. */
async function startNode(port?: number): Promise<TestRedis> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startRedis({
        args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000', '--appendonly', 'no'],
        ...(port !== undefined && { port }),
      });
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

async function knowsEverySlot(port: number): Promise<void> {
  const node = new Redis(port, '127.0.0.1');
  try {
    for (;;) {
      const info = String(await node.cluster('INFO'));
      if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    node.disconnect();
  }
}
