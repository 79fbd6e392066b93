/** EXPUNGE (RFC 3501 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1). */
import { type Command, textArgument } from '../command-line.js';
import { messagesOf } from '../sequence-set.js';
import type { ImapSession } from '../session.js';
import { type Answer, selectedMailbox } from './answers.js';

export function expunge(session: ImapSession, command: Command): Answer {
  const { mailbox, view } = selectedMailbox(session, true);
  const chosen = command.name === 'UID EXPUNGE' ? messagesOf(textArgument(command, 0), view, true) : view;
  const deleted = chosen.filter((message) => message.flags.has('\\Deleted'));
  mailbox.expunge(new Set(deleted.map((message) => message.uid)));
  return 'OK EXPUNGE completed.';
}
