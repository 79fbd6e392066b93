/** SEARCH and UID SEARCH (RFC 3501 §6.4.4), the keys that a polling client needs; US-ASCII only, as Exchange. */
import { headerField, headerLength } from '../../mail/headers.js';
import type { StoredMessage } from '../../mail/mailbox.js';
import { type Argument, type Command, CommandSyntaxError } from '../command-line.js';
import { messagesOf } from '../sequence-set.js';
import type { ImapSession } from '../session.js';
import { type Answer, ImapRefusal, selectedMailbox } from './answers.js';

type Test = (message: StoredMessage) => boolean;

const FLAG_KEYS: Readonly<Record<string, string>> = {
  SEEN: '\\Seen',
  ANSWERED: '\\Answered',
  FLAGGED: '\\Flagged',
  DELETED: '\\Deleted',
  DRAFT: '\\Draft',
};

export function search(session: ImapSession, command: Command): Answer {
  const { view } = selectedMailbox(session);
  const keys = [...command.arguments];
  if (String(keys[0]).toUpperCase() === 'CHARSET') {
    if (String(keys[1]).toUpperCase() !== 'US-ASCII')
      throw new ImapRefusal('NO [BADCHARSET (US-ASCII)] The specified charset is not supported.');
    keys.splice(0, 2);
  }
  const tests: Test[] = [];
  while (keys.length > 0) tests.push(readKey(keys, view));
  const byUid = command.name.startsWith('UID');
  const found: number[] = [];
  view.forEach((message, index) => {
    if (tests.every((test) => test(message))) found.push(byUid ? message.uid : index + 1);
  });
  session.send(`* SEARCH${found.length > 0 ? ` ${found.join(' ')}` : ''}`);
  return 'OK SEARCH completed.';
}

/** Takes one key with its arguments off the front. */
function readKey(keys: Argument[], view: readonly StoredMessage[]): Test {
  const key = keys.shift();
  if (Array.isArray(key)) {
    const inner = [...key];
    const tests: Test[] = [];
    while (inner.length > 0) tests.push(readKey(inner, view));
    return (message) => tests.every((test) => test(message));
  }
  const name = String(key).toUpperCase();
  const flag = FLAG_KEYS[name.replace(/^UN/, '')];
  if (flag) return (message) => message.flags.has(flag) !== name.startsWith('UN');
  if (/^[\d*]/.test(name)) return memberOf(messagesOf(name, view, false));
  const text = (): string => {
    const argument = keys.shift();
    if (argument === undefined || Array.isArray(argument))
      throw new CommandSyntaxError('Command Argument Error. 11');
    return argument.toString();
  };
  switch (name) {
    case 'ALL':
    case 'OLD':
      return () => true;
    case 'NEW':
    case 'RECENT':
      return () => false;
    case 'UID':
      return memberOf(messagesOf(text(), view, true));
    case 'NOT': {
      const test = readKey(keys, view);
      return (message) => !test(message);
    }
    case 'OR': {
      const left = readKey(keys, view);
      const right = readKey(keys, view);
      return (message) => left(message) || right(message);
    }
    case 'FROM':
    case 'TO':
    case 'CC':
    case 'SUBJECT':
      return fieldContains(name, text());
    case 'HEADER':
      return fieldContains(text(), text());
    case 'TEXT':
    case 'BODY':
      return contentContains(text(), name === 'BODY');
    case 'SINCE':
    case 'BEFORE':
    case 'ON':
      return dated(name, text());
    case 'LARGER':
    case 'SMALLER': {
      const size = Number(text());
      return (message) => (name === 'LARGER' ? message.content.length > size : message.content.length < size);
    }
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const keyword = text();
      return (message) => message.flags.has(keyword) === (name === 'KEYWORD');
    }
    default:
      throw new CommandSyntaxError('Command Argument Error. 11');
  }
}

function memberOf(messages: readonly StoredMessage[]): Test {
  const members = new Set(messages);
  return (message) => members.has(message);
}

function fieldContains(field: string, text: string): Test {
  const wanted = text.toLowerCase();
  return (message) => headerField(message.content, field)?.toLowerCase().includes(wanted) === true;
}

function contentContains(text: string, bodyOnly: boolean): Test {
  const wanted = text.toLowerCase();
  return ({ content }) =>
    content
      .subarray(bodyOnly ? headerLength(content) : 0)
      .toString()
      .toLowerCase()
      .includes(wanted);
}

/** Dates compare by day (RFC 3501 §6.4.4); the sandbox lives in UTC. */
function dated(name: string, date: string): Test {
  const day = Date.parse(`${date.replaceAll('-', ' ')} UTC`);
  if (Number.isNaN(day)) throw new CommandSyntaxError('Command Argument Error. 11');
  const next = day + 86_400_000;
  if (name === 'SINCE') return (message) => message.internalDate >= day;
  if (name === 'BEFORE') return (message) => message.internalDate < day;
  return (message) => message.internalDate >= day && message.internalDate < next;
}
