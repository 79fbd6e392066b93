/** What imapflow's errors say, and where it was: what the table of replies reads. */
import type { Endpoint, MailContext } from '../../src/contract/connector-type.js';
import type { ImapFailure, SessionPlace } from './replies.js';

/** Fields that imapflow puts on its errors. */
interface ImapFlowError extends Error {
  code?: string;
  responseText?: string;
  /** Text after a refused sign-in. */
  response?: unknown;
  /** Text of BYE. */
  reason?: string;
  authenticationFailed?: boolean;
  mailboxMissing?: boolean;
}

/** What an error of imapflow says, without the command it belongs to: that may hold a credential. */
export function failureOf(
  error: unknown,
): ImapFailure & { refusedSignIn?: boolean; mailboxMissing?: boolean } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, responseText, response, reason, message, authenticationFailed, mailboxMissing } =
    error as ImapFlowError;
  const words = responseText ?? (typeof response === 'string' ? response : undefined);
  return {
    message,
    ...(code && { code }),
    ...(words && { words }),
    ...(reason && { bye: reason }),
    ...(authenticationFailed && { refusedSignIn: true }),
    ...(mailboxMissing && { mailboxMissing: true }),
  };
}

/** The place of a session, for problems' texts. */
export const placeOf = (
  context: MailContext,
  endpoint: Endpoint,
  secrets: readonly string[] = [],
): SessionPlace => ({
  host: endpoint.host,
  port: endpoint.port,
  user: context.user,
  signedIn: context.authenticatedUser,
  application: context.identity === 'application' ? context.clientId : undefined,
  secrets,
  now: Date.now(),
  onUnknownReply: () => context.onUnknownReply?.('imap'),
});
