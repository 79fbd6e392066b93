/** Law 6 as a property: whatever several processes do, no 60 seconds and no 24 hours hold more than the mailbox may send. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MailboxKey, MessageId } from '../../src/contract/ids.js';
import { type BudgetLimits, createBudget } from '../../src/send/budget.js';
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

const MINUTE = 60_000;
const DAY = 86_400_000;
const PROCESSES = 3;

const process = fc.nat(PROCESSES - 1);
const steps = (waits: readonly fc.Arbitrary<number>[]) =>
  fc.array(step(fc.oneof(...waits)), { minLength: 5, maxLength: 25 });
const step = (ms: fc.Arbitrary<number>) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        act: fc.constant('send' as const),
        process,
        /** At the same moment, as workers of one process do. */
        workers: fc.integer({ min: 1, max: 3 }),
        /** At the most: as many as there is room. */
        rounds: fc.constantFrom(1, 2, 40, 2_000),
        recipients: fc.constantFrom(1, 2, 30),
        waiting: fc.constantFrom(0, 3, 100),
        /** Every so many-th has certainly not gone. */
        fails: fc.constantFrom(0, 2, 5),
        everyMs: fc.constantFrom(0, 1, 40, 400),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ act: fc.constant('wait' as const), ms }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('end of the run' as const), process }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('kill' as const), process }) },
    {
      weight: 1,
      arbitrary: fc.record({
        act: fc.constant('clock set back' as const),
        ms: fc.oneof(
          fc.integer({ min: 2_000, max: 30_000 }),
          fc.integer({ min: 30_000, max: 3 * 3_600_000 }),
        ),
      }),
    },
  );

/** What fills a minute, and what fills a day; both with limits so high that some is taken ahead, and as they are by themselves. */
const MINUTES = {
  limits: fc.record({
    messagesPerMinute: fc.constantFrom(30, 120, 400),
    recipientsPerDay: fc.constant(1_000_000),
  }),
  steps: steps([
    fc.integer({ min: 0, max: 1_100 }),
    fc.integer({ min: 57_000, max: 61_000 }),
    fc.integer({ min: 0, max: 600_000 }),
  ]),
};
const DAYS = {
  limits: fc.record({
    messagesPerMinute: fc.constant(1_800),
    recipientsPerDay: fc.constantFrom(100, 900, 3_000),
  }),
  steps: steps([
    fc.integer({ min: 0, max: 1_100 }),
    fc.integer({ min: 0, max: 600_000 }),
    fc.integer({ min: DAY - 600_000, max: DAY + 600_000 }),
  ]),
};

interface SentMail {
  /** ms by a clock that nobody sets */
  at: number;
  recipients: number;
}

/** The most that any window holds, which begins at something sent. */
function fullest(sent: readonly SentMail[], windowMs: number, size: (mail: SentMail) => number): number {
  let most = 0;
  let held = 0;
  let first = 0;
  for (const mail of sent) {
    held += size(mail);
    for (; (sent[first]?.at ?? mail.at) <= mail.at - windowMs; first++) held -= size(sent[first] ?? mail);
    most = Math.max(most, held);
  }
  return most;
}

let mailboxes = 0;

it.each([
  ['a minute', MINUTES],
  ['a day', DAYS],
])(
  'holds for %s over processes that take ahead, give back, are killed, and whose clock is set back',
  async (_name, { limits: limitsOf, steps: stepsOf }) => {
    await fc.assert(
      fc.asyncProperty(limitsOf, stepsOf, async (limits: BudgetLimits, taken) => {
        const mailbox = `mbx_property_${mailboxes++}` as MailboxKey;
        let elapsed = 0;
        let offset = 1_800_000_000_000;
        let messages = 0;
        const opened = () => createBudget(storage.client, () => elapsed);
        const budgets = Array.from({ length: PROCESSES }, opened);
        const sent: SentMail[] = [];

        for (const each of taken) {
          if (each.act === 'wait') elapsed += each.ms;
          else if (each.act === 'clock set back') offset -= each.ms;
          else if (each.act === 'kill') budgets[each.process] = opened();
          else if (each.act === 'end of the run') await budgets[each.process]?.giveBackUnused(mailbox);
          else {
            const { recipients, waiting } = each;
            for (let round = 0; round < each.rounds; round++) {
              const now = offset + elapsed;
              const takes = Array.from({ length: each.workers }, () =>
                budgets[each.process]?.take(
                  mailbox,
                  { id: `msg_${messages++}` as MessageId, recipients },
                  { limits, now, waiting },
                ),
              );
              const answers = await Promise.all(takes);
              for (const answer of answers) {
                if (!answer?.taken) continue;
                if (each.fails > 0 && messages % each.fails === 0) await answer.giveBack();
                else sent.push({ at: elapsed, recipients: Math.min(recipients, limits.recipientsPerDay) });
              }
              if (answers.every((answer) => !answer?.taken)) break;
              elapsed += each.everyMs;
            }
          }
        }
        expect(fullest(sent, MINUTE, () => 1)).toBeLessThanOrEqual(limits.messagesPerMinute);
        expect(fullest(sent, DAY, (mail) => mail.recipients)).toBeLessThanOrEqual(limits.recipientsPerDay);
      }),
      { numRuns: 60 },
    );
  },
  120_000,
);
