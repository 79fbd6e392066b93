/**
 * What the service counts while it works: added up in the process, and written each second while there is something to
 * write. The work never waits for it and never fails by it: what cannot be written is kept, within bounds, and tried again.
 * A process that is killed loses its last second of counts, never a message; one whose write was answered by a broken
 * connection may count that second twice.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectorId } from '../contract/ids.js';
import type { CountedOf } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import {
  addToDay,
  type DayCounts,
  type Direction,
  KEPT_DAYS,
  latencyField,
  problemField,
} from './day-counts.js';
import { type Counted, placeOf } from './hourly-counts.js';
import { dayOf, hourOf, hourOfDay } from './hours.js';
import { bucketOf } from './latency-counts.js';

const FLUSH_MS = 1_000;
/** While Redis does not take them: days of connectors that are kept; beyond that only the service's own go on. */
const MOST_KEPT = 10_000;

export interface Tally {
  count(connector: ConnectorId, counted: Counted, howMany?: number): void;
  /** @param connector whose it is; of a refresh nobody's */
  problem(code: string, connector?: ConnectorId): void;
  /** @param ms how long it took */
  latency(connector: ConnectorId, direction: Direction, ms: number): void;
  /** Writes what there is. Never rejects. */
  flush(): Promise<void>;
  /** Writes what there is for the last time. */
  close(): Promise<void>;
}

interface Kept {
  of: CountedOf;
  day: number;
  counted: DayCounts;
}

/** @param options `add`: writes; for tests. `flushMs`: between two writes */
export function createTally(
  { redis, log, clock = systemClock }: { redis: RedisClient; log: Log; clock?: Clock },
  { add = addToDay, flushMs = FLUSH_MS }: { add?: typeof addToDay; flushMs?: number } = {},
): Tally {
  let kept = new Map<string, Kept>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let isFailing = false;
  let isClosed = false;

  const arm = (): void => {
    if (timer || isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      void flush();
    }, flushMs);
    timer.unref();
  };
  const entryOf = (of: CountedOf, day: number): DayCounts | undefined => {
    const name = `${of} ${day}`;
    const found = kept.get(name);
    if (found) return found.counted;
    if (of !== 'statistics' && kept.size >= MOST_KEPT) return undefined;
    const counted: DayCounts = { counts: new Map(), problems: new Map(), latencies: new Map() };
    kept.set(name, { of, day, counted });
    arm();
    return counted;
  };
  const note = (
    owners: readonly (CountedOf | undefined)[],
    {
      at,
      howMany,
      place,
    }: { at: number; howMany: number; place: (of: DayCounts) => [Map<unknown, number>, unknown] },
  ): void => {
    for (const of of owners) {
      const counted = of && entryOf(of, dayOf(hourOf(at)));
      if (counted) increase(...place(counted), howMany);
    }
  };

  async function writeAll(): Promise<void> {
    const taken = kept;
    kept = new Map();
    const oldest = dayOf(hourOf(clock.now())) - KEPT_DAYS;
    const results = await Promise.allSettled(
      [...taken.values()]
        .filter(({ day }) => day >= oldest)
        .map(async (each) => {
          try {
            await add(redis, each.of, each);
          } catch (error) {
            putBack(each);
            throw error;
          }
        }),
    );
    const failure = results.find((result) => result.status === 'rejected');
    if (failure && !isFailing)
      log.warn({ err: failure.reason }, 'counts could not be written; they are tried again');
    isFailing = failure !== undefined;
  }

  function putBack({ of, day, counted }: Kept): void {
    const again = entryOf(of, day);
    if (!again) return;
    for (const kind of ['counts', 'problems', 'latencies'] as const) {
      for (const [place, howMany] of counted[kind])
        increase(again[kind] as Map<unknown, number>, place, howMany);
    }
  }

  async function flush(): Promise<void> {
    // One after the other: two that ran at once could both put back what came to one day.
    await writing;
    if (kept.size === 0) return;
    writing = writeAll();
    await writing;
  }

  return {
    flush,
    count(connector, counted, howMany = 1) {
      if (howMany === 0) return;
      const at = clock.now();
      const index = placeOf(counted, at);
      note([connector, 'statistics'], { at, howMany, place: ({ counts }) => [counts, index] });
    },
    problem(code, connector) {
      const at = clock.now();
      const field = problemField(hourOfDay(hourOf(at)), code);
      note([connector, 'statistics'], { at, howMany: 1, place: ({ problems }) => [problems, field] });
    },
    latency(connector, direction, ms) {
      const at = clock.now();
      const field = latencyField(hourOfDay(hourOf(at)), direction, bucketOf(ms));
      note([connector, 'statistics'], { at, howMany: 1, place: ({ latencies }) => [latencies, field] });
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await flush();
    },
  };
}

const increase = (counts: Map<unknown, number>, place: unknown, howMany: number): void =>
  void counts.set(place, (counts.get(place) ?? 0) + howMany);
