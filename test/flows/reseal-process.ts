/** A process of its own that reseals, comes to a stand in the middle and says so, for a test that kills it there. */
import { openRedis, type RedisClient } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import { createReseal } from '../../src/transfer/reseal.js';

export interface ResealPlan {
  redisUrl: string;
  /** base64, the first seals */
  secretKeys: string[];
  /** Writes that it makes; the next ones never come. */
  writes: number;
}

const plan = JSON.parse(process.env.PROCESS_PLAN ?? '{}') as ResealPlan;
const { client } = await openRedis(plan.redisUrl);
let left = plan.writes;
const halting = new Proxy(client, {
  get(target, name) {
    const value: unknown = Reflect.get(target, name);
    if (typeof value !== 'function') return value;
    const bound = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
    if (name !== 'evalsha') return bound;
    return async (...args: unknown[]) => {
      left -= 1;
      if (left >= 0) return bound(...args);
      if (left === -1) process.send?.('in the middle');
      return new Promise(() => {});
    };
  },
}) as RedisClient;
const vault = createVault(plan.secretKeys.map((key) => Buffer.from(key, 'base64')));
// Nothing is awaited but what never comes: the channel to the test keeps the process alive.
await createReseal({ redis: halting, vault })();
