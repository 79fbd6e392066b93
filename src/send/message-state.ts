/** What an outbound message's transaction log says: who is still to get it, how often it was tried, when it is due. */
import type { MessageView, TransactionLogEntry } from '../contract/message.js';
import type { SpooledMessage, SpoolHead } from '../storage/spool.js';

/** Attempts that count: outcomes carry the number, a hold the one before it, and a person's retry starts at 0 again. */
export function attemptsOf(log: readonly TransactionLogEntry[]): number {
  return log.findLast((entry) => entry.attempt !== undefined && entry.status !== 'sending')?.attempt ?? 0;
}

/**
 * The recipients that no attempt has settled: not accepted in any, and not refused since a person last asked for a retry.
 */
export function remainingRecipients(
  head: Pick<SpoolHead, 'envelope'>,
  log: readonly TransactionLogEntry[],
): string[] {
  if (!log.some(({ accepted, rejected }) => accepted || rejected)) return [...head.envelope.to];
  const lastAsked = log.findLastIndex((entry) => entry.by !== undefined);
  const settled = new Set([
    ...log.flatMap((entry) => entry.accepted ?? []),
    ...log.slice(lastAsked + 1).flatMap((entry) => (entry.rejected ?? []).map(({ address }) => address)),
  ]);
  return head.envelope.to.filter((address) => !settled.has(address));
}

/** Whether any attempt got the message to somebody. */
export const acceptedByAny = (log: readonly TransactionLogEntry[]): boolean =>
  log.some((entry) => (entry.accepted?.length ?? 0) > 0);

/**
 * Whether the newest word of a message in `sending` is that some recipients took it, and the others certainly have not
 * got it. Of an owner that was late it says nothing of the attempt that began meanwhile, which may be out still.
 */
export function isPartlySent(log: readonly TransactionLogEntry[]): boolean {
  const last = log.at(-1);
  const mark = log.findLast(({ status }) => status === 'sending');
  return last?.status === 'queued' && (last.accepted?.length ?? 0) > 0 && mark?.owner === last.owner;
}

/**
 * When it was to go out: at once, at its time, or when somebody first sent it ahead of that. The first word counts, so that
 * it is one message over all attempts.
 * @returns ms since the epoch
 */
export function plannedAt(
  { sendAt, acceptedAt }: Pick<SpoolHead, 'sendAt' | 'acceptedAt'>,
  log: readonly TransactionLogEntry[],
): number {
  if (sendAt === undefined) return acceptedAt;
  const asked = log.find(({ status, by }) => status === 'queued' && by !== undefined);
  return Math.min(sendAt, asked?.at ?? sendAt);
}

/** When the message is to be tried next; ms since the epoch. */
export function dueAtOf(head: SpoolHead, log: readonly TransactionLogEntry[]): number {
  return log.at(-1)?.retryAt ?? plannedAt(head, log);
}

const OPEN = new Set(['scheduled', 'queued', 'held']);

/** What the API answers for it. */
export function messageView({ head, log, status }: SpooledMessage): MessageView {
  const last = log.at(-1);
  const serverMessageId = log.findLast((entry) => entry.serverMessageId !== undefined)?.serverMessageId;
  return {
    id: head.id,
    connector: head.connector,
    connection: head.connection,
    direction: 'outbound',
    status,
    createdAt: head.acceptedAt,
    messageId: head.messageId,
    ...(serverMessageId !== undefined && { serverMessageId }),
    from: head.envelope.from,
    to: head.envelope.to,
    subject: head.subject,
    size: head.contentBytes,
    ...(head.sendAt !== undefined && { sendAt: head.sendAt }),
    ...(OPEN.has(status) && { nextAttemptAt: dueAtOf(head, log) }),
    attempts: attemptsOf(log),
    ...(last?.problem !== undefined && { problem: last.problem }),
    log,
  };
}
