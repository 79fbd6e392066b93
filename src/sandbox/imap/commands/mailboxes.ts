/** LIST, LSUB, CREATE, DELETE, STATUS and the subscriptions that Exchange only pretends (RFC 3501 §6.3). */
import type { Mailbox } from '../../mail/mailbox.js';
import { type Command, CommandSyntaxError, quoted, textArgument } from '../command-line.js';
import type { ImapSession } from '../session.js';
import { type Answer, ImapRefusal } from './answers.js';

export function mailboxOf(session: ImapSession, name: string): Mailbox | undefined {
  return session.user && session.context.store.find(session.user, name);
}

export function list(session: ImapSession, command: Command): Answer {
  const pattern = textArgument(command, 0) + textArgument(command, 1);
  if (!pattern) session.send(`* ${command.name} (\\Noselect) "/" ""`);
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const wanted = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('%', '[^/]*')}$`, 'i');
  const mailboxes = session.user ? session.context.store.list(session.user) : [];
  const paths = mailboxes.map((mailbox) => mailbox.path);
  for (const path of paths) {
    const parent = paths.some((other) => other.startsWith(`${path}/`));
    if (wanted.test(path))
      session.send(`* ${command.name} (${parent ? '\\HasChildren' : '\\HasNoChildren'}) "/" ${quoted(path)}`);
  }
  return `OK ${command.name} completed.`;
}

export function create(session: ImapSession, command: Command): Answer {
  const name = textArgument(command, 0).replace(/\/$/, '');
  if (mailboxOf(session, name)) throw new ImapRefusal(`NO Mailbox already exists.`);
  if (session.user) session.context.store.create(session.user, name);
  return 'OK CREATE completed.';
}

export function remove(session: ImapSession, command: Command): Answer {
  const name = textArgument(command, 0);
  if (!mailboxOf(session, name) || name.toUpperCase() === 'INBOX')
    throw new ImapRefusal(`NO ${name} doesn't exist.`);
  if (session.user) session.context.store.remove(session.user, name);
  return 'OK DELETE completed.';
}

export function subscribe(_session: ImapSession, command: Command): Answer {
  return `OK ${command.name} completed.`;
}

export function status(session: ImapSession, command: Command): Answer {
  const mailbox = mailboxOf(session, textArgument(command, 0));
  if (!mailbox) throw new ImapRefusal(`NO ${textArgument(command, 0)} doesn't exist.`);
  const items = command.arguments[1];
  if (!Array.isArray(items)) throw new CommandSyntaxError('Command Argument Error. 11');
  const messages = mailbox.messages();
  const values: Readonly<Record<string, () => number>> = {
    MESSAGES: () => messages.length,
    RECENT: () => 0,
    UIDNEXT: () => mailbox.uidNext,
    UIDVALIDITY: () => mailbox.uidValidity,
    UNSEEN: () => messages.filter((message) => !message.flags.has('\\Seen')).length,
  };
  const answers = items.map((item) => {
    const name = String(item).toUpperCase();
    const value = values[name];
    if (!value) throw new CommandSyntaxError('Command Argument Error. 11');
    return `${name} ${value()}`;
  });
  session.send(`* STATUS ${quoted(mailbox.path)} (${answers.join(' ')})`);
  return 'OK STATUS completed.';
}
