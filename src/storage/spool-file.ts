/**
 * The file format of the spool, one file per outbound message:
 *   one JSON line (the head), exactly `contentBytes` bytes of MIME content, a newline,
 *   then the transaction log: entries of one JSON line each, every one with a newline before and after it.
 * The newline before an entry closes a line that a crash tore; lines that do not parse are passed over.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ConnectionId, ConnectorId, MessageId } from '../contract/ids.js';
import type { Envelope, OutboundStatus, TransactionLogEntry } from '../contract/message.js';
import { problemError } from '../contract/problem.js';

/** What is known of a message when it is accepted; never changes. */
export interface SpoolHead {
  id: MessageId;
  connector: ConnectorId;
  connection: ConnectionId;
  envelope: Envelope;
  /** The proposed Message-ID, with its angle brackets. */
  messageId: string;
  subject: string;
  /** ms since the epoch */
  acceptedAt: number;
  /** Not before; ms since the epoch. */
  sendAt?: number;
  contentBytes: number;
  /** Of the content, hex. */
  sha256: string;
}

/** What accept() is given; size and digest of the content are added to it. */
export type NewSpoolHead = Omit<SpoolHead, 'contentBytes' | 'sha256'>;

/** Where a message's file lies: active and waiting, active and in flight or unsettled, or ended. */
export type SpoolPlace = 'waiting' | 'sending' | 'done';

const FIRST_READ_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** Buffers for a first read, which the next ones use again: 64 KB for each message would be much to clear away. */
const spareBuffers: Buffer[] = [];
const MOST_SPARE_BUFFERS = 8;

const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const encodedEntry = (entry: TransactionLogEntry): string => `\n${JSON.stringify(entry)}\n`;

/** Adds an entry to a file that is open for appending; not synced. */
export async function appendEntry(file: FileHandle, entry: TransactionLogEntry): Promise<void> {
  let rest = Buffer.from(encodedEntry(entry));
  // A disk that is nearly full takes a part, and says at the next that it is full.
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten);
}

/** Contents up to this size are copied to be written at once. */
const SMALL_BYTES = 1024 * 1024;

/** A new file, in the parts to write one after the other. */
export function encodedMessage(given: NewSpoolHead, content: Uint8Array): Uint8Array[] {
  const head: SpoolHead = { ...given, contentBytes: content.byteLength, sha256: sha256Of(content) };
  const status = (head.sendAt ?? 0) > head.acceptedAt ? 'scheduled' : 'queued';
  const first = encodedEntry({ at: head.acceptedAt, status });
  const parts = [Buffer.from(`${JSON.stringify(head)}\n`), content, Buffer.from(first)];
  return content.byteLength <= SMALL_BYTES ? [Buffer.concat(parts)] : parts;
}

/** A head and a log, and where the content lies between them. */
export interface SpoolFileParts {
  head: SpoolHead;
  log: TransactionLogEntry[];
  contentStart: number;
  /** Of the whole file when it was read; bytes. */
  size: number;
  /** The content, where the file is so small that it was read with the rest. */
  content: Buffer | undefined;
}

/**
 * Reads head and log, and the content only of a small file.
 * @throws SyntaxError when the file has no readable head
 */
export async function readParts(file: FileHandle): Promise<SpoolFileParts> {
  const { size } = await file.stat();
  let start: Buffer = Buffer.alloc(0);
  let headEnd = -1;
  for (let wanted = FIRST_READ_BYTES; headEnd === -1 && start.length < size; wanted *= 4) {
    start = await readRange(file, 0, Math.min(wanted, size));
    headEnd = start.indexOf(NEWLINE);
  }
  const head: unknown = JSON.parse(start.toString('utf8', 0, Math.max(0, headEnd)));
  if (!isHead(head)) throw new SyntaxError('the first line is no head of a message');
  const contentStart = headEnd + 1;
  const logStart = contentStart + head.contentBytes;
  if (start.length >= size) return wholeParts(start, { head, contentStart });
  const tail = await readRange(file, logStart, Math.max(0, size - logStart));
  return { head, log: parsedLog(tail.toString('utf8')), contentStart, size, content: undefined };
}

/**
 * The same of a file that is about to be marked, mostly in one read instead of two calls: one that brings less than it
 * might is taken for the whole file where the log that it brings ends with a line. Should a disk have kept back what
 * follows, the file is larger than `size` says, which the mark looks at before DATA (law 3).
 */
export async function readPartsToMark(file: FileHandle): Promise<SpoolFileParts> {
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(FIRST_READ_BYTES);
  const { bytesRead } = await file.read(buffer, 0, FIRST_READ_BYTES, 0);
  const start = Buffer.allocUnsafe(bytesRead);
  buffer.copy(start, 0, 0, bytesRead);
  if (spareBuffers.length < MOST_SPARE_BUFFERS) spareBuffers.push(buffer);
  const contentStart = start.indexOf(NEWLINE) + 1;
  if (bytesRead < FIRST_READ_BYTES && contentStart > 0) {
    const head: unknown = JSON.parse(start.toString('utf8', 0, contentStart - 1));
    const hasLog = isHead(head) && bytesRead > contentStart + head.contentBytes;
    if (hasLog && start.at(-1) === NEWLINE) return wholeParts(start, { head, contentStart });
  }
  return readParts(file);
}

function wholeParts(
  file: Buffer,
  { head, contentStart }: { head: SpoolHead; contentStart: number },
): SpoolFileParts {
  const logStart = contentStart + head.contentBytes;
  return {
    head,
    log: parsedLog(file.toString('utf8', logStart)),
    contentStart,
    size: file.length,
    content: file.subarray(contentStart, logStart),
  };
}

const isHead = (value: unknown): value is SpoolHead =>
  typeof value === 'object' &&
  value !== null &&
  'contentBytes' in value &&
  Number.isSafeInteger(value.contentBytes) &&
  'envelope' in value;

/** Reads `length` bytes from `position`, fewer at the end of the file. */
export async function readRange(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * The content, checked.
 * @throws ProblemError `spool-damaged`
 */
export async function readContent(file: FileHandle, parts: SpoolFileParts): Promise<Buffer> {
  const { head, contentStart } = parts;
  const content = parts.content ?? (await readRange(file, contentStart, head.contentBytes));
  if (sha256Of(content) !== head.sha256) throw problemError('spool-damaged', { with: { id: head.id } });
  return content;
}

function parsedLog(text: string): TransactionLogEntry[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [JSON.parse(line) as TransactionLogEntry];
    } catch {
      return []; // torn by a crash
    }
  });
}

const WAITING: ReadonlySet<string> = new Set(['scheduled', 'queued', 'held']);
const ENDED: ReadonlySet<string> = new Set(['sent', 'failed', 'cancelled']);

/**
 * The status of a message, from its place and its log. The place wins where a crash came between move and line; a `sent`
 * anywhere is final: the reply came, if late, after others had called the message uncertain, retried or cancelled it.
 */
export function statusOf(place: SpoolPlace, log: readonly TransactionLogEntry[]): OutboundStatus {
  if (log.some(({ status }) => status === 'sent')) return 'sent';
  const last = log.at(-1)?.status ?? 'queued';
  switch (place) {
    case 'waiting':
      return WAITING.has(last) ? (last as OutboundStatus) : 'queued';
    case 'sending':
      return last === 'uncertain' || ENDED.has(last) ? (last as OutboundStatus) : 'sending';
    case 'done':
      return (log.findLast(({ status }) => ENDED.has(status))?.status as OutboundStatus) ?? 'cancelled';
  }
}

/**
 * What another owner has learned of its attempt: somebody has the message. Where some do, and whoever marks it now had
 * read it before that, the message stays in `sending` with that line last, and the next look goes on with the others.
 */
export function lateWord(
  log: readonly TransactionLogEntry[],
  known: readonly TransactionLogEntry[],
): 'sent' | 'partly sent' | undefined {
  if (log.some(({ status }) => status === 'sent')) return 'sent';
  return log.slice(known.length).some(({ accepted }) => accepted?.length) ? 'partly sent' : undefined;
}
