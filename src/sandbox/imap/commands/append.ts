/** APPEND (RFC 3501 §6.3.11) with APPENDUID (RFC 4315 §3). */
import { type Command, CommandSyntaxError, textArgument } from '../command-line.js';
import type { ImapSession } from '../session.js';
import { type Answer, ImapRefusal } from './answers.js';
import { mailboxOf } from './mailboxes.js';

export function append(session: ImapSession, command: Command): Answer {
  const mailbox = mailboxOf(session, textArgument(command, 0));
  if (!mailbox) throw new ImapRefusal('NO [TRYCREATE] The requested item could not be found.');
  const content = command.arguments.at(-1);
  if (!Buffer.isBuffer(content)) throw new CommandSyntaxError('Command Argument Error. 11');
  const flags = command.arguments.find(Array.isArray)?.map(String) ?? [];
  const message = mailbox.store(content, { flags });
  return `OK [APPENDUID ${mailbox.uidValidity} ${message.uid}] APPEND completed.`;
}
