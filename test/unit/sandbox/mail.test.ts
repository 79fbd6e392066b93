import { describe, expect, it } from 'vitest';
import { addressesOf, headerField, replaceField } from '../../../src/sandbox/mail/headers.js';
import { createMailbox } from '../../../src/sandbox/mail/mailbox.js';
import { encodeMailboxName } from '../../../src/sandbox/mail/mailbox-name.js';
import { readXoauth2 } from '../../../src/sandbox/mail/xoauth2.js';
import { createMailboxLimits } from '../../../src/sandbox/smtp/mailbox-limits.js';

const FOLDED = Buffer.from('message-id:\r\n <old@x>\r\nSubject: a\r\n b\r\n\r\nMessage-ID: in the body\r\n');

describe('header fields', () => {
  it('are read unfolded', () => {
    expect(headerField(FOLDED, 'Subject')).toBe('a b');
    expect(headerField(FOLDED, 'Message-ID')).toBe('<old@x>');
  });

  it('are replaced in the header only', () => {
    expect(replaceField(FOLDED, 'Message-ID', '<new@y>').toString()).toBe(
      'Message-ID: <new@y>\r\nSubject: a\r\n b\r\n\r\nMessage-ID: in the body\r\n',
    );
  });

  it('hold addresses with commas in their names', () => {
    expect(addressesOf('"Doe, Jane" <jane@x.example>, bob@y.example')).toEqual([
      { name: 'Doe, Jane', address: 'jane@x.example' },
      { name: undefined, address: 'bob@y.example' },
    ]);
  });
});

describe('a mailbox', () => {
  it('never gives a UID twice, until UIDVALIDITY changes', () => {
    const mailbox = createMailbox('INBOX', { now: () => 0 });
    mailbox.store(Buffer.from('a'));
    mailbox.store(Buffer.from('b'));
    mailbox.expunge(new Set([2]));
    expect(mailbox.store(Buffer.from('c')).uid).toBe(3);
    const before = mailbox.uidValidity;
    mailbox.renumber();
    expect(mailbox.uidValidity).not.toBe(before);
    expect(mailbox.messages().map(({ uid, content }) => [uid, content.toString()])).toEqual([
      [1, 'a'],
      [2, 'c'],
    ]);
  });

  it('is named in modified UTF-7', () => {
    expect(encodeMailboxName('Entwürfe & mehr/台北')).toBe('Entw&APw-rfe &- mehr/&U,BTFw-');
  });
});

describe('the XOAUTH2 string', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  it('names user and token', () => {
    expect(readXoauth2(encode('user=a@b\u0001auth=Bearer tok\u0001\u0001'))).toEqual({
      user: 'a@b',
      accessToken: 'tok',
    });
  });
  it.each(['', 'user=a@b', 'user=a@b\u0001auth=Bearer t\u0001', 'auth=Bearer t\u0001user=a\u0001\u0001'])(
    'is refused as %j',
    (text) => {
      expect(readXoauth2(encode(text))).toBeUndefined();
    },
  );
});

describe('limits of a mailbox', () => {
  it('allow so many messages in any sixty seconds', () => {
    let now = 0;
    const limits = createMailboxLimits(
      { now: () => now },
      { smtpConnections: undefined, messagesPerMinute: 2 },
    );
    expect([limits.takeMessage('m'), limits.takeMessage('m'), limits.takeMessage('m')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(limits.takeMessage('another')).toBe(true);
    now = 60_000;
    expect(limits.takeMessage('m')).toBe(true);
    expect(limits.peakPerMinute('m')).toBe(2);
  });
});
