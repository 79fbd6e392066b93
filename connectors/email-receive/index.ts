/** The connector type email-receive: polls a mailbox over IMAP and hands each message over. */
import type { ReceiveConnectorType } from '../../src/contract/connector-type.js';
import type { ReceiveSettings } from '../../src/contract/receive-settings.js';
import { checkSettings } from './check.js';
import { openSession } from './session.js';
import { emailReceiveSettings } from './settings.js';
import { testReceive } from './test.js';

export const emailReceive: ReceiveConnectorType = {
  name: 'email-receive',
  title: 'Email Receive',
  description: 'Polls a mailbox over IMAP and hands each message to a webhook or into a directory.',
  direction: 'receive',
  needs: ['imap'],
  settings: emailReceiveSettings,
  secrets: ['/destination/secret'],
  check: (settings) => checkSettings(settings as unknown as ReceiveSettings),
  open: openSession,
  test: testReceive,
};
