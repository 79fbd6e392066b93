import { expect, it } from 'vitest';
import { createHealth, redisCheck, spoolCheck } from '../../../src/telemetry/health.js';

const fine = redisCheck({ ping: async () => 'PONG' });

it('is ready when every part is', async () => {
  const { ready, checks } = await createHealth([
    fine,
    spoolCheck({ checkWritable: async () => {} }),
  ]).readiness();
  expect(ready).toBe(true);
  expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['redis', true],
    ['spool', true],
  ]);
});

it('names the part that fails, and does not wait for one that hangs', async () => {
  const hanging = redisCheck({ ping: () => new Promise(() => {}) });
  const full = spoolCheck({ checkWritable: () => Promise.reject(new Error('storage-unavailable: ENOSPC')) });
  const { ready, checks } = await createHealth([hanging, full], { deadlineMs: 10 }).readiness();
  expect(ready).toBe(false);
  expect(checks.map(({ fault }) => fault)).toEqual(['no answer in 10 ms', 'storage-unavailable: ENOSPC']);
});

it('is not ready while it stops', async () => {
  const health = createHealth([fine]);
  health.stopping();
  expect((await health.readiness()).ready).toBe(false);
});
