import { describe, expect, it } from 'vitest';
import { CommandSyntaxError, parseCommand } from '../../../src/sandbox/imap/command-line.js';
import { messagesOf, uidSet } from '../../../src/sandbox/imap/sequence-set.js';
import { createMailbox } from '../../../src/sandbox/mail/mailbox.js';

const parse = (...text: string[]) => parseCommand({ text, literals: [] });

describe('an IMAP command line', () => {
  it('is tag, name and arguments', () => {
    expect(parse('A1 SELECT "My \\"own\\" box"')).toEqual({
      tag: 'A1',
      name: 'SELECT',
      arguments: ['My "own" box'],
    });
    expect(parse('7 NOOP')).toEqual({ tag: '7', name: 'NOOP', arguments: [] });
  });

  it('counts UID and its verb as one name', () => {
    expect(parse('b uid fetch 1:* (UID BODY.PEEK[])')).toEqual({
      tag: 'b',
      name: 'UID FETCH',
      arguments: ['1:*', ['UID', 'BODY.PEEK[]']],
    });
  });

  it('keeps a section with its field names and its partial together', () => {
    expect(parse('c FETCH 1 (BODY.PEEK[HEADER.FIELDS (From To)]<0.10> FLAGS)').arguments[1]).toEqual([
      'BODY.PEEK[HEADER.FIELDS (From To)]<0.10>',
      'FLAGS',
    ]);
  });

  it('puts literals where they stood', () => {
    const literal = Buffer.from('a\r\nb');
    expect(
      parseCommand({ text: ['d APPEND ', ' (\\Seen) ', ''], literals: [Buffer.from('INBOX'), literal] })
        .arguments,
    ).toEqual([Buffer.from('INBOX'), ['\\Seen'], literal]);
  });

  it.each(['', 'onlytag', 'a FETCH 1 (FLAGS', 'a FETCH 1 FLAGS)', 'a SELECT "open', 'a FETCH 1 BODY['])(
    'refuses %j',
    (line) => {
      expect(() => parse(line)).toThrow(CommandSyntaxError);
    },
  );
});

describe('a sequence set', () => {
  const mailbox = createMailbox('INBOX', { now: () => 0 });
  for (let index = 0; index < 6; index += 1) mailbox.store(Buffer.from(''));
  mailbox.expunge(new Set([2, 3]));
  const view = mailbox.messages();
  const uids = (set: string, byUid: boolean) => messagesOf(set, view, byUid).map(({ uid }) => uid);

  it('names messages by UID', () => {
    expect(uids('1:*', true)).toEqual([1, 4, 5, 6]);
    expect(uids('2:3', true)).toEqual([]);
    expect(uids('5,1,5', true)).toEqual([1, 5]);
    expect(uids('4:1', true)).toEqual([1, 4]);
  });

  it('names the last message by * even below the range', () => {
    expect(uids('900:*', true)).toEqual([6]);
  });

  it('names messages by number', () => {
    expect(uids('2:3', false)).toEqual([4, 5]);
    expect(uids('*', false)).toEqual([6]);
  });

  it('is refused when it is none', () => {
    expect(() => uids('1:x', true)).toThrow(CommandSyntaxError);
  });

  it('is written in its shortest form', () => {
    expect(uidSet([3, 4, 5, 9])).toBe('3:5,9');
  });
});
