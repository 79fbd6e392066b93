/** Alerts as stored: what is open or seen, what was resolved last, and, in the same step, what each channel is to be told of it. */
import type { AlertChannelId, AlertId } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import type { AlertState, ResolvedAlert } from './alert.js';
import type { QueuedEvent } from './notice.js';

/** Resolved alerts that are kept to be looked at. */
const RESOLVED_KEPT = 1_000;
/** Asked for at once; Redis answers about as many. */
const STATES_AT_ONCE = 200;
/** What one dead channel may pile up; the oldest goes first, and that is logged. */
const LONGEST_QUEUE = 20_000;

const apply = script<number>(`
-- Changes one alert, if it still is as it was read, and queues what channels are told of that.
-- KEYS[1] states   KEYS[2] ids of resolved alerts   KEYS[3] resolved alerts   KEYS[4…] queues of channels
-- ARGV[1] alert key   ARGV[2] its state as read, '' none   ARGV[3] its state from now on, '' none
-- ARGV[4] id when it is resolved, '' else   ARGV[5] the resolved alert   ARGV[6] resolved ones to keep
-- ARGV[7] longest queue   ARGV[8] what is told   returns 1 changed, 0 somebody else changed it, 2 changed, and a queue overflowed
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
if ARGV[4] ~= '' then
  redis.call('ZADD', KEYS[2], 0, ARGV[4])
  redis.call('HSET', KEYS[3], ARGV[4], ARGV[5])
  local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[6])
  if surplus > 0 then
    for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, surplus - 1)) do
      redis.call('HDEL', KEYS[3], id)
      redis.call('ZREM', KEYS[2], id)
    end
  end
end
local result = 1
for i = 4, #KEYS do
  if redis.call('RPUSH', KEYS[i], ARGV[8]) > tonumber(ARGV[7]) then
    redis.call('LPOP', KEYS[i])
    result = 2
  end
end
return result
`);

/** A state and its text as it stands in Redis: what a change is made against. */
export interface StoredState {
  state: AlertState;
  text: string;
}

export interface AlertStore {
  /** By alert key. */
  read(): Promise<Map<string, StoredState>>;
  /**
   * One change with what is told of it, in one step.
   * @returns `stale` when somebody else was faster: nothing was changed and nobody is told
   */
  apply(change: {
    key: string;
    before: StoredState | undefined;
    after: AlertState | undefined;
    resolved?: ResolvedAlert;
    event?: QueuedEvent;
    channels: readonly AlertChannelId[];
  }): Promise<'changed' | 'stale' | 'overflowed'>;
  /** What is open counts as not told to a channel. */
  forgetTold(id: AlertChannelId): Promise<void>;
  /** Resolved alerts, newest first. @param options `after`: id that the page before ended with */
  resolved(options: { after?: string; limit: number }): Promise<ResolvedAlert[]>;
}

export function createAlertStore(redis: RedisClient): AlertStore {
  const store: AlertStore = {
    async read() {
      const found = new Map<string, StoredState>();
      let cursor = '0';
      // Page by page: thousands at once would keep everything else waiting. Of what changes meanwhile the text tells.
      do {
        const [next, page] = await redis.hscan(keys.alertStates, cursor, 'COUNT', STATES_AT_ONCE);
        for (let i = 0; i + 1 < page.length; i += 2) {
          const [key = '', text = ''] = page.slice(i, i + 2);
          found.set(key, { text, state: JSON.parse(text) as AlertState });
        }
        cursor = next;
      } while (cursor !== '0');
      return found;
    },
    async apply({ key, before, after, resolved, event, channels }) {
      const queues = event ? channels.map(keys.alertQueue) : [];
      const result = await apply.run(
        redis,
        [keys.alertStates, keys.alertsResolved, keys.alertsResolvedRecords, ...queues],
        [
          key,
          before?.text ?? '',
          after ? JSON.stringify(after) : '',
          resolved?.id ?? '',
          resolved ? JSON.stringify(resolved) : '',
          RESOLVED_KEPT,
          LONGEST_QUEUE,
          event ? JSON.stringify(event) : '',
        ],
      );
      return (['stale', 'changed', 'overflowed'] as const)[result] ?? 'stale';
    },
    async forgetTold(id) {
      const isTold = ([, { state }]: [string, StoredState]): boolean => state.channels.includes(id);
      for (;;) {
        const told = [...(await store.read())].filter(isTold);
        if (told.length === 0) return;
        for (const [key, before] of told) {
          const channels = before.state.channels.filter((each) => each !== id);
          await store.apply({ key, before, after: { ...before.state, channels }, channels: [] });
        }
      }
    },
    async resolved({ after, limit }) {
      const from = after === undefined ? '+' : `(${after}`;
      const ids = (await redis.zrange(
        keys.alertsResolved,
        from,
        '-',
        'BYLEX',
        'REV',
        'LIMIT',
        0,
        limit,
      )) as AlertId[];
      if (ids.length === 0) return [];
      const texts = await redis.hmget(keys.alertsResolvedRecords, ...ids);
      return texts.flatMap((text) => (text ? [JSON.parse(text) as ResolvedAlert] : []));
    },
  };
  return store;
}
