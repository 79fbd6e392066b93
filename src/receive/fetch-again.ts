/** Fetches a message once more from where it lies: for a redelivery, and for somebody who looks at it. */
import type { FetchedMessage, ReceiveSession } from '../contract/connector-type.js';
import { problemError } from '../contract/problem.js';
import { stillListed } from './choose-heads.js';
import { headerBlock } from './fingerprint.js';
import { cut, type InboundRecord } from './inbound-record.js';
import type { MailParser } from './poll.js';

/**
 * @param record where it lies, and the Message-ID that it had: an account that was changed may have a mailbox with the
 *   same UIDVALIDITY (Exchange counts it from small numbers), where the UID is another message
 * @param options `readOnly`: nothing of the mailbox may change
 * @throws ProblemError `message-gone` (also when UIDVALIDITY changed: the UID means another message now),
 *   `message-unreadable`, and what the session says
 */
export async function fetchAgain(
  session: ReceiveSession,
  record: Pick<InboundRecord, 'mailbox' | 'uidValidity' | 'uid' | 'messageId'>,
  options: { readOnly: boolean; parser: Pick<MailParser, 'parseHeaders'> },
): Promise<FetchedMessage> {
  const { mailbox, uidValidity, uid } = record;
  const gone = problemError('message-gone', { with: { uid, mailbox } });
  const selected = await session.select(mailbox, options);
  if (selected.uidValidity !== uidValidity) throw gone;
  const [fetched] = await session.fetch([uid]);
  if (fetched) {
    if (await isAnother(record, fetched, options.parser)) throw gone;
    return fetched;
  }
  const { listed } = await stillListed(session, [uid]);
  if (listed.length === 0) throw gone;
  throw problemError('message-unreadable', { with: { uid, what: 'FETCH left it out' } });
}

/** Where either has no Message-ID that can be read, nothing is known, and the position decides. */
async function isAnother(
  { messageId }: Pick<InboundRecord, 'messageId'>,
  { source }: FetchedMessage,
  parser: Pick<MailParser, 'parseHeaders'>,
): Promise<boolean> {
  if (messageId === null) return false;
  const head = await parser.parseHeaders(headerBlock(source)).catch(() => undefined);
  return head?.messageId != null && cut(head.messageId) !== messageId;
}
