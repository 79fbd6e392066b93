import { describe, expect, it } from 'vitest';
import { addLatency, bucketOf, type Latencies, percentiles } from '../../../src/activity/latency-counts.js';

const counted = (...all: number[]): Latencies => {
  const latencies: Latencies = new Map();
  for (const ms of all) addLatency(latencies, bucketOf(ms), 1);
  return latencies;
};

describe('latencies', () => {
  it.each([1, 3, 40, 999, 60_000, 3_600_000, 86_400_000])('%d ms is told right to a fifth', (ms) => {
    const { p50Ms } = percentiles(counted(ms));
    expect(Math.abs((p50Ms ?? 0) / ms - 1)).toBeLessThan(0.2);
  });

  it('have a middle and a slow end', () => {
    const fast = Array.from({ length: 90 }, () => 100);
    const slow = Array.from({ length: 10 }, () => 10_000);
    const { p50Ms, p95Ms } = percentiles(counted(...fast, ...slow));
    expect(p50Ms).toBeGreaterThan(80);
    expect(p50Ms).toBeLessThan(120);
    expect(p95Ms).toBeGreaterThan(8_000);
    expect(p95Ms).toBeLessThan(12_000);
  });

  it('that a clock which was set back made negative count as none', () => {
    expect(percentiles(counted(-5_000, 0))).toEqual({ p50Ms: 0, p95Ms: 0 });
  });

  it('of a year, and of no number, do not break the scale', () => {
    expect(bucketOf(365 * 86_400_000)).toBe(60);
    expect(bucketOf(Number.POSITIVE_INFINITY)).toBe(60);
    expect(bucketOf(Number.NaN)).toBe(0);
  });

  it('say nothing where nothing was counted', () => {
    expect(percentiles(new Map())).toEqual({ p50Ms: null, p95Ms: null });
  });
});
