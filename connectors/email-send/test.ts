/** Test Connection of Email Send: the server, the token, the sign-in that sending uses, then an envelope that is taken back. */
import type { MailContext } from '../../src/contract/connector-type.js';
import { problemError } from '../../src/contract/problem.js';
import type { Finding, TestSteps } from '../../src/contract/test-steps.js';
import { withoutSecrets } from '../../src/contract/without-secrets.js';
import { probeServer } from '../mail/probe.js';
import { smtpDialogue } from './dialogue.js';
import type { SmtpStage } from './replies.js';
import { type SignedIn, signInSmtp } from './sign-in.js';
import { smtpCommands } from './smtp-commands.js';
import { secretsOf, smtpProblem } from './smtp-failure.js';

const protocol = 'smtp';

export async function testSend(
  context: MailContext,
  _settings: Record<string, unknown>,
  steps: TestSteps,
): Promise<void> {
  const endpoint = context.smtp;
  if (!endpoint) throw problemError('smtp-unavailable', { with: { host: 'SMTP', what: 'no SMTP endpoint' } });
  await probeServer(context, steps, { endpoint, dialogue: smtpDialogue(context) });
  await steps.token(protocol);
  const signed = await steps.run({ protocol, step: 'authenticate' }, () => signedIn(context));
  const { connection } = signed;
  try {
    await steps.run({ protocol, step: 'envelope' }, () => envelopeTaken(context, signed));
    connection.quit();
  } finally {
    connection.close();
  }
}

async function signedIn(context: MailContext): Promise<Finding<SignedIn>> {
  const value = await signInSmtp(context);
  const { connection, refreshed } = value;
  context.signal.addEventListener('abort', () => connection.close(), { once: true });
  if (context.signal.aborted) connection.close();
  // Unheard, an error event would end the process.
  connection.on('error', () => undefined);
  const again = refreshed ? ' The first token was refused and refreshed once; the new one is good.' : '';
  return { detail: `Signed in to send as ${context.user}.${again}`, value };
}

/** MAIL FROM and RCPT TO with the mailbox itself, then RSET: what sending begins with, and nothing is sent (RFC 5321 §4.1.1). */
async function envelopeTaken(
  context: MailContext,
  { connection, credentials }: SignedIn,
): Promise<Finding<void>> {
  const { user } = context;
  const command = smtpCommands(connection);
  const internationalized = /[^\x20-\x7e]/.test(user) ? ' SMTPUTF8' : '';
  const asked = async (line: string, stage: SmtpStage): Promise<string> => {
    const response = await command(line).catch((error: unknown) => {
      throw smtpProblem(context, error, { stage, credentials });
    });
    if (response.startsWith('2')) return withoutSecrets(response, secretsOf(credentials));
    const refused = Object.assign(new Error(response), { response, recipient: user });
    throw smtpProblem(context, refused, { stage, credentials, message: { from: user, size: 0 } });
  };
  const sender = await asked(`MAIL FROM:<${user}>${internationalized}`, 'envelope');
  const recipient = await asked(`RCPT TO:<${user}>`, 'recipient');
  await asked('RSET', 'connect');
  const detail = `MAIL FROM:<${user}> “${sender}” RCPT TO:<${user}> “${recipient}” taken back with RSET; nothing was sent.`;
  return { detail, value: undefined };
}
