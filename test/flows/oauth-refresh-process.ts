/**
 * A process of its own that asks for access tokens, for tests that run four of them or kill them. Where Redis and the key
 * are comes from the environment; what to ask for comes as orders.
 */
import type { ConnectionId } from '../../src/contract/ids.js';
import { ProblemError } from '../../src/contract/problem.js';
import { noLock, openWorld, type World } from './oauth-world.js';

export interface ProcessPlan {
  redisUrl: string;
  /** base64; after a comma, keys that open as well */
  secretKey: string;
  name: string;
}

/** once: each connection by two callers at once, then report. forever: on and on, until told to stop or killed. */
export type Order =
  | { kind: 'once'; connections: ConnectionId[]; hasLock: boolean }
  | { kind: 'forever'; connections: ConnectionId[] }
  | { kind: 'stop' };

/** Version that each connection's callers got, or the code of the problem. */
export type Report = Record<string, (number | string)[]>;

/** Connections that the process is busy with at once. */
const CONCURRENCY = 15;

const plan = JSON.parse(process.env.PROCESS_PLAN ?? '{}') as ProcessPlan;
const options = {
  redisUrl: plan.redisUrl,
  secretKeys: plan.secretKey.split(',').map((key) => Buffer.from(key, 'base64')),
  userAgent: plan.name,
};
const locked = await openWorld(options);
const unlocked = await openWorld({ ...options, lock: noLock });

const outcome = (world: World, id: ConnectionId): Promise<number | string> =>
  world.accessTokens.accessToken(id).then(
    ({ version }) => version,
    (error) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

async function askForEach(connections: ConnectionId[], world: World): Promise<Report> {
  const waiting = connections.map((id) => ({ id, at: Math.random() })).sort((a, b) => a.at - b.at);
  const report: Report = {};
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      report[next.id] = await Promise.all([outcome(world, next.id), outcome(world, next.id)]);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return report;
}

let isStopping = false;
async function askForever(connections: ConnectionId[]): Promise<void> {
  isStopping = false;
  const worker = async (): Promise<void> => {
    while (!isStopping) {
      const id = connections[Math.floor(Math.random() * connections.length)];
      if (id) await outcome(locked, id);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  process.send?.('stopped');
}

process.on('message', async (order: Order) => {
  if (order.kind === 'stop') isStopping = true;
  else if (order.kind === 'forever') await askForever(order.connections);
  else process.send?.(await askForEach(order.connections, order.hasLock ? locked : unlocked));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
