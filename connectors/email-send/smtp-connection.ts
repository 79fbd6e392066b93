/** Opens one SMTP connection and signs in on it: TLS as the endpoint demands, XOAUTH2 or a password, all with deadlines. */
import { isIP } from 'node:net';
import SMTPConnection, { type SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import type { MailContext, MailCredentials } from '../../src/contract/connector-type.js';
import { problemError } from '../../src/contract/problem.js';
import { transportSecurity } from '../mail/endpoint.js';
import { COMMANDS, handOverCommands } from './smtp-commands.js';
import { type SmtpError, smtpProblem } from './smtp-failure.js';

const CONNECT_MS = 20_000;
const GREETING_MS = 20_000;
const SIGN_IN_MS = 30_000;
/** Silence after which a connection counts as dead; RFC 5321 §4.5.3.2 asks for 5 to 10 minutes. */
const SILENCE_MS = 300_000;

/** Our own name for it: nodemailer's own XOAUTH2 would fetch a second token by itself after a 334. */
const DIRECT_XOAUTH2 = 'XOAUTH2-DIRECT';

/** SASL XOAUTH2 (EXCHANGE-ONLINE.md §1). A 334 carries the reason as JSON (Google); an empty line asks for the verdict. */
const directXoauth2: SMTPConnectionCustomAuthHandler = async ({ auth, sendCommand, resolve, reject }) => {
  const sasl = `user=${auth.user}\u0001auth=Bearer ${auth.accessToken}\u0001\u0001`;
  let reply = await sendCommand(`AUTH XOAUTH2 ${Buffer.from(sasl).toString('base64')}`);
  if (reply.status === 334) reply = await sendCommand('');
  if (reply.status === 235) resolve();
  else reject('XOAUTH2 refused');
};

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/**
 * Connects and signs in.
 * @throws ProblemError: by the reply table, or `smtp-unavailable`; the connection is closed then
 */
export async function openSmtpConnection(
  context: MailContext,
  credentials: MailCredentials,
): Promise<SMTPConnection> {
  const { smtp: endpoint, signal } = context;
  if (!endpoint) {
    throw problemError('smtp-unavailable', {
      with: { host: 'SMTP', what: 'the connection names no SMTP host' },
      verdict: 'hold',
    });
  }
  const security = transportSecurity(endpoint);
  const address = await context.resolve(endpoint.host).catch((error: unknown) => {
    throw smtpProblem(context, error, { stage: 'connect' });
  });
  if (security.plain && !isLoopback(address)) {
    throw problemError('tls-required', { with: { host: endpoint.host }, verdict: 'hold' });
  }
  const servername = isIP(endpoint.host) ? undefined : endpoint.host;
  const connection = new SMTPConnection({
    host: address,
    port: endpoint.port,
    secure: security.secure,
    requireTLS: security.requireStartTls,
    ignoreTLS: security.plain,
    ...(servername !== undefined && { servername, tls: { servername } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    customAuth: { [DIRECT_XOAUTH2]: directXoauth2, [COMMANDS]: handOverCommands },
  });
  try {
    await step(connection, signal, CONNECT_MS + GREETING_MS, (done) => connection.connect(done));
  } catch (error) {
    connection.close();
    throw smtpProblem(context, error, { stage: 'connect' });
  }
  const auth =
    credentials.kind === 'xoauth2'
      ? { method: DIRECT_XOAUTH2, user: credentials.user, accessToken: credentials.accessToken }
      : { user: credentials.user, pass: credentials.password };
  try {
    await step(connection, signal, SIGN_IN_MS, (done) => connection.login(auth, done));
  } catch (error) {
    connection.close();
    throw smtpProblem(context, error, { stage: 'sign-in', credentials });
  }
  return connection;
}

/** One step of the dialogue: ends with its callback, the connection's end, the signal or the deadline. */
function step(
  connection: SMTPConnection,
  signal: AbortSignal,
  deadlineMs: number,
  run: (done: (error?: SmtpError | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
      connection.off('error', settle);
      connection.off('end', ended);
      if (error) {
        connection.on('error', () => {});
        reject(error);
      } else resolve();
    };
    const stopped = (): void => settle(new Error('stopped by Mailgrant'));
    const ended = (): void => settle(new Error('the server closed the connection'));
    const timer = setTimeout(() => settle(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    connection.on('error', settle);
    connection.on('end', ended);
    signal.addEventListener('abort', stopped);
    if (signal.aborted) stopped();
    else run(settle);
  });
}
