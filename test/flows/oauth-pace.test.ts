/** The pace of a token endpoint, over processes and when much is due at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPace, type Pace } from '../../src/oauth/refresh/pace.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
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

let endpoints = 0;
const endpoint = (): string => `https://${endpoints++}.example/token`;
const subjects = (count: number): string[] => Array.from({ length: count }, (_, index) => `con_${index}`);

/** Each takes its place as long as it may. @returns what each has to wait, ms */
async function inLine(pace: Pace, at: string, options: { count: number; longestWaitMs: number }) {
  const waits: number[] = [];
  for (const subject of subjects(options.count))
    waits.push(await pace.reserve(at, { subject, longestWaitMs: options.longestWaitMs }));
  return waits;
}

describe('a line at a token endpoint', () => {
  it('lets half a second’s worth out at once, and then one after the other', async () => {
    const waits = await inLine(createPace(storage.client, 10), endpoint(), {
      count: 20,
      longestWaitMs: 5_000,
    });
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    for (const [index, wait] of waits.slice(6).entries())
      expect(wait).toBeGreaterThanOrEqual((index + 1) * 100 - 100);
    expect(waits.at(-1)).toBeLessThanOrEqual(1_500);
  });

  it('is one line for every process, and another for another endpoint', async () => {
    const [one, other] = [createPace(storage.client, 10), createPace(storage.client, 10)];
    const at = endpoint();
    await inLine(one, at, { count: 20, longestWaitMs: 5_000 });
    expect(await other.reserve(at, { subject: 'con_x', longestWaitMs: 5_000 })).toBeGreaterThan(1_000);
    expect(await other.reserve(endpoint(), { subject: 'con_x', longestWaitMs: 5_000 })).toBe(0);
  });

  it('holds the place of whoever cannot wait for it, in the order in which they came', async () => {
    const pace = createPace(storage.client, 100);
    const at = endpoint();
    const options = { count: 1_000, longestWaitMs: 1_000 };
    const first = await inLine(pace, at, options);
    // Each has to wait longer than the one before, but for the moment that passed between their asking.
    for (const [index, wait] of first.slice(1).entries())
      expect(wait).toBeGreaterThan((first[index] ?? 0) - 200);
    expect(first.at(-1)).toBeGreaterThan(8_000);
    const put = first.findIndex((wait) => wait > 1_000);
    expect(put).toBeGreaterThan(100);
    // Asked before its time it is told the same time; nobody gets a second place, or loses the first.
    const subject = `con_${put + 300}`;
    const again = await pace.reserve(at, { subject, longestWaitMs: 1_000 });
    expect(again).toBeLessThanOrEqual(first[put + 300] ?? 0);
    expect(again).toBeGreaterThan(1_000);
    const last = await pace.reserve(at, { subject: 'con_late', longestWaitMs: 1_000 });
    expect(last).toBeGreaterThan((first.at(-1) ?? 0) - 2_000);
  });

  it('has each ask twice at most however many are due at once, and never lets more out than its pace', async () => {
    const RATE = 200;
    const paces = [createPace(storage.client, RATE), createPace(storage.client, RATE)];
    const at = endpoint();
    const gone: number[] = [];
    let asked = 0;
    const startedAt = Date.now();
    const go = async (subject: string, pace: Pace): Promise<void> => {
      for (;;) {
        asked += 1;
        const wait = await pace.reserve(at, { subject, longestWaitMs: 200 });
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (wait <= 200) return void gone.push(Date.now() - startedAt);
      }
    };
    await Promise.all(subjects(600).map((subject, index) => go(subject, paces[index % 2] as Pace)));
    expect(asked).toBeLessThanOrEqual(2 * 600);
    expect(gone).toHaveLength(600);
    // Never early: by the time t no more than t seconds' worth and the burst are out.
    for (const [index, at] of gone.toSorted((a, b) => a - b).entries())
      expect(index + 1).toBeLessThanOrEqual((at / 1_000) * RATE + 0.5 * RATE + 2);
  });

  it('lets no more out than its pace when a stalled process has let all of its places pass', async () => {
    const pace = createPace(storage.client, 100);
    const at = endpoint();
    await inLine(pace, at, { count: 500, longestWaitMs: 0 });
    // Two seconds of stall: four hundred of them come at once, and late.
    for (const subject of subjects(500).slice(100))
      await storage.client.hset(keys.pacePlaces(at), subject, Date.now() - 2_000);
    const waits: number[] = [];
    const begunAt = Date.now();
    for (const subject of subjects(500).slice(100))
      waits.push(await pace.reserve(at, { subject, longestWaitMs: 1_000 }));
    const tookSeconds = (Date.now() - begunAt) / 1_000;
    const turns = waits.filter((wait) => wait <= 1_000);
    // Half a second's worth at once, and a second's worth one after the other, and what asking took; all others keep a place.
    expect(turns.length).toBeGreaterThan(100);
    expect(turns.length).toBeLessThanOrEqual(Math.ceil(100 * (0.5 + 1 + tookSeconds)) + 1);
    const held = await storage.client.hmget(keys.pacePlaces(at), ...subjects(500).slice(100));
    expect(held.filter((place) => place !== null)).toHaveLength(400 - turns.length);
  });

  it('forgets places that nobody comes for', async () => {
    const pace = createPace(storage.client, 10);
    const at = endpoint();
    await inLine(pace, at, { count: 30, longestWaitMs: 0 });
    expect(await storage.client.pttl(keys.pacePlaces(at))).toBeGreaterThan(60_000);
    expect(await storage.client.pttl(keys.pacePlaces(at))).toBeLessThan(65_000);
  });
});
