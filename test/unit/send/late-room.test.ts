/** The budget counts a message from when it goes (law 6): room that was taken before a slow sign-in is taken anew. */
import { expect, it, vi } from 'vitest';
import type { Sender } from '../../../src/contract/connector-type.js';
import type { BudgetAnswer } from '../../../src/send/budget.js';
import type { DrainRun } from '../../../src/send/drain-run.js';
import { type ReadyMessage, sendMessage } from '../../../src/send/send-message.js';

/** A run that comes as far as the mark, and what it took from the budget, at which time. */
function started(answers: BudgetAnswer[]) {
  let now = 1_000;
  const takenAt: number[] = [];
  const run = {
    mailbox: 'mbx',
    now: () => now,
    signal: new AbortController().signal,
    lease: { remainingMs: () => 1_000 },
    due: { backlog: 0, letGo: vi.fn() },
    health: { failed: vi.fn() },
    budget: {
      take: async (_mailbox: string, _message: unknown, options: { now: number }) => {
        takenAt.push(options.now);
        return answers.shift();
      },
    },
    deps: { spool: { markSending: vi.fn(async () => false) } },
  };
  const ready = {
    entry: { id: 'msg', connection: 'con', dueAt: 0 },
    message: { head: { id: 'msg', connector: 'ctr', envelope: { to: ['bob@example.com'] } }, log: [] },
    connection: { id: 'con', settings: { user: 'ada@example.com' } },
    of: { settings: {}, limits: { messagesPerMinute: 30, recipientsPerDay: 10_000 } },
    recipients: ['bob@example.com'],
  };
  const send = (opensInMs: number) =>
    sendMessage(run as unknown as DrainRun, ready as unknown as ReadyMessage, {
      open: async () => {
        now += opensInMs;
        return {} as Sender;
      },
      previous: Promise.resolve(),
    });
  return { run, send, takenAt };
}

it('is kept where the connection was open soon', async () => {
  const giveBack = vi.fn(async () => undefined);
  const { run, send, takenAt } = started([{ taken: true, giveBack }]);
  await send(1_000);
  expect(takenAt).toEqual([1_000]);
  expect(run.deps.spool.markSending).toHaveBeenCalledOnce();
});

it('is given back and taken for the time at which the message goes', async () => {
  const first = vi.fn(async () => undefined);
  const second = vi.fn(async () => undefined);
  const { run, send, takenAt } = started([
    { taken: true, giveBack: first },
    { taken: true, giveBack: second },
  ]);
  await send(61_000);
  expect(takenAt).toEqual([1_000, 62_000]);
  expect(first).toHaveBeenCalledOnce();
  expect(run.deps.spool.markSending).toHaveBeenCalledOnce();
});

it('leaves the message waiting, unmarked, where others took all of it meanwhile', async () => {
  const giveBack = vi.fn(async () => undefined);
  const { run, send } = started([
    { taken: true, giveBack },
    { taken: false, until: 70_000, limit: 'minute' },
  ]);
  expect(await send(61_000)).toEqual({ budgetUntil: 70_000 });
  expect(giveBack).toHaveBeenCalledOnce();
  expect(run.due.letGo).toHaveBeenCalledOnce();
  expect(run.deps.spool.markSending).not.toHaveBeenCalled();
});
