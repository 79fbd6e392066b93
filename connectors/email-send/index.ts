/** Email Send: sends what is queued or scheduled through the connection's SMTP server, as the connection's User. */
import { sameAddress } from '../../src/contract/address.js';
import type { SendConnectorType } from '../../src/contract/connector-type.js';
import { durationMs } from '../../src/contract/duration.js';
import { openSender } from './sender.js';
import { type EmailSendSettings, emailSendSettings } from './settings.js';
import { testSend } from './test.js';

const SHORTEST_RETRY_MS = 1_000;

export const emailSend: SendConnectorType = {
  name: 'email-send',
  title: 'Email Send',
  description: 'Sends messages through the mailbox that is signed in.',
  direction: 'send',
  needs: ['smtp'],
  settings: emailSendSettings,
  secrets: [],
  check(settings, { user }) {
    const { from, retryInterval, headers }: EmailSendSettings = settings;
    const faults: { path: string; message: string }[] = [];
    if (from && !sameAddress(from, user)) {
      faults.push({
        path: '/from',
        message: `From is ${from}, but this connection sends as ${user} only; leave it blank`,
      });
    }
    if (retryInterval !== undefined && durationMs(retryInterval) < SHORTEST_RETRY_MS) {
      faults.push({ path: '/retryInterval', message: 'at least 1s' });
    }
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (/[\r\n\0]/.test(name + value))
        faults.push({ path: `/headers/${name}`, message: 'holds a line break' });
    }
    return faults;
  },
  open: openSender,
  test: testSend,
};
