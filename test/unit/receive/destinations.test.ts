import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../src/contract/message.js';
import { createDirectory } from '../../../src/receive/destinations/directory.js';
import { attachmentFileName, messageFileName } from '../../../src/receive/destinations/file-names.js';
import { problemOfStatus, retryAfter } from '../../../src/receive/destinations/webhook-replies.js';
import { inboundMessageId } from '../../../src/receive/message-id.js';

const message = (subject: string, from = 'a@b.example'): InboundMessage =>
  ({
    id: 'msg_0123456789abcdefghijkl',
    uid: 7,
    source: Buffer.from('From: a\r\n\r\nx'),
    parsed: { subject, from: [{ address: from }], date: '2026-02-03T04:05:06.000Z', attachments: [] },
  }) as unknown as InboundMessage;

describe('a file name', () => {
  it('carries the message id, so that a repeat overwrites its own file and no other', () => {
    expect(messageFileName('{id}', message('s'))).toBe('msg_0123456789abcdefghijkl');
    expect(messageFileName('{date} {subject}', message('Offer'))).toBe(
      '2026-02-03 Offer-msg_0123456789abcdefghijkl',
    );
  });

  it('leads nowhere else, whatever the mail says', () => {
    const names = [
      '../../etc/passwd',
      '/etc/passwd',
      'a\u0000b',
      '..',
      'C:\\x',
      '\u202egpj.exe',
      '.hidden',
    ].map((subject) => messageFileName('{subject}', message(subject)));
    for (const name of names) {
      for (const character of ['/', '\\', '\u0000', ':', '\u202e']) expect(name).not.toContain(character);
      expect(name).not.toMatch(/^\./);
      expect(path.basename(name)).toBe(name);
    }
  });

  it('keeps the id however long the subject, and stays below what file systems take', () => {
    const name = messageFileName('{subject}-{id}', message('ü'.repeat(500)));
    expect(name).toContain('msg_0123456789abcdefghijkl');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120);
    expect(Buffer.byteLength(attachmentFileName(name, 99, `${'x'.repeat(300)}.pdf`))).toBeLessThan(200);
    expect(attachmentFileName('a', 0, `${'x'.repeat(300)}.pdf`)).toMatch(/\.pdf$/);
  });

  it('keeps two attachments of one name apart', () => {
    expect(attachmentFileName('m', 0, 'a.pdf')).not.toBe(attachmentFileName('m', 1, 'a.pdf'));
    expect(attachmentFileName('m', 0, null)).toBe('m-1-attachment');
  });
});

describe('a directory', () => {
  it('holds one whole file per message after repeats, and nothing half written', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-unit-'));
    const destination = createDirectory(
      { type: 'directory', path: directory, fileName: '{id}' },
      { downloadType: 'message' },
    );
    const never = new AbortController().signal;
    await Promise.all([1, 2, 3].map(() => destination.deliver(message('s'), never)));
    expect(await readdir(directory)).toEqual(['msg_0123456789abcdefghijkl.eml']);
    await rm(directory, { recursive: true });
  });

  it('that does not exist is the destination’s fault, not the message’s', async () => {
    const destination = createDirectory(
      { type: 'directory', path: '/nowhere/at/all', fileName: '{id}' },
      { downloadType: 'message' },
    );
    await expect(destination.deliver(message('s'), new AbortController().signal)).rejects.toMatchObject({
      problem: { code: 'directory-unwritable', reach: 'connector' },
    });
  });
});

describe('a webhook’s status', () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [301, 'webhook-unavailable'],
    [401, 'webhook-unavailable'],
    [404, 'webhook-unavailable'],
    [410, 'webhook-gone'],
    [422, 'webhook-refused'],
    [429, 'webhook-unavailable'],
    [500, 'webhook-refused'],
    [503, 'webhook-unavailable'],
  ])('%i means %s', (status, code) => {
    expect(problemOfStatus(status)).toBe(code);
  });

  it('may say when to come again, within reason', () => {
    expect(retryAfter('120', 1_000)).toBe(121_000);
    expect(retryAfter('999999', 0)).toBe(3_600_000);
    expect(retryAfter('soon', 0)).toBeUndefined();
    expect(retryAfter(undefined, 0)).toBeUndefined();
  });
});

it('gives a message the same id each time, made of where it lies', () => {
  const position = { mailbox: 'INBOX', uidValidity: '14', uid: 5 };
  const id = inboundMessageId('ctr_a' as never, position);
  expect(id).toBe(`msg_${createHash('sha256').update('ctr_a|INBOX|14|5').digest('base64url').slice(0, 22)}`);
  expect(inboundMessageId('ctr_a' as never, { ...position, uidValidity: '15' })).not.toBe(id);
});
