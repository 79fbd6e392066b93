/** A server's words in a problem: whole where they are words, and bounded where they are not. */
import { expect, it } from 'vitest';
import { problem } from '../../../src/contract/problem.js';

const wordsOf = (serverWords: string) =>
  problem('connection-refused', {
    with: { host: 'mail', address: '127.0.0.1', port: 993, what: 'ECONNREFUSED' },
    serverWords,
  }).serverWords ?? '';

it('keeps them whole up to what people read, and says how much more there was', () => {
  const long = 'AADSTS65001: '.repeat(300);
  expect(wordsOf(long)).toBe(long);
  const endless = wordsOf('a'.repeat(8_000_000));
  expect(endless.length).toBeLessThan(5_000);
  expect(endless).toMatch(/^a+… \(\d+ more characters\)$/);
});
