/** SELECT and EXAMINE (RFC 3501 §6.3.1), CLOSE (§6.4.2) and UNSELECT (RFC 3691). */
import { type Command, textArgument } from '../command-line.js';
import type { ImapSession } from '../session.js';
import { type Answer, ImapRefusal, selectedMailbox } from './answers.js';
import { mailboxOf } from './mailboxes.js';

const FLAGS = '\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent';

export function select(session: ImapSession, command: Command): Answer {
  session.selected = undefined;
  const mailbox = mailboxOf(session, textArgument(command, 0));
  if (!mailbox) throw new ImapRefusal(`NO ${textArgument(command, 0)} doesn't exist.`);
  const readOnly = command.name === 'EXAMINE';
  const view = [...mailbox.messages()];
  session.selected = { mailbox, readOnly, view, expungesSeen: mailbox.expunges };
  session.send(`* ${view.length} EXISTS`);
  session.send('* 0 RECENT');
  session.send(`* FLAGS (${FLAGS})`);
  // No \* : Exchange keeps no custom keywords.
  session.send(`* OK [PERMANENTFLAGS (${readOnly ? '' : FLAGS})] Permanent flags`);
  const unseen = view.findIndex((message) => !message.flags.has('\\Seen'));
  if (unseen !== -1) session.send(`* OK [UNSEEN ${unseen + 1}] Is the first unseen message`);
  session.send(`* OK [UIDVALIDITY ${mailbox.uidValidity}] UIDVALIDITY value`);
  session.send(`* OK [UIDNEXT ${mailbox.uidNext}] The next unique identifier value`);
  return readOnly ? 'OK [READ-ONLY] EXAMINE completed.' : 'OK [READ-WRITE] SELECT completed.';
}

export function close(session: ImapSession): Answer {
  const { mailbox, readOnly } = selectedMailbox(session);
  session.selected = undefined;
  if (!readOnly) {
    const deleted = mailbox.messages().filter((message) => message.flags.has('\\Deleted'));
    mailbox.expunge(new Set(deleted.map((message) => message.uid)));
  }
  return 'OK CLOSE completed.';
}

export function unselect(session: ImapSession): Answer {
  selectedMailbox(session);
  session.selected = undefined;
  return 'OK UNSELECT completed.';
}
