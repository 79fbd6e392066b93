/** What a mail channel shows of the mail that it handed over last. */
import { expect, it } from 'vitest';
import { alertChannelView } from '../../../src/alerts/channel-view.js';
import type { Delivery } from '../../../src/alerts/delivery-store.js';
import type { AlertChannelId, ConnectorId } from '../../../src/contract/ids.js';
import type { MessageView } from '../../../src/contract/message.js';
import { type Problem, problem } from '../../../src/contract/problem.js';
import type { AlertChannel } from '../../../src/setup/alert-channel-record.js';

const channel: AlertChannel = {
  id: 'ach_1' as AlertChannelId,
  version: 1,
  settings: {
    ...{ name: 'Mail', type: 'mail', enabled: true, minimumSeverity: 'warning' },
    connector: 'ctr_1' as ConnectorId,
    to: ['ops@contoso.example'],
  },
  createdAt: 0,
};
const held = problem('alert-mail-held', { with: { connector: 'Out', why: 'it is switched off' } });
const smtpOff = problem('connector-failing', {
  with: { connector: 'Out', failures: 1, lastSuccess: 'never' },
});

const shown = (
  status: MessageView['status'] | undefined,
  { stored, own, attempts = 0 }: { stored?: Problem; own?: Problem; attempts?: number } = {},
): string | undefined => {
  const delivery: Delivery = {
    ...{ notice: undefined, attempts, nextAttemptAt: undefined, lastSuccessAt: 1, recent: [] },
    ...{ message: 'msg_1', problem: stored },
  };
  const message =
    status && ({ id: 'msg_1', connector: 'ctr_1', status, problem: own } as unknown as MessageView);
  return alertChannelView(channel, { delivery, waiting: 0, message }).delivery.problem?.code;
};

it('a mail that was sent ends whatever held it', () => {
  expect(shown('sent', { stored: held })).toBeUndefined();
  expect(shown('queued')).toBeUndefined();
  expect(shown('queued', { stored: held })).toBe('alert-mail-held');
});

it('a mail that is held or was not sent is a problem of the channel, whatever held it', () => {
  expect(shown('held', { own: smtpOff })).toBe('alert-mail-held');
  for (const status of ['failed', 'cancelled', 'uncertain'] as const)
    expect(shown(status, { own: smtpOff })).toBe('alert-mail-failed');
});

it('an attempt that failed since says more', () => {
  const refused = problem('alert-mail-refused', { with: { connector: 'Out', what: 'gone' } });
  expect(shown('sent', { stored: refused, attempts: 2 })).toBe('alert-mail-refused');
});
