/**
 * The log of events: one Redis stream, bounded in length, that every process writes to and reads from. What is let go of
 * is told by the place before it: while an event still stands there, none after it was lost.
 */
import { problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { type ActivityEvent, BEGINNING, type Happening, isEventId, type LogEntry } from './event.js';

/** Some hundred bytes each: minutes of a busy service, days of a quiet one. */
const MOST_EVENTS = 10_000;
/** Entries looked at for one answer: a filter that finds little answers less than its limit, and goes on from there. */
const MOST_LOOKED_AT = 5_000;
const BLOCK = 200;

const append = script<number>(`
-- Adds events, and lets go of the oldest where they are too many.
-- KEYS[1] the stream   ARGV[1] most events   ARGV[2…] an event each, JSON   returns how many were added
for i = 2, #ARGV do redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], '*', 'event', ARGV[i]) end
return #ARGV - 1
`);

/** What a process appends; `isRoutine` leaves an event out of lists. */
export type NewEntry = (Happening & { isRoutine?: boolean }) | { isGap: true };

export interface EventLog {
  /** In this order. */
  append(entries: readonly NewEntry[]): Promise<void>;
  /** Id of the newest event. */
  last(): Promise<string>;
  /** Oldest first. @param id exclusive */
  after(id: string, limit: number): Promise<LogEntry[]>;
  /** Whether no event after this one was let go of yet. */
  reaches(id: string): Promise<boolean>;
  /** Newest first, without what is routine. @throws ProblemError `invalid-request` for a cursor that is none of ours */
  list(query: {
    limit: number;
    /** `next` of the list before. */
    after?: string;
    subject?: string;
  }): Promise<{ items: ActivityEvent[]; next: string | undefined }>;
  /** Says that somebody looks on, for so long, ms. */
  watch(forMs: number): Promise<void>;
  isWatched(): Promise<boolean>;
}

export function createEventLog({
  redis,
  mostEvents = MOST_EVENTS,
}: {
  redis: RedisClient;
  mostEvents?: number;
}): EventLog {
  return {
    async append(entries) {
      if (entries.length === 0) return;
      const args = entries.map((entry) => JSON.stringify(entry));
      await append.run(redis, [keys.events], [mostEvents, ...args]);
    },
    async last() {
      const [newest] = await redis.xrevrange(keys.events, '+', '-', 'COUNT', 1);
      return newest?.[0] ?? BEGINNING;
    },
    after: async (id, limit) =>
      (await redis.xrange(keys.events, `(${id}`, '+', 'COUNT', limit)).map(readEntry),
    async reaches(id) {
      if (id === BEGINNING) return (await redis.xlen(keys.events)) < mostEvents;
      return (await redis.xrange(keys.events, id, id)).length > 0;
    },
    async list({ limit, after, subject }) {
      if (after !== undefined && !isEventId(after)) throw noCursor();
      const items: ActivityEvent[] = [];
      let place = after === undefined ? '+' : `(${after}`;
      for (let looked = 0; looked < MOST_LOOKED_AT; looked += BLOCK) {
        const block = await redis.xrevrange(keys.events, place, '-', 'COUNT', BLOCK);
        for (const found of block) {
          const entry = readEntry(found);
          if (items.length === limit) return { items, next: place.slice(1) };
          if (isListed(entry) && (subject === undefined || entry.subject === subject)) items.push(entry);
          place = `(${entry.id}`;
        }
        if (block.length < BLOCK) return { items, next: undefined };
      }
      return { items, next: place.slice(1) };
    },
    watch: async (forMs) => void (await redis.set(keys.eventsWatched, '1', 'PX', forMs)),
    isWatched: async () => (await redis.exists(keys.eventsWatched)) === 1,
  };
}

/** @param entry as XREAD and XRANGE answer it */
export function readEntry([id, [, json]]: [id: string, fields: string[]]): LogEntry {
  const entry = JSON.parse(json ?? '{"isGap":true}') as NewEntry;
  return 'isGap' in entry ? { id, isGap: true } : { id, at: Number(id.split('-')[0]), ...entry };
}

const isListed = (entry: LogEntry): entry is ActivityEvent => !('isGap' in entry) && !('isRoutine' in entry);

function noCursor() {
  const fields = [{ path: 'querystring:/cursor', message: 'is no cursor that a list gave' }];
  return problemError('invalid-request', { fields });
}
