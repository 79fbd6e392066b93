import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailboxKey, MessageId } from '../../src/contract/ids.js';
import { createBudget } from '../../src/send/budget.js';
import { takeSmtpSlot } from '../../src/send/smtp-slots.js';
import { keys } from '../../src/storage/keys.js';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { startRedis, type TestRedis } from '../servers/redis.js';

let redis: TestRedis;
let storage: RedisStorage;
beforeAll(async () => {
  redis = await startRedis();
  storage = await openRedis(redis.url);
});
afterAll(async () => {
  await storage.close();
  await redis.stop();
});

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
let counter = 0;
const fresh = () => {
  const mailbox = `mbx_${counter++}` as MailboxKey;
  const budget = createBudget(storage.client);
  const limits = { messagesPerMinute: 2, recipientsPerDay: 10 };
  let n = 0;
  return (now: number, recipients = 1, over = {}) =>
    budget.take(
      mailbox,
      { id: `msg_${n++}` as MessageId, recipients },
      { limits: { ...limits, ...over }, now },
    );
};

it('has room again a minute after the oldest of the messages that filled it', async () => {
  const take = fresh();
  expect((await take(NOW)).taken).toBe(true);
  expect((await take(NOW + 10_000)).taken).toBe(true);
  expect(await take(NOW + 20_000)).toEqual({ taken: false, until: NOW + 60_000, limit: 'minute' });
  expect((await take(NOW + 60_000)).taken).toBe(true);
  expect((await take(NOW + 60_001)).taken).toBe(false);
});

it('counts recipients over a rolling day, and says when enough of them are a day old', async () => {
  const take = fresh();
  await take(NOW, 6);
  await take(NOW + HOUR, 4);
  const refused = await take(NOW + 2 * HOUR, 5);
  expect(refused).toMatchObject({ taken: false, limit: 'day' });
  const until = refused.taken ? 0 : refused.until;
  expect(until).toBeGreaterThanOrEqual(NOW + 24 * HOUR);
  expect(until).toBeLessThanOrEqual(NOW + 24 * HOUR + 300_000);
  expect((await take(until - 1, 5)).taken).toBe(false);
  expect((await take(until, 5)).taken).toBe(true);
  expect((await take(until + 60_000, 5)).taken).toBe(false);
});

it('lets a message through whose recipients alone exceed the day, once the day is empty', async () => {
  const take = fresh();
  expect((await take(NOW, 50)).taken).toBe(true);
  expect((await take(NOW + 1, 1)).taken).toBe(false);
});

it('gives back what was taken for a message that has not gone', async () => {
  const take = fresh();
  const first = await take(NOW, 10);
  expect((await take(NOW + 1, 1)).taken).toBe(false);
  if (first.taken) await first.giveBack();
  expect((await take(NOW + 2, 10)).taken).toBe(true);
});

it('counts each part of a message that is sent in parts', async () => {
  const mailbox = `mbx_${counter++}` as MailboxKey;
  const limits = { messagesPerMinute: 2, recipientsPerDay: 10 };
  const part = (now: number) =>
    createBudget(storage.client).take(
      mailbox,
      { id: 'msg_parts' as MessageId, recipients: 1 },
      { limits, now },
    );
  expect((await part(NOW)).taken).toBe(true);
  expect((await part(NOW + 1)).taken).toBe(true);
  expect((await part(NOW + 2)).taken).toBe(false);
});

it('survives a clock that ran ahead and was set back: nothing waits for the time it showed', async () => {
  const take = fresh();
  const ahead = NOW + 365 * 24 * HOUR;
  await take(ahead, 1);
  await take(ahead, 8);
  expect(await take(NOW, 1)).toEqual({ taken: false, until: NOW + 60_000, limit: 'minute' });
  expect((await take(NOW + 60_000, 1)).taken).toBe(true);
  // What was sent counts for one day from now on, not for a year.
  expect((await take(NOW + 60_001, 5)).taken).toBe(false);
  expect((await take(NOW + 25 * HOUR, 10)).taken).toBe(true);
});

/** Two processes on one mailbox, and how many messages its minute counts. */
const twoProcesses = (limits: { messagesPerMinute: number; recipientsPerDay: number }) => {
  const mailbox = `mbx_${counter++}` as MailboxKey;
  const budgets = [createBudget(storage.client), createBudget(storage.client)] as const;
  let n = 0;
  const taking =
    (budget: (typeof budgets)[number]) =>
    (now: number, { waiting = 100, recipients = 1 } = {}) =>
      budget.take(mailbox, { id: `msg_${n++}` as MessageId, recipients }, { limits, now, waiting });
  return {
    one: taking(budgets[0]),
    two: taking(budgets[1]),
    giveBackUnused: () => Promise.all(budgets.map((budget) => budget.giveBackUnused(mailbox))),
    counted: () => storage.client.zcard(keys.minuteBudget(mailbox)),
    recipients: async () => Number(await storage.client.hget(keys.dayBudget(mailbox), 'total')),
  };
};

describe('taken ahead for messages that wait', () => {
  const plenty = { messagesPerMinute: 100_000, recipientsPerDay: 1_000_000 };

  it('counts at once, is used up before more is asked for, and is given back where nobody uses it', async () => {
    const { one, counted, recipients, giveBackUnused } = twoProcesses(plenty);
    expect((await one(NOW, { recipients: 3 })).taken).toBe(true);
    expect([await counted(), await recipients()]).toEqual([17, 51]);
    for (let i = 0; i < 16; i++) await one(NOW + i, { recipients: 3 });
    expect(await counted()).toBe(17);
    const last = await one(NOW + 20, { recipients: 3, waiting: 5 });
    expect([await counted(), await recipients()]).toEqual([23, 69]);
    if (last.taken) await last.giveBack();
    await giveBackUnused();
    expect([await counted(), await recipients()]).toEqual([17, 51]);
  });

  it('is nothing where nobody waits, or the room is small: with 30 a minute each takes its own', async () => {
    const alone = twoProcesses(plenty);
    await alone.one(NOW, { waiting: 0 });
    expect(await alone.counted()).toBe(1);
    const few = twoProcesses({ messagesPerMinute: 30, recipientsPerDay: 10_000 });
    await few.one(NOW);
    expect(await few.counted()).toBe(1);
    const tightDay = twoProcesses({ messagesPerMinute: 100_000, recipientsPerDay: 250 });
    await tightDay.one(NOW);
    expect(await tightDay.counted()).toBe(3);
  });

  it('is for messages of as many recipients, under the same limits', async () => {
    const { one, counted, recipients } = twoProcesses(plenty);
    await one(NOW);
    await one(NOW, { recipients: 2 });
    expect([await counted(), await recipients()]).toEqual([18, 19]);
  });

  it('is used for a second at most, and counts for a minute from its last moment', async () => {
    const { one, counted } = twoProcesses(plenty);
    await one(NOW);
    await one(NOW + 1_000);
    expect(await counted()).toBe(17);
    await one(NOW + 1_001, { waiting: 0 });
    expect(await counted()).toBe(18);
    await one(NOW + 60_999, { waiting: 0 });
    expect(await counted()).toBe(18);
    await one(NOW + 61_001, { waiting: 0 });
    expect(await counted()).toBe(2);
  });

  it('is not used again when the clock is set back and comes to its time once more', async () => {
    const { one, counted } = twoProcesses(plenty);
    await one(NOW);
    await one(NOW - 10_000, { waiting: 0 });
    await one(NOW + 500, { waiting: 0 });
    // A minute after the clock was set back, what was sent 50 s ago still counts.
    await one(NOW + 51_000, { waiting: 0 });
    expect(await counted()).toBe(2);
  });

  it('is not used again then either where another process counted since: what is used lasts a second by any clock', async () => {
    const mailbox = `mbx_${counter++}` as MailboxKey;
    let elapsed = 0;
    const [one, two] = [createBudget(storage.client, () => elapsed), createBudget(storage.client)];
    const message = (id: string) => ({ id: id as MessageId, recipients: 1 });
    await one.take(mailbox, message('msg_1'), { limits: plenty, now: NOW, waiting: 100 });
    elapsed = 100;
    await two.take(mailbox, message('msg_2'), { limits: plenty, now: NOW - 10_000 });
    elapsed = 10_600;
    await one.take(mailbox, message('msg_3'), { limits: plenty, now: NOW + 500 });
    await two.take(mailbox, message('msg_4'), { limits: plenty, now: NOW + 51_000 });
    expect(await storage.client.zcard(keys.minuteBudget(mailbox))).toBe(2);
  });

  it('never lets two processes send more than the mailbox may, and leaves nothing unused', async () => {
    const limits = { messagesPerMinute: 1_000, recipientsPerDay: 1_000_000 };
    const { one, two, counted, giveBackUnused } = twoProcesses(limits);
    let sent = 0;
    const until = async (take: typeof one) => {
      while ((await take(NOW)).taken) sent++;
    };
    await Promise.all([until(one), until(one), until(two), until(two)]);
    expect(sent).toBeLessThanOrEqual(1_000);
    await giveBackUnused();
    expect(await counted()).toBe(sent);
    await until(two);
    expect([sent, await counted()]).toEqual([1_000, 1_000]);
  });
});

it('gives back once what it is told twice: a command whose reply was lost is sent again', async () => {
  const mailbox = `mbx_${counter++}` as MailboxKey;
  const twice = (name: 'evalsha' | 'eval') => async (first: string, second: number, rest: string[]) => {
    await storage.client[name](first, second, ...rest);
    return storage.client[name](first, second, ...rest);
  };
  const resending = new Proxy(storage.client, {
    get(target, name) {
      if (name !== 'evalsha' && name !== 'eval') return Reflect.get(target, name);
      return (first: string, second: number, ...rest: string[]) => twice(name)(first, second, rest);
    },
  });
  const limits = { messagesPerMinute: 100, recipientsPerDay: 100 };
  const options = { limits, now: NOW };
  await createBudget(storage.client).take(mailbox, { id: 'msg_a' as MessageId, recipients: 40 }, options);
  const taken = await createBudget(storage.client).take(
    mailbox,
    { id: 'msg_b' as MessageId, recipients: 40 },
    options,
  );
  const again = await createBudget(resending).take(
    mailbox,
    { id: 'msg_c' as MessageId, recipients: 10 },
    options,
  );
  if (!taken.taken || !again.taken) throw new Error('no room');
  await again.giveBack();
  // Taken twice, given back once: it may count too much, never too little.
  expect(Number(await storage.client.hget(keys.dayBudget(mailbox), 'total'))).toBe(90);
  await taken.giveBack();
  expect(Number(await storage.client.hget(keys.dayBudget(mailbox), 'total'))).toBe(50);
});

it('gives out as many SMTP slots as there are, and takes back those that are released', async () => {
  const options = { connections: 2, leaseMs: 5_000 };
  const mailbox = 'mbx_slots' as MailboxKey;
  const [a, b, c] = [
    await takeSmtpSlot(storage.client, mailbox, options),
    await takeSmtpSlot(storage.client, mailbox, options),
    await takeSmtpSlot(storage.client, mailbox, options),
  ];
  expect([a, b, c].map((slot) => slot !== undefined)).toEqual([true, true, false]);
  await a?.release();
  const d = await takeSmtpSlot(storage.client, mailbox, options);
  expect(d).toBeDefined();
  await Promise.all([b?.release(), d?.release()]);
});
