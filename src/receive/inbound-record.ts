/** What is kept of an inbound message: where it lies, how to recognise it in a list, and what became of it. Never its content. */
import type { MessageId } from '../contract/ids.js';
import type {
  InboundMessage,
  InboundStatus,
  MailboxPosition,
  ParsedMessage,
  TransactionLogEntry,
} from '../contract/message.js';

/** Lists need a hint of the message, and each record costs memory in Redis. */
const MOST_CHARACTERS = 120;
const MOST_RECIPIENTS = 3;
const MOST_LOG_ENTRIES = 20;

export interface InboundRecord extends MailboxPosition {
  id: MessageId;
  status: InboundStatus;
  /** When it last changed; ms since the epoch. */
  at: number;
  /** When it was first handed over, or tried to; ms since the epoch. */
  since: number;
  messageId: string | null;
  from: string;
  to: string[];
  subject: string;
  /** bytes */
  size: number;
  attempts: number;
  log: TransactionLogEntry[];
}

/** As a record has it. */
export const cut = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;

/** A record before its first log entry. */
export function newRecord(
  message: MailboxPosition & Pick<InboundMessage, 'id' | 'size'>,
  parsed: ParsedMessage | undefined,
  at: number,
): InboundRecord {
  return {
    id: message.id,
    mailbox: message.mailbox,
    uidValidity: message.uidValidity,
    uid: message.uid,
    status: 'pending',
    at,
    since: at,
    messageId: parsed?.messageId ? cut(parsed.messageId) : null,
    from: cut(parsed?.from[0]?.address ?? ''),
    to: (parsed?.to ?? []).slice(0, MOST_RECIPIENTS).map(({ address }) => cut(address)),
    subject: cut(parsed?.subject ?? ''),
    size: message.size,
    attempts: 0,
    log: [],
  };
}

/** The record after a step of its life. */
export function withStep(record: InboundRecord, step: TransactionLogEntry): InboundRecord {
  const status = step.status as InboundStatus;
  return {
    ...record,
    status,
    at: step.at,
    attempts: step.attempt ?? record.attempts,
    log: [...record.log, step].slice(-MOST_LOG_ENTRIES),
  };
}

export const recordJson = (record: InboundRecord): string => JSON.stringify(record);

export const readRecord = (json: string): InboundRecord => JSON.parse(json) as InboundRecord;
