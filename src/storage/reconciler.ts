/**
 * The reconciler: recreates what crashes and lost Redis writes left missing. It runs named tasks at start and each
 * minute, in one process at a time; a task that fails or hangs does not keep the others from running.
 */
import type { Log } from '../telemetry/log.js';
import { keys } from './keys.js';
import { acquireLease } from './lease.js';
import type { RedisClient } from './redis.js';

export interface ReconcilerTask {
  name: string;
  /** Must be safe to repeat. The signal aborts at its deadline, at shutdown, and when the lease is lost. */
  run(signal: AbortSignal): Promise<void>;
  /** ms; a minute unless given */
  deadlineMs?: number;
}

export interface Reconciler {
  /** Runs as soon as no other process does, then regularly. */
  start(): void;
  /** Runs every task once. @returns false when another process is at it */
  runOnce(): Promise<boolean>;
  /** Aborts what runs and waits for it. */
  close(): Promise<void>;
}

const LEASE_MS = 10_000;
const TASK_DEADLINE_MS = 60_000;
const EVERY_MS = 60_000;
/** While the first run has not been had: the lease of a killed process is waited for. */
const FIRST_RUN_RETRY_MS = 1_000;

export function createReconciler(deps: {
  redis: RedisClient;
  log: Log;
  tasks: readonly ReconcilerTask[];
  everyMs?: number;
}): Reconciler {
  const { redis, log, tasks, everyMs = EVERY_MS } = deps;
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<boolean> | undefined;

  const runAll = async (): Promise<boolean> => {
    const lease = await acquireLease(redis, keys.reconcilerLease, LEASE_MS);
    if (!lease) return false;
    try {
      for (const task of tasks) {
        if (closing.signal.aborted || lease.signal.aborted) break;
        await runTask(task, AbortSignal.any([closing.signal, lease.signal]), log);
      }
    } finally {
      await lease.release();
    }
    return true;
  };

  const runOnce = (): Promise<boolean> => {
    current ??= runAll().finally(() => {
      current = undefined;
    });
    return current;
  };

  const schedule = (afterMs: number): void => {
    if (closing.signal.aborted) return;
    timer = setTimeout(async () => {
      const ran = await runOnce().catch((error: unknown) => {
        log.warn({ err: error }, 'the reconciler could not run');
        return false;
      });
      first &&= !ran;
      schedule(first ? FIRST_RUN_RETRY_MS : everyMs);
    }, afterMs);
    timer.unref();
  };
  let first = true;

  return {
    start: () => schedule(0),
    runOnce,
    async close() {
      closing.abort(new Error('shutting down'));
      clearTimeout(timer);
      await current?.catch(() => undefined);
    },
  };
}

async function runTask(task: ReconcilerTask, signal: AbortSignal, log: Log): Promise<void> {
  const startedAt = performance.now();
  const deadline = new AbortController();
  const limit = AbortSignal.any([signal, deadline.signal]);
  const timer = setTimeout(
    () => deadline.abort(new Error('deadline passed')),
    task.deadlineMs ?? TASK_DEADLINE_MS,
  );
  const aborted = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), { once: true });
  });
  try {
    await Promise.race([task.run(limit), aborted]);
    log.debug({ task: task.name, ms: Math.round(performance.now() - startedAt) }, 'reconciled');
  } catch (error) {
    if (!signal.aborted) log.error({ task: task.name, err: error }, 'a reconciler task failed');
  } finally {
    clearTimeout(timer);
  }
}
