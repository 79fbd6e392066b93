import { describe, expect, it } from 'vitest';
import { createByteQueue } from '../../../src/sandbox/byte-queue.js';

describe('byte queue', () => {
  it('gives bytes back in order, however they came', () => {
    const queue = createByteQueue();
    for (const part of ['ab', '', 'cdef']) queue.push(Buffer.from(part));
    expect(queue.take(3).toString()).toBe('abc');
    expect(queue.length).toBe(3);
    expect(queue.take(3).toString()).toBe('def');
    expect(queue.length).toBe(0);
  });

  it('finds a sequence that lies across two chunks, counted from the front', () => {
    const queue = createByteQueue();
    queue.push(Buffer.from('xx line\r'));
    expect(queue.indexOf('\r\n')).toBe(-1);
    queue.push(Buffer.from('\nnext'));
    queue.take(3);
    expect(queue.indexOf('\r\n')).toBe(4);
    expect(queue.indexOf('\r\n', 5)).toBe(-1);
  });

  it('keeps what was taken when more arrives', () => {
    const queue = createByteQueue();
    queue.push(Buffer.alloc(3000, 'a'));
    const taken = queue.take(2000);
    for (let round = 0; round < 50; round += 1) queue.push(Buffer.alloc(3000, 'b'));
    expect(taken.equals(Buffer.alloc(2000, 'a'))).toBe(true);
    expect(queue.length).toBe(1000 + 50 * 3000);
    expect(queue.take(1001).toString().endsWith('ab')).toBe(true);
  });
});
