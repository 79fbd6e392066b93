/** The scale run of `npm run bench ten-thousand`, shortened: as many refreshes of each connection, of fewer connections. */
import { expect, it } from 'vitest';
import { keepFresh } from '../bench/scale.js';

it('keeps a thousand connections fresh: within the pace, none too late, memory flat', async () => {
  const report = await keepFresh({ connections: 1_000, divisor: 200, seconds: 60, warmSeconds: 25 });
  expect(report.accounts).toBe(1_000);
  expect(report.requests).toBeGreaterThan(2_500);
  expect(report.perSecond).toBeLessThanOrEqual(report.paceOfSecond);
  expect(report.perTenSeconds).toBeLessThanOrEqual(report.paceOfTenSeconds);
  expect({ late: report.late, ended: report.ended }).toEqual({ late: 0, ended: 0 });
  // A heap of 40 MB breathes by a few hundred kilobytes; what grows with each of the refreshes shows well above.
  expect(report.heapGrowth).toBeLessThan(1.15);
  expect(report.redisGrowth).toBeLessThan(1.15);
}, 240_000);
