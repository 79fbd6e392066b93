/**
 * Messages: one mail, inbound or outbound.
 *
 * Outbound statuses and their transitions (each is an entry of the transaction log in the spool):
 *   accept → scheduled (sendAt lies ahead) | queued
 *   scheduled → queued (due, or asked for ahead of its time) | cancelled
 *   queued → sending (durable mark) | held (the connection needs a person) | cancelled | failed
 *   held → queued (the connection is mended) | cancelled
 *   sending → sent | queued (retry) | held | failed | uncertain (no reply after DATA, or the process died)
 *   uncertain → sent (settled) | queued (retry asked for, or onUncertain: resend) | cancelled
 *   failed → queued (retry asked for)
 *   sent, cancelled: final.
 * Inbound: pending (seen, not confirmed yet) → delivered | quarantined; quarantined → delivered (redeliver).
 */
import type { ConnectionId, ConnectorId, MessageId } from './ids.js';
import type { Problem } from './problem.js';

export type OutboundStatus =
  | 'scheduled'
  | 'queued'
  | 'held'
  | 'sending'
  | 'sent'
  | 'uncertain'
  | 'failed'
  | 'cancelled';
export type InboundStatus = 'pending' | 'delivered' | 'quarantined';

/** One step in a message's life, with the server's own words. */
export interface TransactionLogEntry {
  /** ms since the epoch */
  at: number;
  /** The status that the step led to. */
  status: OutboundStatus | InboundStatus;
  /** Which process did it: host:pid:random. */
  owner?: string;
  attempt?: number;
  /** The server's reply, whole. */
  reply?: string;
  problem?: Problem;
  /** Per-recipient outcome of an SMTP attempt. */
  accepted?: string[];
  rejected?: { address: string; reply: string }[];
  /** The Message-ID that the server said it used (law 3). */
  serverMessageId?: string;
  /** Next try; ms since the epoch. */
  retryAt?: number;
  /** A person or key that asked for it (retry, cancel, redeliver). */
  by?: string;
}

export interface MailAddress {
  name?: string;
  /** bare addr-spec */
  address: string;
}

export interface Attachment {
  filename: string | null;
  contentType: string;
  /** bytes */
  size: number;
  contentId: string | null;
  inline: boolean;
  content: Uint8Array;
}

/** A received message, parsed; what destinations hand over. */
export interface ParsedMessage {
  messageId: string | null;
  from: MailAddress[];
  to: MailAddress[];
  cc: MailAddress[];
  subject: string;
  /** ISO 8601, or null where the header is absent or unreadable. */
  date: string | null;
  text: string | null;
  html: string | null;
  /** In order of appearance; names lower-cased. */
  headers: { name: string; value: string }[];
  attachments: Attachment[];
}

/** Where an inbound message lies in its mailbox; the whole of its identity (law 2). */
export interface MailboxPosition {
  mailbox: string;
  /** RFC 9051 §2.3.1.1; decimal, kept as text because it is 32 bits unsigned and never calculated with. */
  uidValidity: string;
  uid: number;
}

/** An inbound message on its way to a destination. */
export interface InboundMessage extends MailboxPosition {
  id: MessageId;
  connector: ConnectorId;
  /** The message as the server gave it. */
  source: Uint8Array;
  parsed: ParsedMessage;
  /** bytes of `source` */
  size: number;
}

/** SMTP envelope (RFC 5321 §3.3): what MAIL FROM and RCPT TO say. */
export interface Envelope {
  from: string;
  to: string[];
}

/** What the API answers for a message, inbound or outbound. */
export interface MessageView {
  id: MessageId;
  connector: ConnectorId;
  connection: ConnectionId;
  direction: 'inbound' | 'outbound';
  status: OutboundStatus | InboundStatus;
  /** ms since the epoch */
  createdAt: number;
  messageId: string | null;
  serverMessageId?: string;
  from: string;
  to: string[];
  subject: string;
  size: number;
  sendAt?: number;
  nextAttemptAt?: number;
  attempts: number;
  problem?: Problem;
  mailbox?: string;
  uid?: number;
  uidValidity?: string;
  log: TransactionLogEntry[];
}
