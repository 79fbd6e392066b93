/** MAIL, RCPT and DATA (RFC 5321 §4.1.1): the envelope, before any content. */
import { REPLIES } from './replies.js';
import { playFault, type SmtpSession } from './session.js';

/** Exchange's default (EXCHANGE-ONLINE.md §5). */
const MAX_RECIPIENTS = 500;

export async function mail(session: SmtpSession, argument: string): Promise<void> {
  if (!session.user) return session.reply(REPLIES.notSignedIn);
  if (session.envelope) return session.reply(REPLIES.badSequence);
  const from = /^FROM:\s*<([^>]*)>(.*)$/i.exec(argument);
  if (!from) return session.reply(REPLIES.badArguments);
  if (await playFault(session, 'mail')) return;
  const size = Number(/ SIZE=(\d+)/i.exec(from[2] ?? '')?.[1] ?? 0);
  if (size > session.context.messageBytes) return session.reply(REPLIES.tooLarge);
  session.envelope = { from: from[1] ?? '', to: [] };
  session.reply(REPLIES.senderOk);
}

export async function rcpt(session: SmtpSession, argument: string): Promise<void> {
  if (!session.envelope) return session.reply(REPLIES.badSequence);
  const recipient = /^TO:\s*<([^>]+)>/i.exec(argument)?.[1];
  if (!recipient) return session.reply(REPLIES.badArguments);
  if (await playFault(session, 'rcpt', { recipient })) return;
  if (session.envelope.to.length >= MAX_RECIPIENTS) return session.reply(REPLIES.tooManyRecipients);
  session.envelope.to.push(recipient);
  session.reply(REPLIES.recipientOk);
}

export async function data(session: SmtpSession): Promise<void> {
  if (!session.envelope?.to.length) return session.reply(REPLIES.badSequence);
  if (await playFault(session, 'data')) return;
  session.receiving = true;
  session.reply(REPLIES.startContent);
}
