import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MailboxKey, MessageId } from '../../src/contract/ids.js';
import { createBudget } from '../../src/send/budget.js';
import { takeSmtpSlot } from '../../src/send/smtp-slots.js';
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
