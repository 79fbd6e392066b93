import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { createWakeUpQueue, type WakeUpQueue } from '../../src/storage/wake-up-queue.js';
import { startWorker, type WakeUpWorker, type WorkerOptions } from '../../src/storage/wake-up-worker.js';
import { startRedis } from '../servers/redis.js';
import { startRedisCluster } from '../servers/redis-cluster.js';

describe.each([
  { name: 'one server', start: () => startRedis() },
  { name: 'a cluster', start: startRedisCluster },
])('on $name', ({ start }) => {
  let server: { url: string; stop(): Promise<void> };
  let storage: RedisStorage;
  let queue: WakeUpQueue;
  const workers: WakeUpWorker[] = [];
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    server = await start();
    storage = await openRedis(server.url);
    queue = createWakeUpQueue(storage, 'receive');
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close(1_000)));
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  beforeEach(async () => {
    for (const set of [keys.due('receive'), keys.running('receive'), keys.runs('receive'), '{notes}'])
      await storage.client.del(set);
  });
  afterAll(async () => {
    await queue.close();
    await storage.close();
    await server.stop();
  });

  const work = (
    handle: WorkerOptions['handle'],
    onCrash: WorkerOptions['onCrash'] = () => {},
  ): WakeUpWorker => {
    const worker = startWorker(storage, 'receive', { concurrency: 5, handle, onCrash });
    workers.push(worker);
    return worker;
  };
  const workElsewhere = async (workMs: number): Promise<ChildProcess> => {
    const script = path.join(import.meta.dirname, 'storage-processes/wake-up-worker.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, server.url, String(workMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  };
  const notes = async (): Promise<{ what: string; subject: string; pid: number }[]> =>
    (await storage.client.lrange('{notes}', 0, -1)).map((note) => JSON.parse(note));
  const idle = () => vi.waitFor(async () => expect(await queue.depth()).toEqual({ due: 0, running: 0 }));

  it('wakes a subject at its time, once for many wakes, and again at the time the handler returns', async () => {
    const handled: number[] = [];
    work(async () => {
      handled.push(Date.now());
      return handled.length === 1 ? Date.now() + 100 : undefined;
    });
    const begin = Date.now();
    await Promise.all([1, 2, 3].map(() => queue.wake('ctr_a', begin + 200)));
    await vi.waitFor(() => expect(handled).toHaveLength(2), { timeout: 5_000 });
    expect(handled[0]).toBeGreaterThanOrEqual(begin + 199);
    await idle();
  });

  it('keeps the earlier of two wakes', async () => {
    const far = Date.now() + 3_600_000;
    await queue.wake('ctr_b', far);
    await queue.wake('ctr_b', far + 1_000);
    expect(await queue.dueAt('ctr_b')).toBe(far);
    await queue.wake('ctr_b', far - 1_000);
    expect(await queue.dueAt('ctr_b')).toBe(far - 1_000);
    await queue.forget('ctr_b');
    expect(await queue.dueAt('ctr_b')).toBeUndefined();
  });

  it('runs a subject once more when it is woken while it runs, never twice at once', async () => {
    let running = 0;
    let most = 0;
    const runs = vi.fn();
    const releases: (() => void)[] = [];
    work(async () => {
      most = Math.max(most, ++running);
      runs();
      await new Promise<void>((resolve) => releases.push(resolve));
      running--;
      return undefined;
    });
    await queue.wake('ctr_c', Date.now());
    await vi.waitFor(() => expect(runs).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    await queue.wake('ctr_c', Date.now());
    await queue.wake('ctr_c', Date.now());
    await vi.waitFor(async () => expect(await queue.depth()).toEqual({ due: 1, running: 1 }));
    releases[0]?.();
    await vi.waitFor(() => expect(runs).toHaveBeenCalledTimes(2), { timeout: 5_000 });
    releases[1]?.();
    await idle();
    expect(most).toBe(1);
    expect(runs).toHaveBeenCalledTimes(2);
  });

  it('does not let a run that was given up on end the one after it', async () => {
    const releases: (() => void)[] = [];
    const begun = vi.fn();
    const handle = async (): Promise<undefined> => {
      begun();
      await new Promise<void>((resolve) => releases.push(resolve));
    };
    work(handle);
    await queue.wake('ctr_s', Date.now());
    await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    // As if its process had stalled for longer than a worker may be silent.
    await storage.client.zadd(keys.running('receive'), Date.now() - 1, 'ctr_s');
    await queue.recover();
    await queue.wake('ctr_s', Date.now() - 5_000);
    await queue.recover();
    await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(2), { timeout: 5_000 });
    releases[0]?.();
    await queue.wake('ctr_s', Date.now());
    await vi.waitFor(async () => expect(await queue.depth()).toEqual({ due: 1, running: 1 }));
    expect(begun).toHaveBeenCalledTimes(2);
    releases[1]?.();
    await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(3), { timeout: 5_000 });
    releases[2]?.();
    await idle();
  });

  it('aborts the run that lost its subject, and not the one that took the subject back', async () => {
    const signals: AbortSignal[] = [];
    const releases: (() => void)[] = [];
    work(async (_subject, signal) => {
      signals.push(signal);
      await new Promise<void>((resolve) => releases.push(resolve));
      return undefined;
    });
    await queue.wake('ctr_t', Date.now());
    await vi.waitFor(() => expect(signals).toHaveLength(1), { timeout: 5_000 });
    // As if its process had stalled for longer than a worker may be silent.
    await storage.client.zadd(keys.running('receive'), Date.now() - 1, 'ctr_t');
    await queue.recover();
    await vi.waitFor(() => expect(signals).toHaveLength(2), { timeout: 5_000 });
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true), { timeout: 15_000 });
    expect(signals[1]?.aborted).toBe(false);
    for (const release of releases) release();
    await idle();
  });

  it('puts a subject off after its handler crashed, and tells who did', async () => {
    const onCrash = vi.fn();
    work(() => Promise.reject(new Error('bug')), onCrash);
    await queue.wake('ctr_d', Date.now());
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalledWith(expect.any(Error), 'ctr_d'), {
      timeout: 5_000,
    });
    await vi.waitFor(async () => expect(await queue.dueAt('ctr_d')).toBeGreaterThan(Date.now() + 20_000));
    await queue.forget('ctr_d');
  });

  it('rings at once for what a dead worker left running', async () => {
    await storage.client.zadd(keys.running('receive'), Date.now() - 1, 'ctr_f');
    const handled = vi.fn(async () => undefined);
    work(handled);
    expect(await queue.recover()).toBe(1);
    await vi.waitFor(() => expect(handled).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    await idle();
  });

  it('rings again for what is overdue though its alarm was lost', async () => {
    await storage.client.zadd(keys.due('receive'), Date.now() - 10_000, 'ctr_e');
    const handled = vi.fn(async () => undefined);
    work(handled);
    expect(await queue.recover()).toBe(1);
    await vi.waitFor(() => expect(handled).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    await idle();
  });

  it('leaves no job behind in Redis, so that its memory does not grow', async () => {
    const prefix = `${keys.queuePrefix('receive')}:receive`;
    const stored = async (): Promise<number[]> =>
      Promise.all([
        ...['wait', 'active'].map((list) => storage.client.llen(`${prefix}:${list}`)),
        ...['delayed', 'completed', 'failed'].map((set) => storage.client.zcard(`${prefix}:${set}`)),
      ]);
    const before = await stored();
    const handled = vi.fn(async () => undefined);
    const worker = work(handled);
    await Promise.all(Array.from({ length: 30 }, (_, i) => queue.wake(`ctr_${i}`, Date.now())));
    await vi.waitFor(() => expect(handled).toHaveBeenCalledTimes(30), { timeout: 5_000 });
    await idle();
    await worker.close(1_000);
    workers.splice(0);
    expect(await stored()).toEqual(before);
  });

  it('stops taking work when it is closed, waits for what runs, and aborts it at the deadline', async () => {
    let aborted = false;
    const begun = vi.fn();
    const worker = work(async (_subject, signal) => {
      begun();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      return undefined;
    });
    await queue.wake('ctr_f', Date.now());
    await vi.waitFor(() => expect(begun).toHaveBeenCalled(), { timeout: 5_000 });
    await worker.close(100);
    workers.splice(0);
    expect(aborted).toBe(true);
    await queue.wake('ctr_g', Date.now());
    expect(await queue.dueAt('ctr_g')).toBeDefined();
    expect(begun).toHaveBeenCalledTimes(1);
  });

  it('never runs one subject twice at once over processes that are killed, and runs each to its end', async () => {
    const subjects = Array.from({ length: 20 }, (_, i) => `ctr_k${i}`);
    const [victim] = await Promise.all([workElsewhere(400), workElsewhere(50)]);
    await Promise.all(subjects.map((subject) => queue.wake(subject, Date.now())));
    // Woken again and again: the quicker process may be done with all of them before this one hears of any.
    let woken = 0;
    await vi.waitFor(
      async () => {
        await queue.wake(subjects[woken++ % subjects.length] ?? '', Date.now());
        const seen = await notes();
        expect(seen.some(({ what, pid }) => what === 'begin' && pid === victim.pid)).toBe(true);
      },
      { timeout: 30_000, interval: 20 },
    );
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    // Its subjects are taken from it when it has not shown itself for the time that ALIVE_MS allows.
    await vi.waitFor(
      async () => {
        await queue.recover();
        const ended = new Set<string>();
        for (const { what, subject } of await notes())
          if (what === 'end') ended.add(subject);
          else ended.delete(subject);
        expect(ended).toEqual(new Set(subjects));
      },
      { timeout: 60_000, interval: 250 },
    );
    const running = new Map<string, number>();
    for (const { what, subject, pid } of await notes()) {
      const holder = running.get(subject);
      if (what === 'begin') expect(holder === undefined || holder === victim.pid).toBe(true);
      if (what === 'begin') running.set(subject, pid);
      else running.delete(subject);
    }
    await idle();
  });
});
