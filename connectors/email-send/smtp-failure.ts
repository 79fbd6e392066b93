/** From what nodemailer reports to a Problem: the one place that reads its errors. */
import type { MailContext, MailCredentials } from '../../src/contract/connector-type.js';
import { powershellText } from '../../src/contract/powershell-text.js';
import { ProblemError, problemError } from '../../src/contract/problem.js';
import { withoutSecrets } from '../../src/contract/without-secrets.js';
import { isTlsFailure } from '../mail/tls-failure.js';
import { classifyReply, parseReply, type SmtpStage, sendAsNames } from './replies.js';

/** What nodemailer adds to its errors (nodemailer/lib/errors). */
export interface SmtpError extends Error {
  code?: string;
  /** Of the error beneath, where nodemailer put its own in place. */
  originalCode?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  recipient?: string;
  rejectedErrors?: SmtpError[];
}

const STAGE_OF_COMMAND: Readonly<Record<string, SmtpStage>> = {
  'MAIL FROM': 'envelope',
  'RCPT TO': 'recipient',
  DATA: 'content',
};

/** The stage that an error of send() belongs to. */
export const stageOf = (error: SmtpError): SmtpStage => STAGE_OF_COMMAND[error.command ?? ''] ?? 'connect';

/** What the texts of the problems name, of one message. */
export interface MessageFacts {
  /** MAIL FROM */
  from: string;
  /** bytes */
  size: number;
}

/**
 * Translates a failure into its problem; a ProblemError passes as it is.
 * @param stage where in the dialogue it happened
 * @param credentials that a refused sign-in was tried with; taken out of the server's words
 * @param message what was being sent, where it was a message that failed
 */
export function smtpProblem(
  context: MailContext,
  thrown: unknown,
  {
    stage,
    credentials,
    message,
  }: { stage: SmtpStage; credentials?: MailCredentials; message?: MessageFacts },
): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  const error = thrown as SmtpError;
  const host = context.smtp?.host ?? 'the server';
  // ETLS: the server refused STARTTLS, or its upgrade broke.
  if (error.code === 'ETLS' || isTlsFailure(error.originalCode) || isTlsFailure(error.code)) {
    return problemError('tls-failed', {
      with: { host, port: context.smtp?.port ?? '?', what: error.message },
      ...(error.response !== undefined && { serverWords: error.response }),
      cause: thrown,
    });
  }
  if (!error.response) {
    const tooLarge = error.code === 'EMESSAGE' && stage === 'envelope';
    return problemError(tooLarge ? 'message-too-large' : 'smtp-unavailable', {
      with: { host, what: error.message, size: message?.size ?? 'so many' },
      cause: thrown,
    });
  }
  const reply = parseReply(withoutSecrets(error.response, secretsOf(credentials)));
  const found = classifyReply(reply, stage);
  if (found.isUnknown) context.onUnknownReply?.('smtp');
  const code =
    found.problem === 'smtp-sign-in-refused' && credentials?.kind === 'basic'
      ? 'smtp-password-refused'
      : found.problem;
  const names = sendAsNames(reply.text);
  return problemError(code, {
    with: {
      host,
      user: context.user,
      mailbox: powershellText(context.user),
      what: reply.text,
      size: message?.size ?? 'this size',
      recipients: error.recipient ?? 'the recipient',
      signedIn: names?.signedIn ?? signedInName(context, credentials),
      from: names?.from ?? message?.from ?? 'that address',
    },
    serverWords: reply.text,
    foreign: {
      status: reply.code,
      ...(reply.enhancedStatus !== undefined && { enhancedStatus: reply.enhancedStatus }),
      ...(found.isUnknown && { unknown: true }),
    },
    ...(found.waitMs !== undefined && { retryAt: Date.now() + found.waitMs }),
    cause: thrown,
  });
}

/** At the sign-in the name that was tried, later the account that it turned out to be. */
const signedInName = (context: MailContext, credentials: MailCredentials | undefined): string =>
  credentials?.user ?? context.authenticatedUser ?? context.user;

/** What a server was sent to sign in with. */
export function secretsOf(credentials: MailCredentials | undefined): string[] {
  if (!credentials) return [];
  return [credentials.kind === 'xoauth2' ? credentials.accessToken : credentials.password];
}
