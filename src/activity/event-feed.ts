/**
 * Passes events on to those who follow them in this process. One reader waits at the log while anybody follows. Who comes
 * back says which event was the last: what came after it is read once, and from there on the reader passes events on, each
 * exactly once. Where some of it is gone from the log, or it is too much, they are told to read everything anew.
 *
 * A follower is catching up (what the reader passes on waits) → live → gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import { type ActivityEvent, isAfter, type LogEntry } from './event.js';
import { type EventLog, readEntry } from './event-log.js';

/** How long one read waits for an event; a connection that is silent for longer is broken (storage/redis). */
const BLOCK_MS = 5_000;
/** Events of one read. */
const AT_ONCE = 500;
/** Who is further behind reads everything anew, which is less. */
const MOST_BEHIND = 1_000;
const RETRY_MS = 1_000;
const WATCH_EVERY_MS = 10_000;

/** ready: from here on nothing is missed; reset: something was. */
export type FeedItem =
  | { type: 'ready'; id: string }
  | { type: 'change'; event: ActivityEvent }
  | { type: 'reset'; id: string };

export interface EventFeed {
  /**
   * Begins with `ready`.
   * @param options `after`: id of the last event that was seen; absent: from now on. `take` must not wait
   * @returns ends it
   * @throws what Redis throws
   */
  follow(options: { after?: string; take(item: FeedItem): void }): Promise<() => void>;
  close(): void;
}

interface Follower {
  take(item: FeedItem): void;
  /** The last event it was given. */
  seen: string;
  /** While it catches up. */
  waiting: LogEntry[] | undefined;
}

export function createEventFeed(deps: {
  events: EventLog;
  /** A connection that may block; whoever opens it disconnects it. */
  connect(): RedisClient;
  log: Log;
}): EventFeed {
  const { events, log } = deps;
  const followers = new Set<Follower>();
  let reader: Reader | undefined;
  let isClosed = false;

  interface Reader {
    /** From when on it passes events on. */
    begun: Promise<unknown>;
    stop(): void;
  }

  function startReader(): Reader {
    const stopping = new AbortController();
    const client = deps.connect();
    const begun = events.last();
    void begun.then((from) => read(client, { from, signal: stopping.signal })).catch(() => {});
    const watch = (): void => void events.watch(3 * WATCH_EVERY_MS).catch(() => {});
    const watching = setInterval(watch, WATCH_EVERY_MS);
    watch();
    return {
      begun,
      stop() {
        stopping.abort();
        clearInterval(watching);
        client.disconnect();
      },
    };
  }

  async function read(
    client: RedisClient,
    { from, signal }: { from: string; signal: AbortSignal },
  ): Promise<void> {
    let place = from;
    while (!signal.aborted) {
      try {
        const found = await client.xread('COUNT', AT_ONCE, 'BLOCK', BLOCK_MS, 'STREAMS', keys.events, place);
        if (signal.aborted) return;
        const entries = (found?.[0]?.[1] ?? []).map(readEntry);
        const newest = entries.at(-1)?.id ?? place;
        // Far behind: what comes next may have been let go of meanwhile.
        const isWhole = entries.length < AT_ONCE || (await events.reaches(place));
        for (const entry of isWhole ? entries : [{ id: newest, isGap: true } as const]) passOn(entry);
        place = newest;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'events cannot be read; it is tried again');
        await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  function passOn(entry: LogEntry): void {
    for (const follower of followers) {
      if (follower.waiting) follower.waiting.push(entry);
      else give(follower, entry);
    }
  }

  return {
    async follow({ after, take }) {
      const follower: Follower = { take, seen: after ?? '', waiting: [] };
      followers.add(follower);
      const leave = (): void => {
        if (!followers.delete(follower) || followers.size > 0) return;
        reader?.stop();
        reader = undefined;
      };
      try {
        if (isClosed) throw new Error('the service stops');
        reader ??= startReader();
        await reader.begun;
        follower.seen = after ?? (await events.last());
        take({ type: 'ready', id: follower.seen });
        if (after !== undefined) await catchUp(follower);
        for (const entry of follower.waiting ?? []) give(follower, entry);
        follower.waiting = undefined;
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
    close() {
      isClosed = true;
      followers.clear();
      reader?.stop();
      reader = undefined;
    },
  };

  async function catchUp(follower: Follower): Promise<void> {
    const missed = await events.after(follower.seen, MOST_BEHIND + 1);
    // Asked afterwards: what was let go of while it was read is noticed as well.
    const isWhole = missed.length <= MOST_BEHIND && (await events.reaches(follower.seen));
    if (isWhole) for (const entry of missed) give(follower, entry);
    else give(follower, { id: await events.last(), isGap: true });
  }
}

/** Each event once, whichever way it comes. */
function give(follower: Follower, entry: LogEntry): void {
  if (!isAfter(entry.id, follower.seen) && !('isGap' in entry)) return;
  follower.seen = entry.id;
  follower.take('isGap' in entry ? { type: 'reset', id: entry.id } : { type: 'change', event: entry });
}
