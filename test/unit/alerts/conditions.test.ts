/** What is found in the records: each trouble once, at the place where it is mended. */
import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../../src/alerts/alert.js';
import { conditionsOf } from '../../../src/alerts/conditions.js';
import type { Facts } from '../../../src/alerts/facts.js';
import type { AlertId } from '../../../src/contract/ids.js';
import { problem } from '../../../src/contract/problem.js';
import {
  application,
  condition,
  connection,
  connector,
  facts,
  failure,
  NOW,
  revoked,
  unavailable,
  webhookDown,
} from './records.js';

const conditionsIn = (given: Facts) => [...conditionsOf(given, NOW).conditions].flat();
const keysOf = (given: Facts) => conditionsIn(given).map(({ key }) => key);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const explained = (given: Facts, subject: AlertState['condition']['subject']) =>
  conditionsOf(given, NOW).isExplained({
    id: 'alr_1' as AlertId,
    condition: condition({ subject }),
    firstSeenAt: NOW,
    channels: [],
  });

it('finds nothing where all is well', () => {
  expect(keysOf(facts({ connections: [connection(1)], connectors: [connector(1)] }))).toEqual([]);
});

describe('a failed application', () => {
  const all = facts({
    applications: [application({ failure })],
    connections: numbers(200).map((n) => connection(n, n % 2 ? {} : { status: 'reauthorization-required' })),
    connectors: numbers(200).map((n) => connector(n, { status: 'stale' })),
  });

  it('is one condition that counts its connections and names the first', () => {
    const conditions = conditionsIn(all);
    expect(conditions).toHaveLength(1);
    expect(conditions[0]).toMatchObject({
      kind: 'application-failed',
      severity: 'critical',
      problem: { code: 'client-secret-expired' },
      affects: { what: 'connections', count: 200 },
    });
    expect(conditions[0]?.affects?.names).toHaveLength(10);
  });

  it('explains its connections and their connectors, and no others', () => {
    const [first, firstConnector] = [connection(1), connector(1)];
    expect(explained(all, { type: 'connection', id: first.id, name: '' })).toBe(true);
    expect(explained(all, { type: 'connector', id: firstConnector.id, name: '' })).toBe(true);
    const well = facts({ connections: [first], connectors: [firstConnector] });
    expect(explained(well, { type: 'connection', id: first.id, name: '' })).toBe(false);
    expect(explained(well, { type: 'connector', id: firstConnector.id, name: '' })).toBe(false);
  });

  it('says of its own credential enough', () => {
    const warning = { name: 'client secret', urgency: 4, problem: failure } as const;
    expect(keysOf(facts({ applications: [application({ failure, warnings: [warning] })] }))).toEqual([
      'application-failed:app_1',
    ]);
  });
});

describe('a connection that needs a person', () => {
  it('is one condition that names the connectors that wait on it', () => {
    const conditions = conditionsIn(
      facts({
        connections: [connection(1, { status: 'reauthorization-required', problem: revoked })],
        connectors: [
          connector(1, { status: 'held', problem: revoked }),
          connector(2, { connection: connection(1).id, status: 'stale' }),
          connector(3, { connection: connection(1).id, enabled: false, status: 'paused' }),
        ],
      }),
    );
    expect(conditions).toMatchObject([
      {
        kind: 'connection-stopped',
        problem: { code: 'grant-revoked' },
        affects: { what: 'connectors', names: ['Orders 1', 'Orders 2'] },
      },
    ]);
  });

  it('is no trouble while it is being set up, unless connectors wait for it', () => {
    const unauthorized = connection(1, { status: 'unauthorized' });
    expect(keysOf(facts({ connections: [unauthorized] }))).toEqual([]);
    const [waiting] = conditionsIn(
      facts({ connections: [unauthorized], connectors: [connector(1, { status: 'held' })] }),
    );
    expect(waiting).toMatchObject({ severity: 'warning', problem: { code: 'not-signed-in' } });
    expect(waiting?.holdsMs).toBeGreaterThanOrEqual(30 * 60_000);
  });
});

describe('refreshes that get no answer', () => {
  it('are one condition of the application, and explain its connectors', () => {
    const given = facts({
      connections: numbers(3).map((n) => connection(n, { refreshProblem: unavailable })),
      connectors: [connector(1, { status: 'backoff', failures: 3, problem: unavailable })],
    });
    expect(conditionsIn(given)).toMatchObject([
      { kind: 'refresh-failing', severity: 'warning', affects: { count: 3 } },
    ]);
  });

  it('are critical once an access token has ended', () => {
    const given = facts({
      connections: [connection(1, { refreshProblem: unavailable, accessTokenExpiresAt: NOW - 1 })],
    });
    expect(conditionsIn(given)).toMatchObject([{ severity: 'critical' }]);
  });
});

describe('a connector of a connection that is well', () => {
  const of = (over: Parameters<typeof connector>[1]) =>
    conditionsIn(facts({ connections: [connection(1)], connectors: [connector(1, over)] }));

  it('that fails may mend itself first', () => {
    const [found] = of({ status: 'backoff', failures: 2, problem: webhookDown });
    expect(found).toMatchObject({ kind: 'connector-failing', severity: 'warning' });
    expect(found?.holdsMs).toBeGreaterThan(0);
    expect(found?.clearsMs).toBeGreaterThan(0);
  });

  it('that was silent for longer than its schedule allows is told as that (law 9)', () => {
    const stale = problem('receiver-stale', { with: { lastSuccess: 'never', allowed: '480 s' } });
    expect(of({ status: 'stale', problem: stale })).toMatchObject([
      { kind: 'connector-stale', severity: 'critical', problem: { code: 'receiver-stale' } },
    ]);
  });

  it('that is held or paused by a problem of its own is told at once', () => {
    expect(of({ status: 'held', problem: webhookDown })).toMatchObject([
      { severity: 'critical', holdsMs: 0 },
    ]);
    expect(of({ status: 'paused', problem: webhookDown })).toMatchObject([{ severity: 'critical' }]);
    expect(of({ status: 'paused', enabled: false })).toEqual([]);
  });

  it('that fails without saying why is told all the same', () => {
    expect(of({ status: 'failing', failures: 4 })).toMatchObject([
      { problem: { code: 'connector-failing' } },
    ]);
  });

  it('is one trouble from its first failure to its silence', () => {
    const keys = (['failing', 'stale', 'held'] as const).map((status) => of({ status })[0]?.key);
    expect(new Set(keys).size).toBe(1);
  });

  it('has its quarantined messages counted', () => {
    expect(of({ quarantined: 3 })).toMatchObject([
      { kind: 'quarantine', level: 3, problem: { title: '3 messages of Orders 1 in quarantine' } },
    ]);
  });
});

it('tells warnings by their urgency, and not those that something else covers', () => {
  const warning = (urgency: 1 | 3, isCovered = false) => ({
    name: `w${urgency}`,
    urgency,
    problem: failure,
    isCovered,
  });
  const conditions = conditionsIn(
    facts({
      applications: [application({ warnings: [warning(1), warning(3, true)] })],
      connections: [connection(1, { warnings: [warning(3)] })],
    }),
  );
  expect(conditions).toMatchObject([
    { kind: 'credential-ends', severity: 'warning', level: 1, affects: { count: 1 } },
    { kind: 'sign-in-ends', severity: 'critical', level: 3 },
  ]);
});

it('tells that Redis is unsafe', () => {
  expect(conditionsIn(facts({ service: ['appendonly is off'] }))).toMatchObject([
    { kind: 'service', severity: 'critical', problem: { code: 'redis-unsafe', detail: 'appendonly is off' } },
  ]);
});

it('knows what is unsafe by what it says: processes started before and after a repair look in turn', () => {
  const [before] = conditionsIn(facts({ service: ['it keeps nothing', 'it deletes keys'] })).slice(1);
  const [after] = conditionsIn(facts({ service: ['it deletes keys'] }));
  expect(after?.key).toBe(before?.key);
  // One of them may look many times in a row.
  expect(after?.clearsMs).toBeGreaterThanOrEqual(10 * 60_000);
});
