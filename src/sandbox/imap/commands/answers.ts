/** What a command does: sends its untagged lines itself and returns the tagged answer without the tag. */
import type { Command } from '../command-line.js';
import type { ImapSession, Selected } from '../session.js';

export type Answer = string | undefined;
export type CommandHandler = (session: ImapSession, command: Command) => Answer | Promise<Answer>;

/** A refusal in words for the client: `NO …` or `BAD …`. */
export class ImapRefusal extends Error {
  override readonly name = 'ImapRefusal';
}

/** @throws ImapRefusal when no mailbox is selected, or one only to be read and `toWrite` asks for more */
export function selectedMailbox(session: ImapSession, toWrite = false): Selected {
  if (!session.selected) throw new ImapRefusal('BAD Command received in Invalid state.');
  if (toWrite && session.selected.readOnly) throw new ImapRefusal('NO Mailbox is read-only.');
  return session.selected;
}
