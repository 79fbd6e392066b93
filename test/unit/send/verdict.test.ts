import { expect, it } from 'vitest';
import { problem } from '../../../src/contract/problem.js';
import { retryDelayMs } from '../../../src/send/send-settings.js';
import { type Attempt, afterOutcome, afterProblem } from '../../../src/send/verdict.js';

const NOW = 1_000_000;
const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  number: 2,
  recipients: ['a@b.example', 'c@d.example'],
  acceptedBefore: false,
  settings: { retryInterval: '10s', maxAttempts: 3 },
  now: NOW,
  owner: 'test',
  ...over,
});
const outcome = { reply: '250 OK', accepted: ['a@b.example'], rejected: [], deferred: [] };
const refused = [{ address: 'c@d.example', reply: '550 5.1.1 unknown' }];
const deferred = [{ address: 'c@d.example', reply: '452 4.5.3 too many' }];
const half = () => 0.5;

it('is sent when somebody took it, and keeps who was refused', () => {
  const step = afterOutcome({ ...outcome, rejected: refused }, attempt());
  expect(step).toMatchObject({ to: 'done', entry: { status: 'sent', rejected: refused, attempt: 2 } });
});

it('fails when everybody was refused, and is sent when an earlier part got through', () => {
  const nobody = { ...outcome, accepted: [], rejected: refused };
  expect(afterOutcome(nobody, attempt()).entry).toMatchObject({
    status: 'failed',
    problem: { code: 'recipient-refused' },
  });
  expect(afterOutcome(nobody, attempt({ acceptedBefore: true })).entry.status).toBe('sent');
});

it('sends the rest at once, uncounted, when some took it; later and counted when nobody did', () => {
  expect(afterOutcome({ ...outcome, deferred }, attempt())).toMatchObject({
    to: 'waiting',
    entry: { status: 'queued', attempt: 1, retryAt: NOW, accepted: ['a@b.example'] },
  });
  const later = afterOutcome({ ...outcome, accepted: [], deferred }, attempt());
  expect(later.entry).toMatchObject({ status: 'queued', attempt: 2, problem: { code: 'smtp-deferred' } });
  expect(later.entry.retryAt).toBeGreaterThan(NOW);
});

it('retries with a growing interval, and gives up at the last attempt with the last failure named', () => {
  const busy = problem('smtp-busy', { with: { host: 'mail' }, serverWords: '451 4.7.500 busy' });
  expect(afterProblem(busy, attempt(), half).entry).toMatchObject({
    status: 'queued',
    retryAt: NOW + 20_000,
    reply: '451 4.7.500 busy',
  });
  expect(afterProblem(busy, attempt({ number: 3 })).entry).toMatchObject({
    status: 'failed',
    problem: {
      code: 'attempts-exhausted',
      detail: expect.stringContaining('failed after 3 attempts'),
      serverWords: '451 4.7.500 busy',
    },
  });
});

it('holds without counting, and pauses the connection', () => {
  const step = afterProblem(
    problem('smtp-auth-disabled-tenant', { with: { user: 'u', mailbox: 'u' } }),
    attempt(),
  );
  expect(step).toMatchObject({
    to: 'waiting',
    entry: { status: 'held', attempt: 1 },
    pauseUntil: NOW + 900_000,
  });
});

it('waits until the time that the quota names, without counting', () => {
  const quota = problem('daily-quota-exceeded', { with: { user: 'u' }, retryAt: NOW + 5 });
  expect(afterProblem(quota, attempt())).toMatchObject({
    entry: { status: 'queued', attempt: 1, retryAt: NOW + 5 },
    pauseUntil: NOW + 5,
  });
});

it('comes again in 5 to 30 seconds with fewer connections, uncounted', () => {
  const step = afterProblem(
    problem('too-many-connections', { with: { user: 'u' } }),
    attempt({ number: 9 }),
    half,
  );
  expect(step).toMatchObject({ fewerConnections: true, entry: { attempt: 8, retryAt: NOW + 17_500 } });
});

it('leaves a message of unknown outcome where it is', () => {
  const step = afterProblem(problem('outcome-unknown', { with: { host: 'h', user: 'u' } }), attempt());
  expect(step).toMatchObject({ to: 'sending', entry: { status: 'uncertain' } });
  expect(step.entry.attempt).toBeUndefined();
});

it('doubles the retry interval up to an hour, jittered by a quarter', () => {
  const delays = [1, 2, 3, 9, 30].map((n) => retryDelayMs({ retryInterval: '1m' }, n, half));
  expect(delays).toEqual([60_000, 120_000, 240_000, 3_600_000, 3_600_000]);
  expect(retryDelayMs({ retryInterval: '1m' }, 1, () => 0)).toBe(45_000);
});
