/**
 * Latencies as counts of buckets, each wider than the one before by the square root of two: a percentile read from them
 * is right to a fifth, at any scale, and hours and connectors add up.
 */

/** Beyond nine days; nothing waits that long and is counted. */
const LAST_BUCKET = 60;
const PER_DOUBLING = 2;

/** @param ms how long it took; a clock that was set back makes it 0 */
export const bucketOf = (ms: number): number =>
  ms >= 1 ? Math.min(LAST_BUCKET, 1 + Math.floor(PER_DOUBLING * Math.log2(ms))) : 0;

/** What a bucket stands for, in ms: its middle by ratio. */
const middleOf = (bucket: number): number =>
  bucket === 0 ? 0 : Math.round(2 ** ((bucket - 0.5) / PER_DOUBLING));

/** Bucket → how many. */
export type Latencies = Map<number, number>;

export interface Percentiles {
  p50Ms: number | null;
  p95Ms: number | null;
}

/** Both `null` where nothing was counted. */
export function percentiles(latencies: Latencies): Percentiles {
  const sorted = [...latencies].sort(([one], [other]) => one - other);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const at = (share: number): number | null => {
    let below = 0;
    for (const [bucket, count] of sorted) {
      below += count;
      if (below >= total * share) return middleOf(bucket);
    }
    return null;
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

export function addLatency(latencies: Latencies, bucket: number, count: number): void {
  latencies.set(bucket, (latencies.get(bucket) ?? 0) + count);
}
