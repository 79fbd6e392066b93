/** Ids of inbound messages: made from where the message lies, so that every repeat carries the same webhook-id. */
import { createHash } from 'node:crypto';
import type { ConnectorId, MessageId } from '../contract/ids.js';
import type { MailboxPosition } from '../contract/message.js';

export function inboundMessageId(
  connector: ConnectorId,
  { mailbox, uidValidity, uid }: MailboxPosition,
): MessageId {
  const digest = createHash('sha256')
    .update(`${connector}|${mailbox}|${uidValidity}|${uid}`)
    .digest('base64url');
  return `msg_${digest.slice(0, 22)}` as MessageId;
}

/** INBOX is one mailbox in any case (RFC 9051 §5.1); other names are as they are. */
export const foldedMailbox = (mailbox: string): string =>
  mailbox.toUpperCase() === 'INBOX' ? 'INBOX' : mailbox;
