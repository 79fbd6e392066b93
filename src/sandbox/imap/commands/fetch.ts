/** FETCH and UID FETCH (RFC 3501 §6.4.5): whole messages, headers, partial content; structure only in outline. */
import { firstAtOrAfter, type StoredMessage } from '../../mail/mailbox.js';
import { type Argument, type Command, CommandSyntaxError, textArgument } from '../command-line.js';
import { messagesOf } from '../sequence-set.js';
import type { ImapSession } from '../session.js';
import { type Answer, selectedMailbox } from './answers.js';
import { bodyStructure, envelope } from './envelope.js';
import { readSection } from './section.js';

const MACROS: Readonly<Record<string, string[]>> = {
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

/** One data item of one message: text, or bytes that go as a literal after their name. */
type Item = (message: StoredMessage) => string | { name: string; literal: Buffer };

export async function fetch(session: ImapSession, command: Command): Promise<Answer> {
  const selected = selectedMailbox(session);
  const byUid = command.name.startsWith('UID');
  const names = itemNames(command.arguments[1]);
  if (byUid && !names.includes('UID')) names.unshift('UID');
  const items = names.map(readItem);
  const marksSeen = !selected.readOnly && names.some((name) => /^(BODY\[|RFC822$|RFC822\.TEXT$)/.test(name));
  const messages = messagesOf(textArgument(command, 0), selected.view, byUid);
  for (const message of messages) {
    if (marksSeen && !message.flags.has('\\Seen')) {
      message.flags.add('\\Seen');
      selected.mailbox.flagsChanged();
    }
    const number = firstAtOrAfter(selected.view, message.uid) + 1;
    session.sendBytes(response(number, message, items));
    await session.drained();
  }
  return 'OK FETCH completed.';
}

function itemNames(argument: Argument | undefined): string[] {
  const list = Array.isArray(argument) ? argument : [argument];
  return list.flatMap((item) => {
    if (typeof item !== 'string') throw new CommandSyntaxError('Command Argument Error. 11');
    const name = item.toUpperCase();
    return MACROS[name] ?? [name];
  });
}

function response(number: number, message: StoredMessage, items: readonly Item[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`* ${number} FETCH (`)];
  items.forEach((item, index) => {
    const value = item(message);
    const gap = index === 0 ? '' : ' ';
    if (typeof value === 'string') parts.push(Buffer.from(`${gap}${value}`));
    else parts.push(Buffer.from(`${gap}${value.name} {${value.literal.length}}\r\n`), value.literal);
  });
  parts.push(Buffer.from(')\r\n'));
  return Buffer.concat(parts);
}

const SIMPLE_ITEMS: Readonly<Record<string, Item>> = {
  UID: (message) => `UID ${message.uid}`,
  FLAGS: (message) => `FLAGS (${[...message.flags].join(' ')})`,
  INTERNALDATE: (message) => `INTERNALDATE "${internalDate(message.internalDate)}"`,
  'RFC822.SIZE': (message) => `RFC822.SIZE ${message.content.length}`,
  ENVELOPE: (message) => `ENVELOPE ${envelope(message.content)}`,
  BODY: (message) => `BODY ${bodyStructure(message.content)}`,
  BODYSTRUCTURE: (message) => `BODYSTRUCTURE ${bodyStructure(message.content)}`,
  RFC822: (message) => ({ name: 'RFC822', literal: message.content }),
  'RFC822.HEADER': (message) => ({ name: 'RFC822.HEADER', literal: readSection(message.content, 'HEADER') }),
  'RFC822.TEXT': (message) => ({ name: 'RFC822.TEXT', literal: readSection(message.content, 'TEXT') }),
};

function readItem(name: string): Item {
  const simple = SIMPLE_ITEMS[name];
  if (simple) return simple;
  const body = /^BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)(?:\.(\d+))?>)?$/.exec(name);
  if (!body) throw new CommandSyntaxError('Command Argument Error. 11');
  const section = body[1] ?? '';
  const origin = body[2] === undefined ? undefined : Number(body[2]);
  const count = body[3] === undefined ? undefined : Number(body[3]);
  const answeredAs = `BODY[${section}]${origin === undefined ? '' : `<${origin}>`}`;
  return ({ content }) => {
    const whole = readSection(content, section);
    const literal =
      origin === undefined ? whole : whole.subarray(origin, count === undefined ? undefined : origin + count);
    return { name: answeredAs, literal };
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21-Nov-2026 09:30:00 +0000` (RFC 3501 §9 date-time). */
function internalDate(atMs: number): string {
  const date = new Date(atMs);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${day}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000`;
}
