import { describe, expect, it } from 'vitest';
import { createFingerprintBag, fingerprint, headerBlock } from '../../../src/receive/fingerprint.js';
import { appendWrites, CHUNK_BYTES, chunksInUse, RING_SIZE } from '../../../src/receive/fingerprint-ring.js';

const message = (headers: string, body = 'text') =>
  Buffer.from(`${headers.replace(/\n/g, '\r\n')}\r\n\r\n${body}`);

describe('a fingerprint', () => {
  it('is the same for a message and its header block, folded or not, whatever the server adds', () => {
    const whole = message('Message-ID: <a@b>\nSubject: one two\nX-Store: 1');
    const stored = message('X-Store: 2\nMessage-ID:  <a@b>\nSubject: one\n two', 'other');
    expect(fingerprint(stored)).toEqual(fingerprint(whole));
    expect(fingerprint(headerBlock(whole))).toEqual(fingerprint(whole));
  });

  it('tells two copies of one mail apart by the way they came', () => {
    const first = message('Received: from a\nMessage-ID: <a@b>');
    const second = message('Received: from list\nMessage-ID: <a@b>');
    expect(fingerprint(second)).not.toEqual(fingerprint(first));
  });
});

it('is taken from the bag as often as it was put in', () => {
  const print = fingerprint(message('Message-ID: <a@b>'));
  const bag = createFingerprintBag(Buffer.concat([print, print]));
  expect([bag.take(print), bag.take(print), bag.take(print)]).toEqual([true, true, false]);
});

describe('the ring', () => {
  const print = Buffer.alloc(8, 1);

  it('writes one stretch per chunk and goes on at its beginning when it is full', () => {
    const writes = appendWrites(RING_SIZE - 1, [print, print]);
    expect(writes.map(({ chunk, offset }) => ({ chunk, offset }))).toEqual([
      { chunk: RING_SIZE / 250 - 1, offset: CHUNK_BYTES - 8 },
      { chunk: 0, offset: 0 },
    ]);
  });

  it('puts neighbours into one write', () => {
    expect(appendWrites(0, [print, print, print])).toEqual([
      { chunk: 0, offset: 0, bytes: Buffer.alloc(24, 1) },
    ]);
  });

  it('has no chunk before the first delivery', () => {
    expect(chunksInUse(0)).toBe(0);
    expect(chunksInUse(1)).toBe(1);
    expect(chunksInUse(10 * RING_SIZE)).toBe(RING_SIZE / 250);
  });
});
