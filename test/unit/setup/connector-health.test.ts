import { expect, it } from 'vitest';
import { problem } from '../../../src/contract/problem.js';
import { connectorHealth } from '../../../src/setup/connector-health.js';
import { connectorView } from '../../../src/setup/connector-view.js';
import type { Connector, ConnectorHealthRecord } from '../../../src/setup/model.js';

const NOW = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;

const connector = (health: Partial<ConnectorHealthRecord>, over: Partial<Connector> = {}): Connector =>
  ({
    enabled: true,
    settings: { schedule: { every: '5m' } },
    createdAt: NOW,
    health: { failures: 0, ...health },
    ...over,
  }) as Connector;

const authorized = { status: 'authorized', problem: undefined } as const;
const healthOf = (
  subject: Connector,
  connection: Parameters<typeof connectorHealth>[1]['connection'] = authorized,
) => connectorHealth(subject, { connection, now: NOW });

const failed = problem('webhook-unreachable', { with: { url: 'https://x.example', what: 'refused' } });
const needsPerson = problem('mailbox-not-found', { with: { mailbox: 'INBOX/A' } });
const throttled = problem('imap-throttled', {
  with: { host: 'imap.example', user: 'a@x.example', what: 'slow down' },
  retryAt: NOW + MINUTE,
  verdict: 'wait-until',
});

it.each([
  ['ok', 'after a run that succeeded', { lastRunAt: NOW, lastSuccessAt: NOW }],
  ['waiting', 'before the first run', {}],
  ['waiting', 'while told to wait', { lastSuccessAt: NOW, failures: 1, problem: throttled }],
  [
    'backoff',
    'after a failure with a next run set',
    { lastSuccessAt: NOW, failures: 1, problem: failed, nextRunAt: NOW + 1 },
  ],
  ['failing', 'after a failure with nothing set', { lastSuccessAt: NOW, failures: 1, problem: failed }],
  [
    'held',
    'when its own problem needs a person',
    { lastSuccessAt: NOW, failures: 1, problem: { ...needsPerson, verdict: 'hold' } },
  ],
  ['paused', 'after a 410', { paused: true }],
  [
    'stale',
    'when the last success is older than three intervals and five minutes',
    { lastRunAt: NOW, lastSuccessAt: NOW - 20 * MINUTE - 1 },
  ],
  ['ok', 'while it is not', { lastRunAt: NOW, lastSuccessAt: NOW - 20 * MINUTE }],
] as const)('is %s %s', (status, _when, health) => {
  expect(healthOf(connector(health)).status).toBe(status);
});

it('is stale when it never succeeded for too long, and says since when', () => {
  const found = healthOf(connector({}, { createdAt: NOW - 60 * MINUTE }));
  expect([found.status, found.problem?.code]).toEqual(['stale', 'receiver-stale']);
  expect(found.problem?.detail).toContain('never');
});

it('is stale on a cron schedule when the run that was set passed by', () => {
  const settings = { schedule: { cron: '0 6 * * *' } };
  const at = (nextRunAt: number) =>
    healthOf(connector({ nextRunAt, lastSuccessAt: 1, lastRunAt: 1 }, { settings })).status;
  expect(at(NOW - 6 * MINUTE)).toBe('stale');
  expect(at(NOW - 4 * MINUTE)).toBe('ok');
});

it('is stale on a cron schedule that no worker ever took up', () => {
  const settings = { schedule: { cron: '0 6 * * *' } };
  expect(healthOf(connector({}, { settings, createdAt: NOW - 6 * MINUTE })).status).toBe('stale');
  expect(healthOf(connector({}, { settings, createdAt: NOW - 4 * MINUTE })).status).toBe('waiting');
});

it('is stale where a sender has due messages that do not go out, though nothing failed', () => {
  const sender = (health: Partial<ConnectorHealthRecord>) => healthOf(connector(health, { settings: {} }));
  const overdue = { since: NOW - 6 * MINUTE, at: NOW - MINUTE };
  expect(sender({ overdue })).toMatchObject({ status: 'stale', problem: { code: 'sender-stale' } });
  expect(sender({ overdue, lastSuccessAt: NOW - MINUTE, lastRunAt: NOW }).status).toBe('ok');
  expect(sender({ overdue: { ...overdue, at: NOW - 4 * MINUTE }, lastRunAt: 1 }).status).toBe('ok');
  const waiting = problem('budget-waiting', {
    with: { user: 'a@x.example', limit: '30 messages a minute' },
    retryAt: NOW + MINUTE,
  });
  expect(sender({ overdue, problem: waiting }).status).toBe('waiting');
});

it('keeps the cause of the silence as its problem', () => {
  expect(healthOf(connector({ failures: 9, problem: failed, lastSuccessAt: 1 })).problem?.code).toBe(
    'webhook-unreachable',
  );
});

it('is held with the problem of its connection, and paused when switched off even then', () => {
  const ended = {
    status: 'reauthorization-required',
    problem: problem('grant-revoked', { with: { user: 'a@x.example' } }),
  } as const;
  expect(healthOf(connector({}), ended)).toMatchObject({
    status: 'held',
    problem: { code: 'grant-revoked' },
  });
  expect(healthOf(connector({}, { enabled: false }), ended).status).toBe('paused');
});

it('knows no silence where there is no schedule', () => {
  expect(healthOf(connector({ lastRunAt: 1, lastSuccessAt: 1 }, { settings: {} })).status).toBe('ok');
});

it('names no next run that has passed while a connector is held, and none while it is off', () => {
  const nextRun = (at: number, enabled: boolean, status: 'authorized' | 'unauthorized'): string | null => {
    const subject = connector({ nextRunAt: at, lastRunAt: NOW, lastSuccessAt: NOW }, { enabled });
    const derived = healthOf(subject, { status, problem: undefined });
    return connectorView(subject, derived, NOW).health.nextRunAt;
  };
  const later = new Date(NOW + MINUTE).toISOString();
  expect(nextRun(NOW - MINUTE, true, 'unauthorized')).toBeNull();
  expect(nextRun(NOW + MINUTE, true, 'unauthorized')).toBe(later);
  expect(nextRun(NOW + MINUTE, false, 'authorized')).toBeNull();
  expect(nextRun(NOW + MINUTE, true, 'authorized')).toBe(later);
  expect(nextRun(NOW - MINUTE, true, 'authorized')).not.toBeNull();
});
