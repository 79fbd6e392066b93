import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createWakeUpQueue, startWorker } from '../../src/storage/wake-up-queue.js';
import { startRedis, type TestRedis } from '../servers/redis.js';

let redis: TestRedis;
let storage: RedisStorage;
beforeAll(async () => {
  redis = await startRedis();
  storage = await openRedis(redis.url);
});
afterAll(async () => {
  await storage.close();
  await redis.stop();
});

it('wakes a subject at its time, once for many wakes, and again at the time the handler returns', async () => {
  const queue = createWakeUpQueue(storage, 'receive');
  const handled: { subject: string; at: number }[] = [];
  let seen: () => void;
  const twice = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const worker = startWorker(storage, 'receive', {
    concurrency: 5,
    async handle(subject) {
      handled.push({ subject, at: Date.now() });
      if (handled.length === 2) seen();
      return handled.length === 1 ? Date.now() + 100 : undefined;
    },
    onCrash: (error) => {
      throw error;
    },
  });
  const start = Date.now();
  await Promise.all([1, 2, 3].map(() => queue.wake('ctr_a', start + 200)));
  await twice;
  expect(handled.map(({ subject }) => subject)).toEqual(['ctr_a', 'ctr_a']);
  expect(handled[0]?.at).toBeGreaterThanOrEqual(start + 199);
  await worker.close(1_000);
  expect(await queue.depth()).toEqual({ due: 0, running: 0 });
  await queue.close();
});
