/** The steps of a transaction log in words. */
import { expect, it } from 'vitest';
import type { Message } from '../../../../src/admin/ui/api/client.js';
import { stepsOf } from '../../../../src/admin/ui/screens/messages/log-steps.js';

const titles = (...log: object[]): string[] =>
  stepsOf({ direction: 'outbound', log } as Message)
    .map(({ title }) => title)
    .reverse();

it('tells what was sent ahead of its time from what is tried again', () => {
  const by = 'ada';
  expect(titles({ status: 'scheduled' }, { status: 'queued', by })).toEqual([
    'Accepted, to be sent later',
    'Send now · asked for by ada',
  ]);
  expect(titles({ status: 'queued' }, { status: 'failed', attempt: 1 }, { status: 'queued', by })).toEqual([
    'Accepted',
    'Failed for good · attempt 1',
    'Another try · asked for by ada',
  ]);
});
