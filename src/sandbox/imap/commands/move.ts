/** COPY (RFC 3501 §6.4.7) and MOVE (RFC 6851), with the COPYUID of UIDPLUS (RFC 4315 §3). */
import { type Command, textArgument } from '../command-line.js';
import { messagesOf, uidSet } from '../sequence-set.js';
import type { ImapSession } from '../session.js';
import { type Answer, ImapRefusal, selectedMailbox } from './answers.js';
import { mailboxOf } from './mailboxes.js';

export function copyOrMove(session: ImapSession, command: Command): Answer {
  const verb = command.name.replace('UID ', '');
  const { mailbox, view } = selectedMailbox(session, verb === 'MOVE');
  const target = mailboxOf(session, textArgument(command, 1));
  if (!target) throw new ImapRefusal('NO [TRYCREATE] The requested item could not be found.');
  const messages = messagesOf(textArgument(command, 0), view, command.name.startsWith('UID'));
  // Messages that another session expunged are still in the view, yet can no longer be copied.
  const present = messages.filter((message) => mailbox.find(message.uid) === message);
  const copies = present.map(({ content, flags, internalDate }) =>
    target.store(content, { flags, internalDate }),
  );
  if (copies.length === 0) return `OK ${verb} completed.`;
  const from = uidSet(present.map((message) => message.uid));
  const to = uidSet(copies.map((message) => message.uid));
  const copyUid = `[COPYUID ${target.uidValidity} ${from} ${to}]`;
  if (verb === 'COPY') return `OK ${copyUid} COPY completed.`;
  session.send(`* OK ${copyUid}`);
  mailbox.expunge(new Set(present.map((message) => message.uid)));
  return 'OK MOVE completed.';
}
