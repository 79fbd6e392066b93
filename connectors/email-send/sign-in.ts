/** Signs in at the SMTP server: a refused access token is refreshed once, and tried once more on a new connection. */
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailContext, MailCredentials } from '../../src/contract/connector-type.js';
import { ProblemError } from '../../src/contract/problem.js';
import { explainedRefusal } from '../mail/refused-sign-in.js';
import { openSmtpConnection } from './smtp-connection.js';

export interface SignedIn {
  connection: SMTPConnection;
  /** What it signed in with; a server may repeat it in any later reply. */
  credentials: MailCredentials;
  /** A first token was refused, and another one was made in its place. */
  refreshed: boolean;
}

/** @throws ProblemError by the reply table, `tls-failed`, `smtp-unavailable`, and what credentials() and resolve() throw */
export async function signInSmtp(context: MailContext): Promise<SignedIn> {
  const credentials = await context.credentials();
  try {
    return { connection: await openSmtpConnection(context, credentials), credentials, refreshed: false };
  } catch (error) {
    if (!tokenRefused(error, credentials)) throw error;
    const renewed = await context.credentials({ rejected: credentials.version });
    const connection = await openSmtpConnection(context, renewed).catch(async (again: unknown) => {
      const host = context.smtp?.host ?? 'the server';
      throw await explainedRefusal(context, again, { host, triedAs: renewed.user });
    });
    const refreshed = renewed.kind === 'xoauth2' && renewed.version !== credentials.version;
    return { connection, credentials: renewed, refreshed };
  }
}

const tokenRefused = (
  error: unknown,
  credentials: MailCredentials,
): credentials is Extract<MailCredentials, { kind: 'xoauth2' }> =>
  credentials.kind === 'xoauth2' &&
  error instanceof ProblemError &&
  error.problem.code === 'smtp-sign-in-refused';
