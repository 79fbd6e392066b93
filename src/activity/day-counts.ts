/** What one day of a connector, or of the service, has counted, as Redis keeps it. */
import type { ConnectorId } from '../contract/ids.js';
import { type CountedOf, keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { DAY_MS } from './hours.js';

/** How long a day is kept after its end. */
export const KEPT_DAYS = 8;

/** What came to a day: by place in the string of hourly-counts, and by field of the two hashes. */
export interface DayCounts {
  counts: Map<number, number>;
  problems: Map<string, number>;
  latencies: Map<string, number>;
}

export type Direction = 'send' | 'receive';
const LETTERS = { s: 'send', r: 'receive' } as const satisfies Record<string, Direction>;

/** @param hour 0 to 23 */
export const problemField = (hour: number, code: string): string => `${hour}:${code}`;
export const latencyField = (hour: number, direction: Direction, bucket: number): string =>
  `${hour}${direction[0]}${bucket}`;

const add = script<number>(`
-- Adds what was counted of one day, unless it is of a connector that is gone.
-- KEYS[1] counts   KEYS[2] problems   KEYS[3] latencies   KEYS[4] the connector's record, where it is of one
-- ARGV[1] when the keys expire, s   ARGV[2] how many counts   ARGV[3] how many problems
-- then place, number, … of the counts, and field, number, … of problems, and of latencies   returns 1 added, 0 no such record
if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 0 then return 0 end
local problems = 4 + 2 * ARGV[2]
local latencies = problems + 2 * ARGV[3]
for i = 4, problems - 1, 2 do
  redis.call('BITFIELD', KEYS[1], 'OVERFLOW', 'SAT', 'INCRBY', 'u32', '#' .. ARGV[i], ARGV[i + 1])
end
for i = problems, latencies - 1, 2 do redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) end
for i = latencies, #ARGV, 2 do redis.call('HINCRBY', KEYS[3], ARGV[i], ARGV[i + 1]) end
for i = 1, 3 do redis.call('EXPIREAT', KEYS[i], ARGV[1]) end
return 1
`);

/**
 * Adds to a day, in one step; a connector that is gone stays gone.
 * @param day in days since the epoch
 * @throws what Redis throws; whether it was added is then not known
 */
export async function addToDay(
  redis: RedisClient,
  of: CountedOf,
  { day, counted }: { day: number; counted: DayCounts },
): Promise<void> {
  const { counts, problems, latencies } = counted;
  const names = [keys.hourlyCounts(of, day), keys.hourlyProblems(of, day), keys.hourlyLatencies(of, day)];
  const record = of === 'statistics' ? [] : [keys.connector(of)];
  const expiresAt = ((day + 1 + KEPT_DAYS) * DAY_MS) / 1_000;
  await add.run(
    redis,
    [...names, ...record],
    [
      expiresAt,
      counts.size,
      problems.size,
      ...[counts, problems, latencies].flatMap((each) => [...each].flat()),
    ],
  );
}

export interface StoredDay {
  counts: Buffer | null;
  problems: { hour: number; code: string; count: number }[];
  latencies: { hour: number; direction: Direction; bucket: number; count: number }[];
}

/** @param day in days since the epoch */
export async function readDay(redis: RedisClient, of: CountedOf, day: number): Promise<StoredDay> {
  const [counts, problems, latencies] = await Promise.all([
    redis.getBuffer(keys.hourlyCounts(of, day)),
    redis.hgetall(keys.hourlyProblems(of, day)),
    redis.hgetall(keys.hourlyLatencies(of, day)),
  ]);
  return {
    counts,
    problems: Object.entries(problems).flatMap(([field, count]) => {
      const [, hour, code] = /^(\d+):(.+)$/.exec(field) ?? [];
      return code === undefined ? [] : [{ hour: Number(hour), code, count: Number(count) }];
    }),
    latencies: Object.entries(latencies).flatMap(([field, count]) => {
      const [, hour, letter, bucket] = /^(\d+)([sr])(\d+)$/.exec(field) ?? [];
      if (letter === undefined) return [];
      const direction = LETTERS[letter as keyof typeof LETTERS];
      return [{ hour: Number(hour), direction, bucket: Number(bucket), count: Number(count) }];
    }),
  };
}

/** The string alone of each day, in one command: for lists of very many connectors. */
export const readCounts = (
  redis: RedisClient,
  of: ConnectorId,
  days: readonly number[],
): Promise<(Buffer | null)[]> => redis.mgetBuffer(days.map((day) => keys.hourlyCounts(of, day)));
