/** What the spool is to those who use it: its messages, and what can be done with them. */
import type { ConnectionId, MessageId } from '../contract/ids.js';
import type { OutboundStatus, TransactionLogEntry } from '../contract/message.js';
import type { RedisClient } from './redis.js';
import type { NewSpoolHead, SpoolHead, SpoolPlace } from './spool-file.js';
import type { PurgedMessage } from './spool-purge.js';

/** A message without its content. */
export interface SpooledMessage {
  head: SpoolHead;
  log: TransactionLogEntry[];
  status: OutboundStatus;
  place: SpoolPlace;
}

export interface SpoolEntry {
  connection: ConnectionId;
  id: MessageId;
  place: 'waiting' | 'sending';
}

export interface Spool {
  /**
   * Makes a message durable: when this resolves, it survives a power failure. Its log begins with `queued`, or
   * `scheduled` where sendAt lies ahead.
   * @throws ProblemError `storage-unavailable`; nothing is left behind then
   */
  accept(head: NewSpoolHead, content: Uint8Array): Promise<void>;
  /**
   * The durable mark before DATA; synced when this resolves. The entry (status `sending`, with attempt and owner) is
   * written, and synced with the next one.
   * @returns false when it is not waiting any more: another process won, it was cancelled, or it turns out to be sent
   */
  markSending(connection: ConnectionId, id: MessageId, entry: TransactionLogEntry): Promise<boolean>;
  /**
   * Records a step and moves the message. `to: 'done'` for sent, failed; `'waiting'` for a retry or held;
   * `'sending'` for uncertain. A message that lies elsewhere meanwhile gets the line there; a final one is moved from
   * wherever it is, so that a late `sent` settles an uncertain, requeued or cancelled message.
   * @returns false when there is no such message
   * @throws ProblemError `storage-unavailable`
   */
  record(
    connection: ConnectionId,
    id: MessageId,
    entry: TransactionLogEntry,
    options: { to: SpoolPlace },
  ): Promise<boolean>;
  /** Ends a scheduled, queued, held or uncertain message. @returns false when its status is another one (meanwhile) */
  cancel(connection: ConnectionId, id: MessageId, entry: TransactionLogEntry): Promise<boolean>;
  /** Lets a failed or uncertain message wait again. @returns false when its status is another one (meanwhile) */
  requeue(connection: ConnectionId, id: MessageId, entry: TransactionLogEntry): Promise<boolean>;
  /**
   * Reads head and log.
   * @param connection narrows the search where it is known
   * @param endedOn ms since the epoch: a day on which it may well have ended, where it is looked for first
   * @returns `undefined` where there is none, or none that can be read
   */
  read(id: MessageId, connection?: ConnectionId, endedOn?: number): Promise<SpooledMessage | undefined>;
  /**
   * The whole content, checked against its digest.
   * @throws ProblemError `spool-damaged`
   */
  content(id: MessageId, connection?: ConnectionId): Promise<Buffer | undefined>;
  /** Head, log and checked content in one look. @throws ProblemError `spool-damaged` */
  load(id: MessageId, connection?: ConnectionId): Promise<(SpooledMessage & { content: Buffer }) | undefined>;
  /** The active messages of one connection, oldest first. */
  entries(connection: ConnectionId): Promise<SpoolEntry[]>;
  /** Every active message, connection by connection. */
  scan(): AsyncIterable<SpoolEntry>;
  /** Deletes what ended longer ago, at most some thousands a call. @returns what was deleted */
  purge(olderThanMs: number): Promise<PurgedMessage[]>;
  /**
   * Checks that this directory is the one that all processes on this Redis use.
   * @throws ProblemError `spool-not-shared`
   */
  checkShared(redis: RedisClient): Promise<void>;
  /** Writes, syncs and removes a small file: whether a message could be accepted now. @throws ProblemError `storage-unavailable` */
  checkWritable(): Promise<void>;
  /** Closes what is still open; messages in flight stay as they are. */
  close(): Promise<void>;
}
