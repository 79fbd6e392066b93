/** When a small message counts as handed over, which decides whether a lost connection leaves it uncertain (law 3). */
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { contentStream } from '../../../connectors/email-send/content-stream.js';

it('hands a small message over whole when it is piped, byte for byte, and not before', async () => {
  const given = Buffer.from('Subject: x\r\n\r\nhello\r\n');
  const content = contentStream(given);
  expect(content.handedOver).toBe(false);
  const chunks: Buffer[] = [];
  const wire = new PassThrough().on('data', (chunk) => chunks.push(chunk));
  expect(content.stream.pipe(wire)).toBe(wire);
  expect(content.handedOver).toBe(true);
  await new Promise((resolve) => wire.once('end', resolve));
  expect(Buffer.concat(chunks).equals(given)).toBe(true);
});

it('has not handed over a small message that was destroyed before anybody asked for it', () => {
  const content = contentStream(Buffer.from('x'));
  content.stream.destroy();
  expect(content.handedOver).toBe(false);
});

it('hands a large message over at its end, not when it is piped', async () => {
  const content = contentStream(Buffer.alloc(200_000, 'x'));
  let bytes = 0;
  const wire = new PassThrough().on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  content.stream.pipe(wire);
  expect(content.handedOver).toBe(false);
  await new Promise((resolve) => wire.once('end', resolve));
  expect([bytes, content.handedOver]).toEqual([200_000, true]);
});
