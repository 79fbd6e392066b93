/** A process of its own that reseals, slowly, for a test that kills it in the middle. */
import { openRedis, type RedisClient } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import { createReseal } from '../../src/transfer/reseal.js';

export interface ResealPlan {
  redisUrl: string;
  /** base64, the first seals */
  secretKeys: string[];
  /** Before each write. */
  pauseMs: number;
}

const plan = JSON.parse(process.env.PROCESS_PLAN ?? '{}') as ResealPlan;
const { client } = await openRedis(plan.redisUrl);
const slow = new Proxy(client, {
  get(target, name) {
    const value: unknown = Reflect.get(target, name);
    if (typeof value !== 'function') return value;
    const bound = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
    if (name !== 'evalsha') return bound;
    return async (...args: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, plan.pauseMs));
      return bound(...args);
    };
  },
}) as RedisClient;
const vault = createVault(plan.secretKeys.map((key) => Buffer.from(key, 'base64')));
process.send?.(await createReseal({ redis: slow, vault })());
