/**
 * A worker on a wake-up queue: an alarm that it hears starts a lane, which takes what is due, one subject after another,
 * until nothing is. A lane that leaves more behind starts another one beside it, up to the concurrency of the process,
 * and rings for other processes; a process whose lanes are all at work hears no alarm, so that others do.
 *
 * Lane: started → take → handle → finish and take the next, in one step → … → nothing due: ended.
 */
import { randomUUID } from 'node:crypto';
import { Worker } from 'bullmq';
import { keys, type QueueName } from './keys.js';
import type { RedisStorage } from './redis.js';
import { finishAndTake, stayAlive } from './scripts/wake-ups.js';
import { createAlarms, recoverSubjects } from './wake-up-queue.js';

/** A running subject whose worker has not shown itself for this long is taken from it; three missed renewals. */
const ALIVE_MS = 15_000;
/** Workers show themselves, and look for what is overdue, this often. */
const LOOK_MS = ALIVE_MS / 3;
/** After a handler that threw something that is no Problem. */
const AFTER_CRASH_MS = 30_000;

export interface WorkerOptions {
  /** Subjects that this process handles at once. */
  concurrency: number;
  /**
   * Handles one subject. @returns when to wake it next (ms since the epoch), `undefined` for not by itself
   * The signal aborts at shutdown when the deadline has passed, and when this process stalled for so long that the
   * subject was taken from it.
   */
  handle(subject: string, signal: AbortSignal): Promise<number | undefined>;
  /** Told what a handler threw; it is woken again after half a minute. */
  onCrash(error: unknown, subject: string): void;
}

export interface WakeUpWorker {
  /** Takes no more work, waits for what is in flight, aborts it at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

interface Run {
  subject: string;
  /** Unique: a run that was given up on may not end the one after it. */
  id: string;
  abort: AbortController;
}

/** Starts a worker on a queue. */
export function startWorker(storage: RedisStorage, name: QueueName, options: WorkerOptions): WakeUpWorker {
  const redis = storage.client;
  const alarms = createAlarms(storage, name);
  const sets = [keys.due(name), keys.running(name), keys.runs(name)];
  const runs = new Map<string, Run>();
  let isClosing = false;

  /** Nobody waits for an alarm: one that cannot be set is made up for by the next look. */
  const ring = (alarm: Promise<void>): void => void alarm.catch(() => undefined);

  /** Ends a run, if there was one, and takes the next; `undefined` when nothing is due. */
  const next = async (ended?: { run: Run; wakeAt: number | undefined }): Promise<Run | undefined> => {
    const now = Date.now();
    const id = isClosing ? '' : randomUUID();
    const before = ended ? [ended.run.subject, ended.run.id, ended.wakeAt ?? ''] : ['', '', ''];
    const [subject, more, again] = await finishAndTake.run(redis, sets, [...before, now, now + ALIVE_MS, id]);
    if (again !== '') ring(alarms.ringAt(Number(again)));
    if (more === 1) {
      startLane();
      ring(alarms.ringNow());
    }
    if (subject === '') return undefined;
    const run: Run = { subject, id, abort: new AbortController() };
    runs.set(id, run);
    return run;
  };

  const handled = async (run: Run): Promise<number | undefined> => {
    try {
      return await options.handle(run.subject, run.abort.signal);
    } catch (error) {
      options.onCrash(error, run.subject);
      return Date.now() + AFTER_CRASH_MS;
    } finally {
      runs.delete(run.id);
    }
  };

  const lanes = new Set<Promise<void>>();
  const startLane = (): void => {
    if (isClosing || lanes.size >= options.concurrency) return;
    // A lane that fails (Redis away) ends; its subject stays running and is taken back when it has not shown itself.
    const lane = runLane().catch(() => undefined);
    lanes.add(lane);
    void lane.then(() => lanes.delete(lane));
  };
  const runLane = async (): Promise<void> => {
    let run = await next();
    while (run) {
      const wakeAt = await handled(run);
      run = await next({ run, wakeAt });
    }
  };

  const hear = async (): Promise<void> => {
    await alarms.heard();
    if (lanes.size >= options.concurrency) await Promise.race(lanes);
    startLane();
  };

  // Redis that is away leaves subjects due or running; once it is back, this rings for them.
  const look = async (): Promise<void> => {
    const alive = [...runs.values()].flatMap(({ subject, id }) => [subject, id]);
    if (alive.length > 0) {
      const lost = new Set(
        await stayAlive.run(redis, [keys.running(name), keys.runs(name)], [Date.now() + ALIVE_MS, ...alive]),
      );
      // By run: this worker may itself have taken the subject back, and that run is not the lost one.
      for (const { id, subject, abort } of runs.values()) {
        if (lost.has(id)) abort.abort(new Error(`${subject} was taken by another worker`));
      }
    }
    if (!isClosing) await recoverSubjects(storage, name, alarms);
  };
  const timer = setInterval(() => look().catch(() => undefined), LOOK_MS);

  const worker = new Worker(name, hear, {
    connection: storage.forQueue(),
    prefix: keys.queuePrefix(name),
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    lockDuration: ALIVE_MS,
    stalledInterval: LOOK_MS,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  // An alarm that could not be heard (Redis away) is made up for by the next look.
  worker.on('error', () => {});

  return {
    async close(deadlineMs) {
      isClosing = true;
      const deadline = setTimeout(() => {
        for (const { abort } of runs.values()) abort.abort(new Error('shutting down'));
      }, deadlineMs);
      await Promise.all([worker.close(), ...lanes]);
      clearTimeout(deadline);
      clearInterval(timer);
      // What this worker did not take any more is for others.
      const left = await redis.zcount(keys.due(name), '-inf', Date.now()).catch(() => 0);
      if (left > 0) await alarms.ringNow().catch(() => undefined);
      await alarms.close();
    },
  };
}
