import { expect, it } from 'vitest';
import type { TransactionLogEntry } from '../../../src/contract/message.js';
import { attemptsOf, isPartlySent, remainingRecipients } from '../../../src/send/message-state.js';

const entry = (over: Partial<TransactionLogEntry>): TransactionLogEntry => ({
  at: 0,
  status: 'queued',
  ...over,
});
const head = { envelope: { from: 'u@x.example', to: ['a@x.example', 'b@x.example', 'c@x.example'] } };

it('counts the attempts that outcomes carry, and starts anew when a person asks', () => {
  const tried = [entry({}), entry({ status: 'sending', attempt: 1 }), entry({ attempt: 1 })];
  expect(attemptsOf(tried)).toBe(1);
  expect(
    attemptsOf([...tried, entry({ status: 'sending', attempt: 2 }), entry({ status: 'held', attempt: 1 })]),
  ).toBe(1);
  expect(attemptsOf([...tried, entry({ by: 'anna', attempt: 0 })])).toBe(0);
});

it('leaves out who has it for ever, and who was refused until a person asks for a retry', () => {
  const log = [entry({ accepted: ['a@x.example'], rejected: [{ address: 'b@x.example', reply: '550' }] })];
  expect(remainingRecipients(head, log)).toEqual(['c@x.example']);
  expect(remainingRecipients(head, [...log, entry({ by: 'anna' })])).toEqual(['b@x.example', 'c@x.example']);
});

it('takes a message in flight for sent to some only where the owner of its last mark says so', () => {
  const marked = (owner: string) => entry({ status: 'sending', owner, attempt: 1 });
  const some = (owner: string) => entry({ owner, accepted: ['a@x.example'] });
  expect(isPartlySent([entry({}), marked('one'), some('one')])).toBe(true);
  // The late word of a former owner, while the next one has begun and died: the others may have got it.
  expect(isPartlySent([entry({}), marked('one'), entry({}), marked('two'), some('one')])).toBe(false);
  expect(isPartlySent([entry({}), marked('one'), some('one'), marked('two')])).toBe(false);
  expect(isPartlySent([entry({}), marked('one')])).toBe(false);
});
