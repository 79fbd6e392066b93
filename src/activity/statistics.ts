/** Statistics of a time: hour by hour what was sent, received and refused, what went wrong, and how long messages took. */
import type { ConnectorId } from '../contract/ids.js';
import { withBlanks } from '../contract/problems/definition.js';
import { catalogue } from '../contract/problems/index.js';
import type { CountedOf } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { type Direction, readDay, type StoredDay } from './day-counts.js';
import { type Counts, countsOfHour, noCounts } from './hourly-counts.js';
import { dayOf, daysOf, HOURS_A_DAY, type HourSpan, hourOfDay, isWithin, startOf } from './hours.js';
import { addLatency, type Latencies, type Percentiles, percentiles } from './latency-counts.js';

export interface StatisticsOfTime {
  /** Every hour of the time, those in which nothing happened too; `at` is its begin, ms since the epoch. */
  hours: ({ at: number } & Counts)[];
  /** Most frequent first. */
  problems: { code: string; title: string; count: number }[];
  latency: Record<Direction, Percentiles> & { hours: ({ at: number } & Record<Direction, Percentiles>)[] };
}

export interface Statistics {
  /** @param options `connector`: of it alone; else of the whole service, deleted connectors too */
  read(span: HourSpan, options?: { connector?: ConnectorId }): Promise<StatisticsOfTime>;
}

export function createStatistics({ redis }: { redis: RedisClient }): Statistics {
  return {
    async read(span, { connector } = {}) {
      const of: CountedOf = connector ?? 'statistics';
      const days = daysOf(span);
      const stored = await Promise.all(days.map((day) => readDay(redis, of, day)));
      const byDay = new Map(days.map((day, index) => [day, stored[index] as StoredDay]));
      const hours = Array.from({ length: span.last - span.first + 1 }, (_, index) => span.first + index);
      return {
        hours: hours.map((hour) => ({
          at: startOf(hour),
          ...(byDay.has(dayOf(hour))
            ? countsOfHour(byDay.get(dayOf(hour))?.counts ?? null, hourOfDay(hour))
            : noCounts()),
        })),
        problems: problemsOf(byDay, span),
        latency: latencyOf(byDay, { span, hours }),
      };
    },
  };
}

/** What a title names, as `{attempts}`, differs from one time to the next: it stays blank. */
const titleOf = (code: string): string =>
  Object.hasOwn(catalogue, code) ? withBlanks(catalogue[code as keyof typeof catalogue].title) : code;

function problemsOf(byDay: ReadonlyMap<number, StoredDay>, span: HourSpan): StatisticsOfTime['problems'] {
  const counts = new Map<string, number>();
  for (const [day, { problems }] of byDay) {
    for (const { hour, code, count } of problems) {
      if (isWithin(span, day * HOURS_A_DAY + hour)) counts.set(code, (counts.get(code) ?? 0) + count);
    }
  }
  return [...counts]
    .map(([code, count]) => ({ code, title: titleOf(code), count }))
    .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1));
}

function latencyOf(
  byDay: ReadonlyMap<number, StoredDay>,
  { span, hours }: { span: HourSpan; hours: readonly number[] },
): StatisticsOfTime['latency'] {
  const inAll: Record<Direction, Latencies> = { send: new Map(), receive: new Map() };
  const byHour = new Map<number, Record<Direction, Latencies>>();
  for (const [day, { latencies }] of byDay) {
    for (const { hour: hourInDay, direction, bucket, count } of latencies) {
      const hour = day * HOURS_A_DAY + hourInDay;
      if (!isWithin(span, hour)) continue;
      const ofHour = byHour.get(hour) ?? { send: new Map(), receive: new Map() };
      byHour.set(hour, ofHour);
      addLatency(ofHour[direction], bucket, count);
      addLatency(inAll[direction], bucket, count);
    }
  }
  const shown = (latencies: Record<Direction, Latencies> | undefined): Record<Direction, Percentiles> => ({
    send: percentiles(latencies?.send ?? new Map()),
    receive: percentiles(latencies?.receive ?? new Map()),
  });
  return {
    ...shown(inAll),
    hours: hours.map((hour) => ({ at: startOf(hour), ...shown(byHour.get(hour)) })),
  };
}
