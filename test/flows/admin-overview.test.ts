/** The overview and statistics over the API, from what Redis holds. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTally } from '../../src/activity/tally.js';
import type { ApplicationId, ConnectionId, ConnectorId, MessageId } from '../../src/contract/ids.js';
import { newMessageId } from '../../src/contract/ids.js';
import { problem } from '../../src/contract/problem.js';
import { createBudget } from '../../src/send/budget.js';
import { createOutboxIndex } from '../../src/send/outbox-index.js';
import { takeSmtpSlot } from '../../src/send/smtp-slots.js';
import { keys } from '../../src/storage/keys.js';
import { sweepRemains } from '../../src/storage/remains.js';
import { silentLog } from '../../src/telemetry/log.js';
import { flushRedis, keysIn } from '../servers/redis.js';
import { type Harness, newConnection, startHarness } from './admin-harness.js';

const HOUR_MS = 3_600_000;
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(() => flushRedis(harness.storage.client));

interface Row {
  id: string;
  name: string;
  waiting: number;
  today: Record<string, number>;
  connection: { status: string };
  health: { status: string; nextRunAt: string | null; problem: { code: string } | null };
}

const created = async (payload: object): Promise<ConnectorId> => {
  const answer = await harness.call('POST', '/api/v1/connectors', { payload });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
};
const newSender = (connection: string, over: object = {}): Promise<ConnectorId> =>
  created({ name: 'Invoices', type: 'email-send', connection, settings: {}, ...over });
const newReceiver = (connection: string, over: object = {}): Promise<ConnectorId> =>
  created({
    ...{ name: 'Orders', type: 'email-receive', connection },
    settings: {
      schedule: { every: '5m' },
      destination: { type: 'webhook', url: 'https://hooks.example/orders', secret: WEBHOOK_SECRET },
    },
    ...over,
  });
const overview = async (query = ''): Promise<{ items: Row[]; nextCursor: string | null; text: string }> => {
  const answer = await harness.call('GET', `/api/v1/overview${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return { ...answer.json(), text: answer.body };
};
const refusal = async (path: string): Promise<{ status: number; fields: { path: string }[] }> => {
  const answer = await harness.call('GET', `/api/v1${path}`);
  return { status: answer.statusCode, fields: answer.json().fields ?? [] };
};
/** Counts as a worker does, at a time. */
const tallyAt = (at: number) =>
  createTally({ redis: harness.storage.client, log: silentLog, clock: { now: () => at } });
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

describe('the overview', () => {
  it('shows each connector in a row, with its connection and application', async () => {
    const { id: connection, application } = await newConnection(harness);
    const id = await newSender(connection);
    const { items } = await overview();
    expect(items).toEqual([
      {
        id,
        version: 1,
        name: 'Invoices',
        type: 'email-send',
        direction: 'send',
        enabled: true,
        connection: { id: connection, name: 'Ada', user: 'ada@contoso.example', status: 'unauthorized' },
        application,
        health: expect.objectContaining({ status: 'held', nextRunAt: null }),
        waiting: 0,
        today: { sent: 0, received: 0, failed: 0, quarantined: 0 },
      },
    ]);
  });

  it('says of a sender what waits in its outbox and when the next is due, of a receiver what is quarantined', async () => {
    const { id: connection } = await newConnection(harness);
    const [sender, receiver] = [await newSender(connection), await newReceiver(connection)];
    const index = createOutboxIndex(harness.storage.client);
    const dueAt = Date.now() + HOUR_MS;
    for (const more of [2, 0, 1]) {
      const message = { id: newMessageId(), connector: sender, connection: connection as ConnectionId };
      await index.add({ ...message, acceptedAt: Date.now() }, 'scheduled', dueAt + more * HOUR_MS);
    }
    await harness.storage.client.zadd(keys.quarantine(receiver), 1, 'msg_a', 2, 'msg_b');
    const { items } = await overview();
    expect(items.map(({ waiting }) => waiting)).toEqual([3, 2]);
    expect(items[0]?.health.nextRunAt).toBe(new Date(dueAt).toISOString());
    expect(items[1]?.health.nextRunAt).toBeNull();
  });

  it('tells the same health as the connector itself, also where its application has failed', async () => {
    const { id: connection, application } = await newConnection(harness);
    await harness.deps.connections.read(connection as ConnectionId);
    await harness.storage.client.hset(
      keys.connection(connection as ConnectionId),
      'authorization',
      JSON.stringify({ status: 'authorized', grantedScope: [], mailboxKey: 'mbx_a' }),
    );
    const [sender, receiver] = [await newSender(connection), await newReceiver(connection)];
    await harness.deps.connectors.recordHealth(receiver, {
      ...{ failures: 2, lastRunAt: Date.now(), nextRunAt: Date.now() + HOUR_MS },
      problem: problem('imap-unavailable', { with: { host: 'h', what: 'w' } }),
    });
    const same = async (): Promise<Row[]> => {
      const { items } = await overview();
      for (const { id, health } of items) {
        const { body } = await harness.call('GET', `/api/v1/connectors/${id}`);
        const own = JSON.parse(body).health;
        // The pretended outbox of the harness has something due; the index, which the overview reads, has nothing.
        expect({ ...health, nextRunAt: own.nextRunAt }).toEqual(own);
      }
      return items;
    };
    const before = await same();
    expect(before.map(({ health }) => health.status)).toEqual(['waiting', 'backoff']);
    const failure = problem('client-secret-wrong', { with: { application: 'Contoso', clientId: 'client' } });
    await harness.deps.applications.setFailure(application as ApplicationId, failure);
    const after = await same();
    expect(after.map((row) => row.connection.status)).toEqual(['application-error', 'application-error']);
    expect(after.map(({ health }) => health.problem?.code)).toEqual([
      'client-secret-wrong',
      'client-secret-wrong',
    ]);
    expect(after.map(({ id }) => id)).toEqual([sender, receiver]);
  });

  it('counts today from where the reader’s day begins', async () => {
    const { id: connection } = await newConnection(harness);
    const id = await newSender(connection);
    const now = Date.now();
    for (const [hours, sent] of [
      [0, 1],
      [5, 10],
      [30, 100],
      [47, 1_000],
    ] as const) {
      const tally = tallyAt(now - hours * HOUR_MS);
      tally.count(id, 'sent', sent);
      await tally.close();
    }
    const sentSince = async (hours: number): Promise<number | undefined> =>
      (await overview(`?since=${hoursAgo(hours)}`)).items[0]?.today.sent;
    expect(await sentSince(3)).toBe(1);
    expect(await sentSince(6)).toBe(11);
    expect(await sentSince(31)).toBe(111);
    expect(await sentSince(47.9)).toBe(1_111);
  });

  it('goes page by page, each row once', async () => {
    const { id: connection } = await newConnection(harness);
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) ids.push(await newSender(connection, { name: `S${index}` }));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof overview>> = await overview(
        `?limit=3${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids);
  });

  it('answers some rows alone; those that are gone are left out', async () => {
    const { id: connection } = await newConnection(harness);
    const [one, , three] = [
      await newSender(connection, { name: 'One' }),
      await newSender(connection, { name: 'Two' }),
      await newSender(connection, { name: 'Three' }),
    ];
    const { items, nextCursor } = await overview(`?ids=${three},ctr_gone,${one},${one}`);
    expect(items.map(({ name }) => name)).toEqual(['Three', 'One']);
    expect(nextCursor).toBeNull();
    // Ids of other kinds name records as well: they are no connectors.
    expect((await refusal(`/overview?ids=${connection}`)).status).toBe(400);
  });

  it('refuses what it does not answer, naming the field', async () => {
    const many = Array.from({ length: 201 }, (_, index) => `ctr_${index}`).join(',');
    for (const [query, field] of [
      [`ids=${many}`, 'ids'],
      ['ids=,', 'ids'],
      ['ids=ctr_a%7D:x', 'ids'],
      [`since=${hoursAgo(49)}`, 'since'],
      [`since=${hoursAgo(-2)}`, 'since'],
      ['since=yesterday', 'since'],
      ['limit=1001', 'limit'],
      ['limit=0', 'limit'],
    ]) {
      const { status, fields } = await refusal(`/overview?${query}`);
      expect(status, query).toBe(400);
      expect(fields[0]?.path, query).toContain(field);
    }
  });

  it('holds up where a record in the index, or a connection, has just gone', async () => {
    const { id: connection } = await newConnection(harness);
    const [kept, gone] = [await newSender(connection), await newSender(connection)];
    // One by one: in a cluster they lie in different slots.
    await harness.storage.client.del(keys.connector(gone));
    await harness.storage.client.del(keys.connection(connection as ConnectionId));
    const { items } = await overview();
    expect(items.map(({ id }) => id)).toEqual([kept]);
    expect(items[0]?.connection).toEqual({ id: connection, name: '', user: '', status: 'unauthorized' });
  });

  it('never holds a secret', async () => {
    const { id: connection } = await newConnection(harness);
    await newReceiver(connection);
    expect((await overview()).text).not.toContain(WEBHOOK_SECRET.slice(6));
  });
});

describe('statistics', () => {
  interface Answer {
    hours: { at: string; sent: number; received: number; failed: number; quarantined: number }[];
    problems: { code: string; title: string; count: number }[];
    latency: Record<'send' | 'receive', { p50Ms: number | null; p95Ms: number | null }> & {
      hours: { at: string; sendP50Ms: number | null; receiveP95Ms: number | null }[];
    };
  }
  const statistics = async (query = ''): Promise<Answer> => {
    const answer = await harness.call('GET', `/api/v1/statistics${query}`);
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json();
  };
  const sum = (hours: Answer['hours'], of: 'sent' | 'received'): number =>
    hours.reduce((total, hour) => total + hour[of], 0);

  it('answer every hour asked for, those without anything too', async () => {
    const { hours, problems, latency } = await statistics();
    expect(hours.length).toBeGreaterThanOrEqual(24);
    expect(new Set(hours.map(({ at }) => at)).size).toBe(hours.length);
    expect(problems).toEqual([]);
    expect(latency.send).toEqual({ p50Ms: null, p95Ms: null });
  });

  it('are of the service, or of one connector; who counts twice at once loses nothing', async () => {
    const { id: connection } = await newConnection(harness);
    const [ada, bob] = [await newSender(connection), await newReceiver(connection)];
    const now = Date.now() - HOUR_MS;
    const tallies = Array.from({ length: 4 }, () => tallyAt(now));
    for (const tally of tallies) {
      tally.count(ada, 'sent', 25);
      tally.count(bob, 'received', 50);
      for (let message = 0; message < 25; message++) tally.latency(ada, 'send', 1_000);
      tally.problem('imap-unavailable', bob);
      tally.problem('attempts-exhausted', ada);
      tally.problem('attempts-exhausted', ada);
    }
    await Promise.all(tallies.map((tally) => tally.close()));
    const all = await statistics();
    expect([sum(all.hours, 'sent'), sum(all.hours, 'received')]).toEqual([100, 200]);
    expect(all.problems.map(({ code, count }) => [code, count])).toEqual([
      ['attempts-exhausted', 8],
      ['imap-unavailable', 4],
    ]);
    expect(all.latency.send.p50Ms).toBeGreaterThan(800);
    expect(all.latency.send.p50Ms).toBeLessThan(1_200);
    expect(all.latency.hours.filter(({ sendP50Ms }) => sendP50Ms !== null)).toHaveLength(1);
    const ofBob = await statistics(`?connector=${bob}`);
    expect([sum(ofBob.hours, 'sent'), sum(ofBob.hours, 'received')]).toEqual([0, 200]);
    expect(ofBob.problems.map(({ code }) => code)).toEqual(['imap-unavailable']);
    expect(ofBob.latency.send.p50Ms).toBeNull();
  });

  it('end where they are asked to: an hour that begins then is not in them', async () => {
    const { id: connection } = await newConnection(harness);
    const ada = await newSender(connection);
    const end = Date.now() - (Date.now() % HOUR_MS) - 2 * HOUR_MS;
    for (const at of [end - 1, end]) {
      const tally = tallyAt(at);
      tally.count(ada, 'sent');
      await tally.close();
    }
    const from = new Date(end - 3 * HOUR_MS).toISOString();
    const { hours } = await statistics(`?from=${from}&to=${new Date(end).toISOString()}`);
    expect(hours.map(({ sent }) => sent)).toEqual([0, 0, 1]);
    expect(hours[0]?.at).toBe(from);
  });

  it('refuse a time of which nothing is kept, and a connector that there is not', async () => {
    for (const query of [
      `from=${hoursAgo(8 * 24 + 1)}`,
      `from=${hoursAgo(1)}&to=${hoursAgo(2)}`,
      'to=2026-02-31',
    ])
      expect((await refusal(`/statistics?${query}`)).status, query).toBe(400);
    expect((await refusal('/statistics?connector=ctr_gone')).status).toBe(404);
    expect((await refusal('/statistics?connector=statistics')).status).toBe(404);
  });

  it('expire by themselves, and go with their connector; what it did stays in those of the service', async () => {
    const { client } = harness.storage;
    const { id: connection } = await newConnection(harness);
    const ada = await newSender(connection);
    const count = async (): Promise<void> => {
      const tally = tallyAt(Date.now());
      tally.count(ada, 'sent', 5);
      tally.problem('attempts-exhausted', ada);
      tally.latency(ada, 'send', 10);
      await tally.close();
    };
    await count();
    const own = await keysIn(client, `mg:{${ada}}:*`);
    expect(own).toHaveLength(3);
    for (const key of [...own, ...(await keysIn(client, 'mg:{statistics}:*'))]) {
      const days = (await client.ttl(key)) / 86_400;
      expect(days, key).toBeGreaterThan(8);
      expect(days, key).toBeLessThanOrEqual(9);
    }
    await harness.deps.connectors.delete(ada, 1);
    await sweepRemains(client);
    // A process that still had something to tell of it makes no new keys for what is gone.
    await count();
    expect(await keysIn(client, `mg:{${ada}}:*`)).toEqual([]);
    expect(sum((await statistics()).hours, 'sent')).toBe(10);
  });
});

describe('budgets', () => {
  interface Budget {
    user: string;
    connections: { id: string; name: string }[];
    minute: { used: number; limit: number };
    day: { used: number; limit: number };
    smtpConnections: { used: number; limit: number };
  }
  const budgets = async (): Promise<Budget[]> => {
    const answer = await harness.call('GET', '/api/v1/statistics/budgets');
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json().items;
  };
  const message = (recipients: number) => ({
    id: `msg_${randomBytes(4).toString('hex')}` as MessageId,
    recipients,
  });

  it('say what is used of each mailbox that mail is sent from, without taking of it', async () => {
    const { client } = harness.storage;
    const { id: first } = await newConnection(harness);
    await newSender(first);
    const { id: receiving } = await newConnection(harness, { user: 'bob@contoso.example' });
    await newReceiver(receiving);
    const { authorization } = await harness.deps.connections.read(first as ConnectionId);
    const mailbox = authorization.mailboxKey;
    const limits = { messagesPerMinute: 30, recipientsPerDay: 10_000 };
    const budget = createBudget(client);
    const now = Date.now();
    await budget.take(mailbox, message(7), { limits, now: now - 61_000 });
    await budget.take(mailbox, message(5), { limits, now: now - 1_000 });
    const held = await takeSmtpSlot(client, mailbox, { connections: 3, leaseMs: 60_000 });
    const expected = [
      {
        user: 'ada@contoso.example',
        connections: [{ id: first, name: 'Ada' }],
        minute: { used: 1, limit: 30 },
        day: { used: 12, limit: 10_000 },
        smtpConnections: { used: 1, limit: 3 },
      },
    ];
    expect(await budgets()).toEqual(expected);
    expect(await budgets()).toEqual(expected);
    await held?.release();
    expect((await budgets())[0]?.smtpConnections.used).toBe(0);
  });

  it('forget recipients of more than a day ago, also where nothing was sent since', async () => {
    const { id: connection } = await newConnection(harness);
    await newSender(connection);
    const { authorization } = await harness.deps.connections.read(connection as ConnectionId);
    const limits = { messagesPerMinute: 30, recipientsPerDay: 10_000 };
    const takenAt = Date.now() - 24.2 * HOUR_MS;
    await createBudget(harness.storage.client).take(authorization.mailboxKey, message(40), {
      limits,
      now: takenAt,
    });
    expect((await budgets())[0]?.day.used).toBe(0);
  });

  it('are one of connections to the same mailbox, and the highest where their senders have different limits', async () => {
    const { id: first } = await newConnection(harness, { name: 'One' });
    const { id: second } = await newConnection(harness, { name: 'Two' });
    await newSender(first, { settings: { limits: { messagesPerMinute: 5 } } });
    await newSender(second, { settings: { limits: { messagesPerMinute: 20 } } });
    const found = await budgets();
    expect(found).toHaveLength(1);
    expect(found[0]?.connections.map(({ id }) => id).sort()).toEqual([first, second].sort());
    expect(found[0]?.minute.limit).toBe(20);
  });
});
