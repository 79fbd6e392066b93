/** Test Connection of Email Receive: the server, the token, the sign-in that polls use, SELECT, and the target of post-processing. */
import type { Endpoint, MailContext } from '../../src/contract/connector-type.js';
import { type ProblemError, problemError } from '../../src/contract/problem.js';
import type { ReceiveSettings } from '../../src/contract/receive-settings.js';
import type { Finding, TestSteps } from '../../src/contract/test-steps.js';
import { probeServer } from '../mail/probe.js';
import { imapDialogue } from './dialogue.js';
import { failureOf, placeOf } from './imap-failure.js';
import { type ImapFailure, problemOf } from './replies.js';
import { sessionOn } from './session.js';
import { type ImapConnection, signIn } from './sign-in.js';

const protocol = 'imap';

export async function testReceive(
  context: MailContext,
  settings: Record<string, unknown>,
  steps: TestSteps,
): Promise<void> {
  const endpoint = context.imap;
  if (!endpoint) throw problemError('imap-unavailable', { with: { host: 'IMAP', what: 'no IMAP endpoint' } });
  const { mailbox = 'INBOX', postProcessing }: Partial<ReceiveSettings> = settings;
  await probeServer(context, steps, { endpoint, dialogue: imapDialogue(context, endpoint) });
  await steps.token(protocol);
  const connection = await steps.run({ protocol, step: 'authenticate' }, () => signedIn(context, endpoint));
  const session = sessionOn(context, endpoint, connection);
  try {
    await steps.run({ protocol, step: 'select' }, async () => {
      const { path, exists, uidValidity, uidNext } = await session.select(mailbox);
      const detail = `${path}: ${exists} messages (UIDVALIDITY ${uidValidity}, UIDNEXT ${uidNext ?? 'not said'})`;
      return { detail, value: undefined };
    });
    if (postProcessing && 'mailbox' in postProcessing) {
      const target = postProcessing.mailbox;
      await steps.run({ protocol, step: 'postProcessing' }, () =>
        targetThere(context, endpoint, { connection, target }),
      );
    }
  } finally {
    await session.close();
  }
}

async function signedIn(context: MailContext, endpoint: Endpoint): Promise<Finding<ImapConnection>> {
  const value = await signIn(context, endpoint);
  const refreshed = value.refreshed
    ? ' The first token was refused and refreshed once; the new one is good.'
    : '';
  return { detail: `Signed in to the mailbox ${context.user}.${refreshed}`, value };
}

/** STATUS, which leaves the selected mailbox as it is (RFC 9051 §6.3.11). */
async function targetThere(
  context: MailContext,
  endpoint: Endpoint,
  { connection, target }: { connection: ImapConnection; target: string },
): Promise<Finding<void>> {
  const { client, secrets, takeFailure } = connection;
  takeFailure();
  const status = await client.status(target, { messages: true }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'NotFound') throw failed(failureOf(error), error);
    throw problemError('mailbox-not-found', { with: { mailbox: target }, cause: error });
  });
  if (status) return { detail: `${target} is there: ${status.messages} messages`, value: undefined };
  throw failed(takeFailure() ?? { message: 'no answer to STATUS' });

  function failed(failure: ImapFailure, cause?: unknown): ProblemError {
    return problemOf(failure, placeOf(context, endpoint, secrets), undefined, cause);
  }
}
