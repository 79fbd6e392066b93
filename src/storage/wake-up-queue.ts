/**
 * Wake-ups: "look at this subject (connection, connector, mailbox) at that time". The subject's record holds the state,
 * and what is due stands in two sorted sets of ours. A BullMQ job is only the alarm: it carries nothing, and whichever
 * worker hears it takes what is due (wake-up-worker). BullMQ alone would overlap, repeat, ignore or lose jobs (DESIGN.md,
 * Processes); here an alarm too many finds nothing due, and one that is lost is rung again by recover().
 *
 *   none → due (wake) → running (taken, prolonged while its worker lives) → none | due (ended, with the next time)
 *   running → due (recover: its worker died)
 * A wake during running makes the subject due as well; it is taken once more afterwards.
 */
import { Queue } from 'bullmq';
import { keys, type QueueName } from './keys.js';
import type { RedisStorage } from './redis.js';
import { reviveSubjects, wakeSubject } from './scripts/wake-ups.js';

/** How far a due subject may be behind before recover() rings again; alarms are normally exact to a slot. */
const OVERDUE_MS = 2_000;
/** Alarms ahead are shared by all subjects of a slot, and ring at its end: a job each would cost memory and time. */
const SLOT_MS = 200;
/** While an alarm for now has not been heard, no other is set; unheard this long, it counts as lost. */
const BELL_MS = 1_000;
/** Subjects of dead workers that one recover() takes back. */
const REVIVED_AT_ONCE = 1_000;
/** Slots whose alarm this process has set; more are ahead at once only after a long stop. */
const REMEMBERED_SLOTS = 1_000;

export interface WakeUpQueue {
  readonly name: QueueName;
  /** @param at ms since the epoch; the past means now */
  wake(subject: string, at: number): Promise<void>;
  /** Takes back what is due for a subject that no longer exists. */
  forget(subject: string): Promise<void>;
  /** When the subject is due; ms since the epoch. */
  dueAt(subject: string): Promise<number | undefined>;
  /** Rings again for what is overdue and for what died while running. @returns how many are overdue */
  recover(): Promise<number>;
  /** Subjects due or running. */
  depth(): Promise<{ due: number; running: number }>;
  close(): Promise<void>;
}

/** Opens one queue for waking. */
export function createWakeUpQueue(storage: RedisStorage, name: QueueName): WakeUpQueue {
  const redis = storage.client;
  const alarms = createAlarms(storage, name);
  return {
    name,
    async wake(subject, at) {
      if ((await wakeSubject.run(redis, [keys.due(name)], [subject, at])) === 1) await alarms.ringAt(at);
    },
    forget: async (subject) => void (await redis.zrem(keys.due(name), subject)),
    async dueAt(subject) {
      const score = await redis.zscore(keys.due(name), subject);
      return score === null ? undefined : Number(score);
    },
    recover: () => recoverSubjects(storage, name, alarms),
    async depth() {
      const [due, running] = await Promise.all([
        redis.zcard(keys.due(name)),
        redis.zcard(keys.running(name)),
      ]);
      return { due, running };
    },
    close: alarms.close,
  };
}

/** @returns how many subjects are overdue */
export async function recoverSubjects(
  storage: RedisStorage,
  name: QueueName,
  alarms: Alarms,
): Promise<number> {
  const now = Date.now();
  const sets = [keys.due(name), keys.running(name), keys.runs(name)];
  const overdue = await reviveSubjects.run(storage.client, sets, [now, now - OVERDUE_MS, REVIVED_AT_ONCE]);
  if (overdue > 0) await alarms.ringNow();
  return overdue;
}

export interface Alarms {
  /** Rings when everything due at that time is due. */
  ringAt(at: number): Promise<void>;
  /** Rings at once, unless an alarm for now is still unheard. */
  ringNow(): Promise<void>;
  /** The alarm was heard: what becomes due from here on needs another one. To be called before anything is taken. */
  heard(): Promise<void>;
  close(): Promise<void>;
}

/** The alarms of one queue, as BullMQ jobs. */
export function createAlarms(storage: RedisStorage, name: QueueName): Alarms {
  const redis = storage.client;
  const jobs = new Queue(name, {
    connection: redis,
    prefix: keys.queuePrefix(name),
    streams: { events: { maxLen: 10 } },
  });
  // Commands that fail reject where they are awaited.
  jobs.on('error', () => {});
  const slots = new Set<number>();

  const alarms: Alarms = {
    async ringAt(at) {
      const now = Date.now();
      if (at <= now) return alarms.ringNow();
      const slot = Math.ceil(at / SLOT_MS) * SLOT_MS;
      if (slots.has(slot)) return;
      // BullMQ ignores a job id that exists, which is wanted here: the slot has its alarm.
      await jobs.add('alarm', null, { jobId: `slot-${slot}`, delay: slot - now });
      slots.add(slot);
      if (slots.size > REMEMBERED_SLOTS) slots.delete(slots.values().next().value ?? slot);
    },
    async ringNow() {
      if ((await redis.set(keys.bell(name), '1', 'PX', BELL_MS, 'NX')) === 'OK')
        await jobs.add('alarm', null);
    },
    heard: async () => void (await redis.del(keys.bell(name))),
    close: () => jobs.close(),
  };
  return alarms;
}
