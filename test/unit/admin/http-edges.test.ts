import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { sameText } from '../../../src/admin/api-keys.js';
import { ifMatchVersion } from '../../../src/admin/etag.js';
import { listAnswer, pageOptions } from '../../../src/admin/lists.js';
import { covers } from '../../../src/admin/principal.js';
import { problemBody } from '../../../src/admin/problem-answer.js';
import { refuseCrossSite } from '../../../src/admin/same-origin.js';
import { problem } from '../../../src/contract/problem.js';

const requestWith = (headers: Record<string, string>) => ({ headers }) as unknown as FastifyRequest;

describe('If-Match', () => {
  it.each([
    ['"7"', 7],
    ['W/"7"', 7],
    ['7', 7],
  ])('%s names version %i', (header, version) => {
    expect(ifMatchVersion(requestWith({ 'if-match': header }))).toBe(version);
  });

  it.each(['', '*', '"a"', '"1", "2"', '-1', '"1.5"'])('%j names none', (header) => {
    expect(() => ifMatchVersion(requestWith({ 'if-match': header }))).toThrow(/if-match-required/);
  });
});

describe('a cursor', () => {
  it('comes back as it was given', () => {
    const { nextCursor } = listAnswer({ items: [1], next: 'con_0a' }, (each) => each);
    expect(pageOptions({ cursor: nextCursor ?? '', limit: 3 })).toEqual({ after: 'con_0a', limit: 3 });
    expect(listAnswer({ items: [], next: undefined }, (each) => each).nextCursor).toBeNull();
  });

  it('is refused when it is none of ours', () => {
    for (const text of ['[', '(con_1', '+', '', 'a'.repeat(400)]) {
      expect(() => pageOptions({ cursor: Buffer.from(text).toString('base64url') })).toThrow(
        /invalid-request/,
      );
    }
  });
});

describe('cross-site requests', () => {
  const refuse = (headers: Record<string, string>) => () =>
    refuseCrossSite(requestWith(headers), 'https://mail.example');

  it('are let in from our own pages only', () => {
    expect(refuse({ 'sec-fetch-site': 'same-origin' })).not.toThrow();
    expect(refuse({ origin: 'https://mail.example' })).not.toThrow();
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'https://mail.example.evil.example' },
      { origin: 'http://mail.example' },
      { 'sec-fetch-site': 'same-site', origin: 'https://mail.example' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://mail.example' },
      { 'sec-fetch-site': 'none' },
      { host: 'evil.example', origin: 'https://evil.example' },
    ]) {
      expect(refuse(headers as Record<string, string>)).toThrow(/cross-site-request/);
    }
  });
});

it('knows that a wider scope covers the narrower ones', () => {
  expect(covers(['admin'], 'read')).toBe(true);
  expect(covers(['operate'], 'read')).toBe(true);
  expect(covers(['read'], 'operate')).toBe(false);
  expect(covers([], 'read')).toBe(false);
});

it('compares secrets of any length', () => {
  expect(sameText('abc', 'abc')).toBe(true);
  expect(sameText('abc', 'abcd')).toBe(false);
  expect(sameText('', 'a')).toBe(false);
});

it('writes problems as RFC 9457 has them, with ours beside', () => {
  const found = problem('token-endpoint-unavailable', {
    with: { host: 'login.example', what: '503' },
    retryAt: Date.UTC(2026, 0, 1),
    serverWords: 'down',
    foreign: { correlationId: 'c1', status: 503 },
  });
  expect(problemBody(found, 'r1')).toMatchObject({
    type: '/problems#token-endpoint-unavailable',
    title: 'The sign-in server is unavailable',
    status: 503,
    instance: 'urn:mailgrant:request:r1',
    code: 'token-endpoint-unavailable',
    owner: 'nobody',
    verdict: 'retry',
    serverWords: 'down',
    correlationId: 'c1',
    retryAt: '2026-01-01T00:00:00.000Z',
  });
});
