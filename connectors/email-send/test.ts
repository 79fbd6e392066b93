/** Test Connection of Email Send: the server, the token, the sign-in that sending uses, then an envelope that is taken back. */
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailContext } from '../../src/contract/connector-type.js';
import type { Finding, TestSteps } from '../../src/contract/test-steps.js';
import { probeServer } from '../mail/probe.js';
import { smtpDialogue } from './dialogue.js';
import type { SmtpStage } from './replies.js';
import { signInSmtp } from './sign-in.js';
import { smtpCommands } from './smtp-commands.js';
import { smtpProblem } from './smtp-failure.js';

const protocol = 'smtp';

export async function testSend(
  context: MailContext,
  _settings: Record<string, unknown>,
  steps: TestSteps,
): Promise<void> {
  const endpoint = context.smtp;
  if (!endpoint) return;
  await probeServer(context, steps, { endpoint, dialogue: smtpDialogue(context) });
  await steps.token(protocol);
  const connection = await steps.run({ protocol, step: 'authenticate' }, () => signedIn(context));
  try {
    await steps.run({ protocol, step: 'envelope' }, () => envelopeTaken(context, connection));
    connection.quit();
  } finally {
    connection.close();
  }
}

async function signedIn(context: MailContext): Promise<Finding<SMTPConnection>> {
  const { connection, refreshed } = await signInSmtp(context);
  context.signal.addEventListener('abort', () => connection.close(), { once: true });
  if (context.signal.aborted) connection.close();
  // Unheard, an error event would end the process.
  connection.on('error', () => undefined);
  const again = refreshed ? ' The first token was refused and refreshed once; the new one is good.' : '';
  return { detail: `Signed in to send as ${context.user}.${again}`, value: connection };
}

/** MAIL FROM and RCPT TO with the mailbox itself, then RSET: what sending begins with, and nothing is sent (RFC 5321 §4.1.1). */
async function envelopeTaken(context: MailContext, connection: SMTPConnection): Promise<Finding<void>> {
  const { user } = context;
  const command = smtpCommands(connection);
  const internationalized = /[^\x20-\x7e]/.test(user) ? ' SMTPUTF8' : '';
  const asked = async (line: string, stage: SmtpStage): Promise<string> => {
    const reply = await command(line).catch((error: unknown) => {
      throw smtpProblem(context, error, { stage });
    });
    if (reply.startsWith('2')) return reply;
    const refused = Object.assign(new Error(reply), { response: reply, recipient: user });
    throw smtpProblem(context, refused, { stage, message: { from: user, size: 0 } });
  };
  const sender = await asked(`MAIL FROM:<${user}>${internationalized}`, 'envelope');
  const recipient = await asked(`RCPT TO:<${user}>`, 'recipient');
  await asked('RSET', 'connect');
  const detail = `MAIL FROM:<${user}> “${sender}” RCPT TO:<${user}> “${recipient}” taken back with RSET; nothing was sent.`;
  return { detail, value: undefined };
}
