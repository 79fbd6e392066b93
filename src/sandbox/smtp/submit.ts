/** Judges a received message and takes it in: its own Message-ID, a sent copy, local deliveries, the sink. */
import { randomUUID } from 'node:crypto';
import { addressesOf, headerField, headerFields, replaceField } from '../mail/headers.js';
import { owns, type SandboxUser } from '../users.js';
import type { SmtpContext } from './context.js';
import { accepted, MESSAGE_ID_HOST, REPLIES, sendAsDenied } from './replies.js';
import { playFault, type SmtpSession } from './session.js';

/** @param content without dot-stuffing and closing line */
export async function submit(session: SmtpSession, content: Buffer): Promise<void> {
  const { user, envelope, context } = session;
  session.envelope = undefined;
  if (!user || !envelope) return session.reply(REPLIES.badSequence);
  const played = await playFault(session, 'message', {
    beforePlaying: (fault) => {
      if (fault.accepted) take(context, user, envelope, content);
    },
  });
  if (played) return;
  const refusal = refusalOf(session, user, envelope.from, content);
  if (refusal) return session.reply(refusal);
  session.reply(accepted(take(context, user, envelope, content)));
}

function refusalOf(
  session: SmtpSession,
  user: SandboxUser,
  sender: string,
  content: Buffer,
): string | undefined {
  const { limits, messageBytes } = session.context;
  if (content.length > messageBytes) return REPLIES.tooLarge;
  if (hasBareLineFeed(content)) return REPLIES.bareLineFeed;
  const most = limits.options.smtpConnections;
  if (most !== undefined && session.rank > most && limits.connections(user.oid) > most)
    return REPLIES.tooManyConnections;
  const froms = addressesOf(headerField(content, 'from') ?? '').map(({ address }) => address);
  const foreign = [...froms, sender].find((address) => !owns(user, address));
  if (foreign !== undefined) return sendAsDenied(user.upn, foreign);
  if (!limits.takeMessage(user.oid)) return REPLIES.tooFast;
  return undefined;
}

function hasBareLineFeed(content: Buffer): boolean {
  for (let at = content.indexOf(10); at !== -1; at = content.indexOf(10, at + 1))
    if (content[at - 1] !== 13) return true;
  return false;
}

/** @returns the Message-ID that the server gave it */
function take(
  context: SmtpContext,
  user: SandboxUser,
  envelope: { from: string; to: string[] },
  content: Buffer,
): string {
  const messageId = `<${randomUUID().toUpperCase()}@${MESSAGE_ID_HOST}>`;
  const fields = new Map(headerFields(content).reverse());
  context.sink.record({
    at: context.clock.now(),
    user: user.upn,
    envelope,
    mailgrantId: fields.get('x-mailgrant-id'),
    clientMessageId: fields.get('message-id'),
    messageId,
    subject: fields.get('subject'),
    size: content.length,
    ...(context.keepContent ? { content } : {}),
  });
  if (!context.keepContent) return messageId;
  const copy = replaceField(content, 'Message-ID', messageId);
  context.store.open(user, 'Sent Items').store(copy, { flags: ['\\Seen'] });
  for (const account of new Set(envelope.to.map((address) => context.users.find(address))))
    if (account) context.store.open(account, 'INBOX').store(copy);
  return messageId;
}
