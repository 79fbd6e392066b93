import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DayCounts } from '../../../src/activity/day-counts.js';
import { createTally } from '../../../src/activity/tally.js';
import type { ConnectorId } from '../../../src/contract/ids.js';
import type { RedisClient } from '../../../src/storage/redis.js';
import { silentLog } from '../../../src/telemetry/log.js';

const NOON = Date.UTC(2026, 10, 21, 12);
const ada = 'ctr_ada' as ConnectorId;

interface Write {
  of: string;
  day: number;
  counted: DayCounts;
}

/** A tally whose writes are kept, or refused. */
function world(options: { clock?: { now(): number } } = {}) {
  const writes: Write[] = [];
  const store = { refuses: false, slow: undefined as Promise<void> | undefined, warnings: 0 };
  const log = { ...silentLog, warn: () => void store.warnings++ } as typeof silentLog;
  const tally = createTally(
    { redis: {} as RedisClient, log, clock: options.clock ?? { now: () => NOON } },
    {
      async add(_redis, of, { day, counted }) {
        await store.slow;
        if (store.refuses) throw new Error('no Redis');
        writes.push({ of, day, counted });
      },
    },
  );
  const total = (of: string, kind: keyof DayCounts): number =>
    writes
      .filter((write) => write.of === of)
      .flatMap(({ counted }) => [...counted[kind].values()])
      .reduce((sum, count) => sum + count, 0);
  return { tally, writes, store, total };
}

describe('the tally', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('writes a second of counts as one, of the connector and of the service', async () => {
    const { tally, writes, total } = world();
    for (let message = 0; message < 500; message++) tally.count(ada, 'sent');
    expect(writes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(writes.map(({ of }) => of).sort()).toEqual([ada, 'statistics']);
    expect(total(ada, 'counts')).toBe(500);
    expect(total('statistics', 'counts')).toBe(500);
  });

  it('asks nothing of Redis, and keeps no timer, while nothing happens', async () => {
    const { tally, writes } = world();
    tally.count(ada, 'received', 0);
    expect(vi.getTimerCount()).toBe(0);
    tally.count(ada, 'received', 3);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(writes).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts under the hour and day in which it happened, not in which it is written', async () => {
    let now = Date.UTC(2026, 10, 21, 23, 59, 59, 900);
    const { tally, writes } = world({ clock: { now: () => now } });
    tally.count(ada, 'sent');
    now += 200;
    tally.count(ada, 'sent');
    await vi.advanceTimersByTimeAsync(1_000);
    const ofAda = writes.filter(({ of }) => of === ada);
    expect(ofAda.map(({ counted }) => [...counted.counts])).toEqual([[[23 * 4, 1]], [[0, 1]]]);
    expect((ofAda[1]?.day ?? 0) - (ofAda[0]?.day ?? 0)).toBe(1);
  });

  it('keeps what cannot be written, and writes it once Redis takes it: every count once', async () => {
    const { tally, store, total } = world();
    store.refuses = true;
    for (let second = 0; second < 5; second++) {
      tally.count(ada, 'sent', 10);
      tally.problem('smtp-unavailable', ada);
      tally.latency(ada, 'send', 100);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(total(ada, 'counts')).toBe(0);
    expect(store.warnings).toBe(1);
    store.refuses = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(total(ada, 'counts')).toBe(50);
    expect(total(ada, 'problems')).toBe(5);
    expect(total(ada, 'latencies')).toBe(5);
    expect(total('statistics', 'counts')).toBe(50);
  });

  it('keeps what comes in while a write is under way apart from it', async () => {
    const { tally, store, total } = world();
    let goOn = (): void => {};
    store.slow = new Promise((resolve) => {
      goOn = resolve;
    });
    tally.count(ada, 'sent');
    await vi.advanceTimersByTimeAsync(1_000);
    tally.count(ada, 'sent', 7);
    await vi.advanceTimersByTimeAsync(1_000);
    store.slow = undefined;
    goOn();
    await tally.close();
    expect(total(ada, 'counts')).toBe(8);
  });

  it('bounds what it keeps while Redis is away: beyond ten thousand connectors only the service is counted', async () => {
    const { tally, store, writes, total } = world();
    store.refuses = true;
    for (let index = 0; index < 12_000; index++) tally.count(`ctr_${index}` as ConnectorId, 'sent');
    await vi.advanceTimersByTimeAsync(1_000);
    store.refuses = false;
    await tally.flush();
    expect(writes.length).toBeLessThanOrEqual(10_001);
    expect(total('statistics', 'counts')).toBe(12_000);
  });

  it('lets go of days that are kept no longer', async () => {
    let now = NOON;
    const { tally, store, writes } = world({ clock: { now: () => now } });
    store.refuses = true;
    tally.count(ada, 'sent');
    await vi.advanceTimersByTimeAsync(1_000);
    store.refuses = false;
    now += 10 * 86_400_000;
    await tally.flush();
    expect(writes).toEqual([]);
  });

  it('writes what there is when it is closed, and starts nothing after that', async () => {
    const { tally, total, store } = world();
    tally.count(ada, 'failed');
    await tally.close();
    expect(total(ada, 'counts')).toBe(1);
    store.refuses = true;
    tally.count(ada, 'failed');
    await tally.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
