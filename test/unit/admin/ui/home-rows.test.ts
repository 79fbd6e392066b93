/** Home's rows: which ones a change touches, what needs a person and why, what is found and in which order, and how they are read again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Overview, ProblemView } from '../../../../src/admin/ui/api/schema.js';
import { affectedBy, overdue } from '../../../../src/admin/ui/screens/home/affected-rows.js';
import { causes, needsPerson } from '../../../../src/admin/ui/screens/home/needs-person.js';
import { rowAfter } from '../../../../src/admin/ui/screens/home/row-after.js';
import { filtered, filterOf, toggled } from '../../../../src/admin/ui/screens/home/row-filter.js';
import { createRowReader } from '../../../../src/admin/ui/screens/home/row-reader.js';

const problem = (code: string, owner = 'user'): ProblemView => ({
  ...{ code, owner, title: code, detail: '', next: '', verdict: 'hold', at: '2026-11-21T12:00:00.000Z' },
});

interface Given {
  id: string;
  direction?: Overview['direction'];
  connection?: string;
  connectionStatus?: string;
  application?: string | null;
  enabled?: boolean;
  status?: string;
  problem?: ProblemView | null;
  failures?: number;
  nextRunAt?: string | null;
  waiting?: number;
  name?: string;
}

const row = (given: Given): Overview => ({
  id: given.id,
  version: 1,
  name: given.name ?? given.id,
  type: given.direction === 'send' ? 'email-send' : 'email-receive',
  direction: given.direction ?? 'receive',
  enabled: given.enabled ?? true,
  connection: {
    id: given.connection ?? 'c1',
    name: given.connection ?? 'c1',
    user: `${given.connection ?? 'c1'}@contoso.example`,
    status: given.connectionStatus ?? 'authorized',
  },
  application: given.application === undefined ? 'a1' : given.application,
  health: {
    status: given.status ?? 'ok',
    lastSuccessAt: null,
    lastRunAt: null,
    nextRunAt: given.nextRunAt ?? null,
    failures: given.failures ?? 0,
    problem: given.problem ?? null,
  },
  waiting: given.waiting ?? 0,
  today: { sent: 0, received: 0, failed: 0, quarantined: 0 },
});

describe('a change', () => {
  const rows = [
    row({ id: 'r1' }),
    row({ id: 's1', direction: 'send' }),
    row({ id: 's2', direction: 'send' }),
    row({ id: 'r2', connection: 'c2', application: 'a2' }),
  ];

  it('touches its connector alone, also one that is not shown yet', () => {
    expect(affectedBy({ kind: 'connector', subject: 'r1' }, rows)).toEqual(['r1']);
    expect(affectedBy({ kind: 'connector', subject: 'new' }, rows)).toEqual(['new']);
  });

  it('of a connection or application touches the rows that live on it', () => {
    expect(affectedBy({ kind: 'connection', subject: 'c1' }, rows)).toEqual(['r1', 's1', 's2']);
    expect(affectedBy({ kind: 'sign-in', subject: 'c2' }, rows)).toEqual(['r2']);
    expect(affectedBy({ kind: 'application', subject: 'a2' }, rows)).toEqual(['r2']);
  });

  it('of a sender’s messages touches all that share its outbox, of a receiver’s that receiver', () => {
    expect(affectedBy({ kind: 'messages', subject: 's1' }, rows)).toEqual(['s1', 's2']);
    expect(affectedBy({ kind: 'messages', subject: 'r1' }, rows)).toEqual(['r1']);
  });

  it('touches nothing where it is of a person, a key or an alert, and everything after an import', () => {
    expect(affectedBy({ kind: 'setup', subject: 'key_1' }, rows)).toEqual([]);
    expect(affectedBy({ kind: 'alerts', subject: 'alert_1' }, rows)).toEqual([]);
    expect(affectedBy({ kind: 'setup', subject: null }, rows)).toBe('all');
  });

  it('is not told of silence: what was due and did not come is looked at', () => {
    const now = Date.parse('2026-11-21T12:00:00.000Z');
    const late = [
      row({ id: 'late', nextRunAt: '2026-11-21T11:59:00.000Z' }),
      row({ id: 'just now', nextRunAt: '2026-11-21T11:59:55.000Z' }),
      row({ id: 'off', nextRunAt: '2026-11-21T11:00:00.000Z', enabled: false }),
      row({ id: 'none' }),
    ];
    expect(overdue(late, now)).toEqual(['late']);
  });
});

describe('what needs a person', () => {
  it('is what stands still until somebody acts, and no hiccup', () => {
    const needs = (given: Omit<Given, 'id'>): boolean => needsPerson(row({ id: 'x', ...given }));
    expect(needs({ status: 'held' })).toBe(true);
    expect(needs({ status: 'stale' })).toBe(true);
    expect(needs({ status: 'failing' })).toBe(true);
    expect(needs({ status: 'backoff', failures: 2, problem: problem('webhook-refused') })).toBe(false);
    expect(needs({ status: 'backoff', failures: 3, problem: problem('webhook-refused') })).toBe(true);
    expect(needs({ status: 'backoff', failures: 9, problem: problem('imap-unavailable', 'nobody') })).toBe(
      false,
    );
    expect(needs({ status: 'paused', enabled: false })).toBe(false);
    expect(needs({ status: 'paused', enabled: true })).toBe(true);
    expect(needs({ status: 'waiting' })).toBe(false);
  });

  it('is one thing for each cause: an application, a connection, a problem of several connectors', () => {
    const revoked = problem('grant-revoked');
    const held = { status: 'held', connectionStatus: 'reauthorization-required', problem: revoked };
    const broken = {
      status: 'held',
      connectionStatus: 'application-error',
      problem: problem('client-secret-expired'),
    };
    const found = causes([
      row({ id: '1', status: 'stale', problem: problem('receiver-stale') }),
      row({ id: '2', ...held, connection: 'c2', direction: 'send', waiting: 4 }),
      row({ id: '3', ...held, connection: 'c2', direction: 'send', waiting: 4 }),
      row({ id: '4', ...held, connection: 'c3', waiting: 9 }),
      row({ id: '5', ...broken, application: 'a9', connection: 'c4' }),
      row({ id: '6', ...broken, application: 'a9', connection: 'c5' }),
      row({ id: '7', status: 'held', problem: problem('scope-missing'), connection: 'c6' }),
      row({ id: '8' }),
    ]);
    expect(found.map(({ kind, key, rows, waiting }) => [kind, key, rows.length, waiting])).toEqual([
      ['application', 'a9', 2, 0],
      // The outbox of a connection counts once; what a receiver has in quarantine does not wait to be sent.
      ['connection', 'c2', 2, 4],
      ['connection', 'c3', 1, 0],
      ['connection', 'c6', 1, 0],
      ['connectors', 'stale', 1, 0],
    ]);
    expect(found[1]?.problem?.code).toBe('grant-revoked');
  });
});

describe('the list', () => {
  const rows = [
    row({ id: '1', name: 'Orders 10', status: 'held' }),
    row({ id: '2', name: 'Orders 9', direction: 'send', waiting: 3 }),
    row({ id: '3', name: 'invoices', connection: 'billing', direction: 'send' }),
  ];
  const ids = (search: Record<string, string>): string[] =>
    filtered(rows, filterOf(search)).rows.map(({ id }) => id);

  it('is searched by name, User and connection, in any case, and put in order as people count', () => {
    expect(ids({})).toEqual(['3', '2', '1']);
    expect(ids({ q: 'ORDERS' })).toEqual(['2', '1']);
    expect(ids({ q: 'billing@' })).toEqual(['3']);
    expect(ids({ sort: 'status' })).toEqual(['1', '3', '2']);
    expect(ids({ sort: 'waiting' })[0]).toBe('2');
    expect(ids({ sort: 'no such order' })).toEqual(['3', '2', '1']);
  });

  it('says of each status and type how many there would be, everything else being as it is', () => {
    const { statuses, types } = filtered(rows, filterOf({ type: 'email-send', status: 'held' }));
    expect([...statuses]).toEqual([['ok', 2]]);
    expect([...types]).toEqual([['email-receive', 1]]);
  });

  it('keeps several choices in one word of the address', () => {
    expect(toggled(undefined, 'held')).toBe('held');
    expect(toggled('held', 'stale')).toBe('held,stale');
    expect(toggled('held,stale', 'held')).toBe('stale');
    expect(toggled('stale', 'stale')).toBeUndefined();
  });

  it('is walked by the keys that lists have, and not beyond its ends', () => {
    expect(rowAfter('ArrowDown', 0, 3)).toBe(1);
    expect(rowAfter('ArrowDown', 2, 3)).toBe(2);
    expect(rowAfter('PageUp', 5, 30)).toBe(0);
    expect(rowAfter('End', 0, 30)).toBe(29);
    expect(rowAfter('a', 0, 30)).toBeUndefined();
    expect(rowAfter('constructor', 0, 30)).toBeUndefined();
  });
});

describe('rows that changed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function reader(options: { isReady?: () => boolean; readSome?: () => Promise<unknown> } = {}) {
    const asked: (readonly string[] | 'all')[] = [];
    const reads = createRowReader({
      isReady: options.isReady ?? (() => true),
      readAll: async () => asked.push('all'),
      readSome: async (ids) => {
        asked.push(ids);
        await options.readSome?.();
      },
    });
    return { reads, asked };
  }

  it('are read together, once in a second, each once', async () => {
    const { reads, asked } = reader();
    reads.read(['1', '2']);
    reads.read(['2', '3']);
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([['1', '2', '3']]);
    reads.stop();
  });

  it('are read all at once where they are very many', async () => {
    const { reads, asked } = reader();
    reads.read(Array.from({ length: 601 }, (_, index) => String(index)));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(['all']);
    reads.stop();
  });

  it('wait while the whole list is on its way, and are not forgotten', async () => {
    let isReady = false;
    const { reads, asked } = reader({ isReady: () => isReady });
    reads.read(['1']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toEqual([]);
    isReady = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual([['1']]);
    reads.stop();
  });

  it('are read again after a request that failed', async () => {
    let failures = 1;
    const readSome = async (): Promise<void> => {
      if (failures-- > 0) throw new Error('the service is away');
    };
    const { reads, asked } = reader({ readSome });
    reads.read(['1']);
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([['1'], ['1']]);
    reads.stop();
  });

  it('are read a second time once what was counted has been written down', async () => {
    const { reads, asked } = reader();
    reads.read(['1']);
    reads.readCounts(['1']);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(asked).toEqual([['1'], ['1']]);
    reads.stop();
    reads.read(['2']);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(asked).toHaveLength(2);
  });
});
