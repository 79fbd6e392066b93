/** STORE and UID STORE (RFC 3501 §6.4.6); flags that Exchange does not keep are dropped without a word. */
import { firstAtOrAfter } from '../../mail/mailbox.js';
import { type Command, CommandSyntaxError, textArgument } from '../command-line.js';
import { messagesOf } from '../sequence-set.js';
import type { ImapSession } from '../session.js';
import { type Answer, selectedMailbox } from './answers.js';

const KEPT: Readonly<Record<string, string>> = Object.fromEntries(
  ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$MDNSent'].map((flag) => [
    flag.toLowerCase(),
    flag,
  ]),
);

export function store(session: ImapSession, command: Command): Answer {
  const { mailbox, view } = selectedMailbox(session, true);
  const byUid = command.name.startsWith('UID');
  const action = /^([+-]?)FLAGS(\.SILENT)?$/.exec(textArgument(command, 1).toUpperCase());
  if (!action) throw new CommandSyntaxError('Command Argument Error. 11');
  const flags = command.arguments
    .slice(2)
    .flat()
    .flatMap((flag) => KEPT[String(flag).toLowerCase()] ?? []);
  for (const message of messagesOf(textArgument(command, 0), view, byUid)) {
    if (action[1] === '') message.flags.clear();
    for (const flag of flags) {
      if (action[1] === '-') message.flags.delete(flag);
      else message.flags.add(flag);
    }
    if (!action[2]) {
      const uid = byUid ? `UID ${message.uid} ` : '';
      session.send(
        `* ${firstAtOrAfter(view, message.uid) + 1} FETCH (${uid}FLAGS (${[...message.flags].join(' ')}))`,
      );
    }
  }
  mailbox.flagsChanged();
  return 'OK STORE completed.';
}
