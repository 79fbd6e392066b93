import { expect, it } from 'vitest';
import { parseHeaders, parseMessage } from '../../../connectors/mail/parse.js';

const RAW = [
  'From: =?utf-8?q?J=C3=B6rg?= <joerg@x.example>',
  'To: Team: a@x.example, B <b@x.example>;, c@x.example',
  'Subject: =?utf-8?q?=C3=9Cbersicht?=',
  'Date: Tue, 3 Feb 2026 04:05:06 +0100',
  'Message-ID: <m@x.example>',
  'Content-Type: multipart/mixed; boundary=x',
  '',
  '--x',
  'Content-Type: text/plain',
  '',
  'Hello',
  '--x',
  'Content-Type: application/pdf; name=a.pdf',
  'Content-Disposition: attachment; filename=a.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'AQID',
  '--x--',
  '',
].join('\r\n');

it('reads encoded headers, groups, text and attachments of a message', async () => {
  const parsed = await parseMessage(Buffer.from(RAW));
  expect(parsed).toMatchObject({
    messageId: '<m@x.example>',
    from: [{ name: 'Jörg', address: 'joerg@x.example' }],
    subject: 'Übersicht',
    date: '2026-02-03T03:05:06.000Z',
    attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', size: 3, inline: false }],
  });
  expect(parsed.to.map(({ address }) => address)).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
  expect(parsed.text?.trim()).toBe('Hello');
  expect([...(parsed.attachments[0]?.content ?? [])]).toEqual([1, 2, 3]);
});

it('reads a header block alone the same way', async () => {
  const block = Buffer.from(RAW.slice(0, RAW.indexOf('\r\n\r\n')));
  expect(await parseHeaders(block)).toMatchObject({ subject: 'Übersicht', text: null, attachments: [] });
});

it('answers null for a date nobody can read', async () => {
  expect((await parseHeaders(Buffer.from('Date: next week\r\nSubject: x'))).date).toBeNull();
});

it('knows every sender where From names several', async () => {
  const head = Buffer.from('From: A <a@x.example>, =?utf-8?q?J=C3=B6rg?= <b@y.example>\r\nSubject: x');
  expect((await parseHeaders(head)).from).toEqual([
    { name: 'A', address: 'a@x.example' },
    { name: 'Jörg', address: 'b@y.example' },
  ]);
});

it('refuses a message of so many lines that reading it would take the process down', async () => {
  const bomb = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.alloc(5e6, 'a\n')]);
  await expect(parseMessage(bomb)).rejects.toThrow('2500002 lines');
});

it('reads large messages that come at once one after the other', async () => {
  const large = Buffer.concat([
    Buffer.from('Subject: x\r\n\r\n'),
    Buffer.alloc(2e6, `${'word '.repeat(4)}\n`),
  ]);
  const before = process.memoryUsage().rss;
  const parsed = await Promise.all(Array.from({ length: 3 }, () => parseMessage(large)));
  expect(parsed.every(({ text }) => (text?.length ?? 0) > 1.9e6)).toBe(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(900e6);
});
