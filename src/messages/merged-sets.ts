/**
 * Many sorted sets of message ids as one list. Each set is read a page at a time and only as far as the list gets, so
 * that the first page of two thousand connectors costs two thousand short answers and not a hundred thousand ids.
 */
import type { MessageId } from '../contract/ids.js';
import { createTurns } from '../contract/turns.js';
import type { RedisClient } from '../storage/redis.js';
import { createHeap } from './heap.js';
import type { Position } from './message-query.js';

export interface SortedSet<Source> {
  key: string;
  source: Source;
}

export interface Entry<Source> extends Position {
  id: MessageId;
  source: Source;
}

export interface MergedSets<Source> {
  /** The next ones; fewer at the end. */
  take(count: number): Promise<Entry<Source>[]>;
}

export interface MergeOptions {
  /** newest: by falling time, then by falling id; soonest: both rising. */
  order: 'newest' | 'soonest';
  /** Begins behind it. */
  after?: Position;
  /** Both count; ms since the epoch. */
  since?: number;
  until?: number;
  /** How many ids the caller will want at first. */
  wanted: number;
}

const LARGEST_PAGE = 256;
/** Sets that are asked together share a pipeline; more of them would keep others waiting while it is put together. */
const ASKED_AT_ONCE = 250;

interface Reader<Source> extends SortedSet<Source> {
  page: Position[];
  next: number;
  /** What was read last, and how many of that time were read: where the next page begins. */
  last: number;
  ofLast: number;
  pageSize: number;
  isRead: boolean;
}

export async function mergedSets<Source>(
  redis: RedisClient,
  sets: readonly SortedSet<Source>[],
  options: MergeOptions,
): Promise<MergedSets<Source>> {
  const { after, order } = options;
  const isNewest = order === 'newest';
  const before = (a: Position, b: Position): boolean => {
    if (a.at !== b.at) return isNewest ? a.at > b.at : a.at < b.at;
    return isNewest ? a.id > b.id : a.id < b.id;
  };
  const bounds = boundsOf(options);

  async function read({ key, last, ofLast, pageSize }: Reader<Source>): Promise<Position[]> {
    const found = isNewest
      ? await redis.zrevrangebyscore(key, last, bounds.least, 'WITHSCORES', 'LIMIT', ofLast, pageSize)
      : await redis.zrangebyscore(key, last, bounds.most, 'WITHSCORES', 'LIMIT', ofLast, pageSize);
    return Array.from({ length: found.length / 2 }, (_, i) => ({
      id: found[2 * i] ?? '',
      at: Number(found[2 * i + 1]),
    }));
  }

  /** Reads on until there is something to take, or the set is at its end. */
  async function fill(reader: Reader<Source>): Promise<void> {
    reader.page = [];
    reader.next = 0;
    while (reader.page.length === 0 && !reader.isRead) {
      const found = await read(reader);
      const last = found.at(-1);
      reader.isRead = found.length < reader.pageSize;
      reader.pageSize = Math.min(LARGEST_PAGE, reader.pageSize * 4);
      if (!last) return;
      const ofLast = found.filter(({ at }) => at === last.at).length;
      reader.ofLast = last.at === reader.last ? reader.ofLast + ofLast : ofLast;
      reader.last = last.at;
      reader.page = after ? found.filter((each) => before(after, each)) : found;
    }
  }

  const top = ({ page, next }: Reader<Source>): Position => page[next] as Position;
  const heap = createHeap<Reader<Source>>((a, b) => before(top(a), top(b)));
  const pageSize = Math.min(LARGEST_PAGE, Math.max(2, Math.ceil((2 * options.wanted) / (sets.length || 1))));
  const turn = createTurns();
  for (let from = 0; from < sets.length; from += ASKED_AT_ONCE) {
    const some = sets.slice(from, from + ASKED_AT_ONCE).map((set): Reader<Source> => {
      const last = isNewest ? bounds.most : bounds.least;
      return { ...set, page: [], next: 0, last, ofLast: 0, pageSize, isRead: false };
    });
    await Promise.all(some.map(fill));
    for (const reader of some) if (reader.page.length > 0) heap.add(reader);
    await turn();
  }

  return {
    async take(count) {
      const taken: Entry<Source>[] = [];
      while (taken.length < count) {
        const reader = heap.takeFirst();
        if (!reader) break;
        const { id, at } = top(reader);
        taken.push({ id: id as MessageId, at, source: reader.source });
        reader.next += 1;
        if (reader.next === reader.page.length) await fill(reader);
        if (reader.page.length > 0) heap.add(reader);
      }
      return taken;
    },
  };
}

/** Between which times sets are read: what is asked for, and no more than lies behind the place where it goes on. */
function boundsOf({ order, after, since, until }: MergeOptions): { least: number; most: number } {
  const least = since ?? 0;
  const most = until ?? Number.MAX_SAFE_INTEGER;
  if (!after) return { least, most };
  return order === 'newest'
    ? { least, most: Math.min(most, after.at) }
    : { least: Math.max(least, after.at), most };
}
