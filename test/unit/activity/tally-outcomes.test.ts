import { expect, it } from 'vitest';
import type { Tally } from '../../../src/activity/tally.js';
import { tallyPoll, tallyRefresh, tallySent, tallySettled } from '../../../src/activity/tally-outcomes.js';
import type { ConnectorId } from '../../../src/contract/ids.js';
import { problem } from '../../../src/contract/problem.js';

const connector = 'ctr_ada' as ConnectorId;
const unreachable = problem('imap-unavailable', { with: { host: 'h', what: 'w' } });
const full = problem('mailbox-full', { with: { user: 'a' } });

function noting() {
  const noted: unknown[][] = [];
  const note =
    (what: string) =>
    (...told: unknown[]): void =>
      void noted.push([what, ...told]);
  const tally = { count: note('count'), problem: note('problem'), latency: note('latency') };
  return { noted, tally: tally as unknown as Tally };
}

it('counts a message when it has ended, and its problem each time that it was tried', () => {
  const { noted, tally } = noting();
  const told = tallySent(tally);
  told({ connector, status: 'held', problem: full, waitedMs: 5 });
  told({ connector, status: 'failed', problem: full, waitedMs: 50 });
  told({ connector, status: 'sent', problem: undefined, waitedMs: 500 });
  expect(noted).toEqual([
    ['problem', 'mailbox-full', connector],
    ['count', connector, 'failed'],
    ['problem', 'mailbox-full', connector],
    ['count', connector, 'sent'],
    ['latency', connector, 'send', 500],
  ]);
});

it('counts what a batch came to, and of a poll only that it failed', () => {
  const { noted, tally } = noting();
  tallySettled(tally)({ connector, delivered: 2, quarantined: 1, refusals: [full], waitedMs: [10, 20] });
  tallyPoll(tally)({ connector, result: { problem: undefined } });
  tallyPoll(tally)({ connector, problem: unreachable });
  expect(noted).toEqual([
    ['count', connector, 'received', 2],
    ['count', connector, 'quarantined', 1],
    ['problem', 'mailbox-full', connector],
    ['latency', connector, 'receive', 10],
    ['latency', connector, 'receive', 20],
    ['count', connector, 'failed'],
    ['problem', 'imap-unavailable', connector],
  ]);
});

it('charges no connector with what a token endpoint refused', () => {
  const { noted, tally } = noting();
  tallyRefresh(tally)('refreshed');
  tallyRefresh(tally)('refused', problem('grant-revoked', { with: { user: 'a' } }));
  expect(noted).toEqual([['problem', 'grant-revoked']]);
});
