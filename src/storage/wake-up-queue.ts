/**
 * Wake-ups: "look at this subject (connection, connector, mailbox) at that time". The subject's record holds the state;
 * a BullMQ job only wakes a worker and carries nothing but the subject. BullMQ alone would overlap, repeat, ignore or
 * lose jobs (DESIGN.md, Processes), so what is due stands in two sorted sets of ours, and recover() rings again for
 * whatever is overdue.
 *
 *   none → due (wake) → running (take, prolonged while its worker lives) → none | due (finish, with the next time)
 *   running → due (recover: its worker died)
 * A wake during running makes the subject due as well; it is taken once more afterwards.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { keys, type QueueName } from './keys.js';
import type { RedisStorage } from './redis.js';
import { script } from './script.js';

/** A running subject whose worker has not shown itself for this long is taken from it; three missed renewals. */
const ALIVE_MS = 15_000;
/** How far a due subject may be behind before recover() rings again; BullMQ is normally exact to some 10 ms. */
const OVERDUE_MS = 2_000;
/** After a handler that threw something that is no Problem. */
const AFTER_CRASH_MS = 30_000;

const wake = script<number>(`
-- Makes a subject due, unless it is due earlier already.
-- KEYS[1] due   ARGV[1] subject   ARGV[2] when, ms   returns 1 when an alarm must be set, 0 when an earlier one stands
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) <= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
`);

const take = script<number>(`
-- Takes a subject that is due.
-- KEYS[1] due   KEYS[2] running   KEYS[3] runs   ARGV[1] subject   ARGV[2] now, ms   ARGV[3] alive until, ms   ARGV[4] run
-- returns 1 taken, 0 not due (another worker took it, or it was put off) or running elsewhere: its end rings again
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not due or tonumber(due) > tonumber(ARGV[2]) then return 0 end
local alive = redis.call('ZSCORE', KEYS[2], ARGV[1])
if alive and tonumber(alive) > tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
return 1
`);

const stayAlive = script<number>(`
-- Says that a run is still at it.
-- KEYS[1] running   KEYS[2] runs   ARGV[1] subject   ARGV[2] run   ARGV[3] alive until, ms   returns 1, or 0 when the subject was taken from it
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
`);

const finish = script<number>(`
-- Ends a run and makes the subject due again where there is a next time.
-- KEYS[1] due   KEYS[2] running   KEYS[3] runs   ARGV[1] subject   ARGV[2] run   ARGV[3] next, ms, or ''
-- returns when it is due now, ms, or -1 (also when the subject was taken from this run: the one after it sets the time)
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return -1 end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ARGV[3] ~= '' and (not due or tonumber(due) > tonumber(ARGV[3])) then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
  due = ARGV[3]
end
return due and tonumber(due) or -1
`);

const revive = script<string[]>(`
-- Makes overdue what was running when its worker died, so that it is rung for at once, and names everything overdue.
-- KEYS[1] due   KEYS[2] running   KEYS[3] runs   ARGV[1] now, ms   ARGV[2] overdue before, ms   ARGV[3] how many at most   returns subjects
for _, subject in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  redis.call('ZREM', KEYS[2], subject)
  redis.call('HDEL', KEYS[3], subject)
  redis.call('ZADD', KEYS[1], 'LT', ARGV[2], subject)
end
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
`);

export interface WakeUpQueue {
  readonly name: QueueName;
  /** @param at ms since the epoch; the past means now */
  wake(subject: string, at: number): Promise<void>;
  /** Takes back what is due for a subject that no longer exists. */
  forget(subject: string): Promise<void>;
  /** When the subject is due; ms since the epoch. */
  dueAt(subject: string): Promise<number | undefined>;
  /** Rings again for what is overdue and for what died while running. @returns how many */
  recover(): Promise<number>;
  /** Subjects due or running. */
  depth(): Promise<{ due: number; running: number }>;
  close(): Promise<void>;
}

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

/** Opens one queue for waking. */
export function createWakeUpQueue(storage: RedisStorage, name: QueueName): WakeUpQueue {
  const redis = storage.client;
  const jobs = openJobs(storage, name);
  const sets = [keys.due(name), keys.running(name), keys.runs(name)] as const;
  return {
    name,
    async wake(subject, at) {
      if ((await wake.run(redis, [sets[0]], [subject, at])) === 1) await ring(jobs, subject, at);
    },
    forget: async (subject) => void (await redis.zrem(sets[0], subject)),
    async dueAt(subject) {
      const score = await redis.zscore(sets[0], subject);
      return score === null ? undefined : Number(score);
    },
    async recover() {
      const now = Date.now();
      const overdue = await revive.run(redis, sets, [now, now - OVERDUE_MS, 1_000]);
      await Promise.all(overdue.map((subject) => ring(jobs, subject, now)));
      return overdue.length;
    },
    async depth() {
      const [due, running] = await Promise.all([redis.zcard(sets[0]), redis.zcard(sets[1])]);
      return { due, running };
    },
    close: () => jobs.close(),
  };
}

/** Starts a worker on a queue. */
export function startWorker(storage: RedisStorage, name: QueueName, options: WorkerOptions): WakeUpWorker {
  const redis = storage.client;
  const jobs = openJobs(storage, name);
  const sets = [keys.due(name), keys.running(name), keys.runs(name)] as const;
  const stop = new AbortController();

  const handleOnce = async (subject: string): Promise<void> => {
    const now = Date.now();
    const run = randomUUID();
    if ((await take.run(redis, sets, [subject, now, now + ALIVE_MS, run])) === 0) return;
    const lost = new AbortController();
    const alive = setInterval(() => {
      stayAlive
        .run(redis, [sets[1], sets[2]], [subject, run, Date.now() + ALIVE_MS])
        .then((still) => still === 0 && lost.abort(new Error(`${subject} was taken by another worker`)))
        .catch(() => undefined);
    }, ALIVE_MS / 3);
    let next: number | undefined;
    try {
      next = await options.handle(subject, AbortSignal.any([stop.signal, lost.signal]));
    } catch (error) {
      options.onCrash(error, subject);
      next = Date.now() + AFTER_CRASH_MS;
    } finally {
      clearInterval(alive);
    }
    const dueAt = await finish.run(redis, sets, [subject, run, next ?? '']);
    if (dueAt !== -1) await ring(jobs, subject, dueAt);
  };

  const worker = new Worker(name, (job) => handleOnce(job.data as string), {
    connection: storage.forQueue(),
    prefix: keys.queuePrefix(name),
    concurrency: options.concurrency,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    lockDuration: ALIVE_MS,
    stalledInterval: ALIVE_MS / 3,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  // A failed take or finish (Redis away) leaves the subject due or running; recover() rings again.
  worker.on('error', () => {});

  return {
    async close(deadlineMs) {
      const timer = setTimeout(() => stop.abort(new Error('shutting down')), deadlineMs);
      await worker.close();
      clearTimeout(timer);
      await jobs.close();
    },
  };
}

const openJobs = (storage: RedisStorage, name: QueueName): Queue => {
  const jobs = new Queue(name, {
    connection: storage.client,
    prefix: keys.queuePrefix(name),
    streams: { events: { maxLen: 10 } },
  });
  jobs.on('error', () => {});
  return jobs;
};

/**
 * Sets BullMQ's alarm. Each has an id of its own: a job id that exists would be ignored silently. Id and options are kept
 * short, so that Redis stores a job, of which each connection has two, as a listpack (a third of the memory); the worker
 * removes what is finished.
 */
async function ring(jobs: Queue, subject: string, at: number): Promise<void> {
  await jobs.add('wake', subject, {
    delay: Math.max(0, at - Date.now()),
    jobId: `w${randomBytes(9).toString('base64url')}`,
  });
}
