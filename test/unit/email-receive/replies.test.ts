import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../connectors/email-receive/replies.js';
import { sequenceSet } from '../../../connectors/email-receive/sequence-set.js';

const place = {
  host: 'outlook.office365.com',
  port: 993,
  user: 'b@x.example',
  signedIn: 'a@x.example',
  now: 1_000,
};
const of = (words: string) => problemOf({ words }, place).problem;

describe('what an IMAP server says', () => {
  it.each([
    ['User is authenticated but not connected.', 'mailbox-not-connected'],
    ['Session invalidated - AccessTokenExpired', 'imap-token-ended'],
    ['Request is throttled. Suggested Backoff Time: 92415 milliseconds', 'imap-throttled'],
    ['Server Unavailable. 15', 'imap-unavailable'],
    ['Connection is closed. 13', 'imap-session-closed'],
    ['Command Error. 12', 'imap-refused'],
    ['[UNAVAILABLE] Temporary authentication failure.', 'imap-unavailable'],
  ])('"%s" is %s', (words, code) => {
    expect(of(words)).toMatchObject({ code, serverWords: words });
  });

  it('names how long to wait, within an hour', () => {
    expect(of('Request is throttled. Suggested Backoff Time: 92415 milliseconds').retryAt).toBe(93_415);
    expect(of('Request is throttled. Suggested Backoff Time: 99999999 milliseconds').retryAt).toBe(3_601_000);
  });

  it('marks a session that only its access token ended', () => {
    expect(of('Session invalidated - AccessTokenExpired').foreign).toEqual({ error: 'AccessTokenExpired' });
    expect(of('Connection is closed. 13').foreign).toBeUndefined();
  });

  it('names both accounts where the signed-in user is not the mailbox', () => {
    const { detail } = of('User is authenticated but not connected.');
    expect(detail).toContain('a@x.example');
    expect(detail).toContain('b@x.example');
  });

  it('is a refused sign-in only where the server refused, and not when it was unavailable', () => {
    const at = (failure: object) => problemOf(failure, place, 'imap-sign-in-refused').problem.code;
    expect(at({ words: 'AUTHENTICATE failed.' })).toBe('imap-sign-in-refused');
    expect(at({ words: '[UNAVAILABLE] later' })).toBe('imap-unavailable');
    expect(at({ code: 'ECONNREFUSED' })).toBe('imap-unavailable');
  });

  it('says in words that the server closed the connection, and names no code of the library', () => {
    for (const code of [
      'ClosedAfterConnectText',
      'ClosedAfterConnectTLS',
      'EConnectionClosed',
      'NoConnection',
    ]) {
      const closed = problemOf({ code, message: 'Unexpected close' }, place).problem;
      expect(closed.code).toBe('imap-unavailable');
      expect(closed.detail).toContain('closed the connection');
      expect(closed.detail).not.toContain(code);
    }
  });

  it('is a TLS failure where Node says so', () => {
    expect(
      problemOf({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed' }, place).problem.code,
    ).toBe('tls-failed');
  });
});

it('writes UIDs as a sequence set', () => {
  expect(sequenceSet([3, 4, 5, 9, 12, 13])).toBe('3:5,9,12:13');
  expect(sequenceSet([7])).toBe('7');
  expect(sequenceSet([])).toBe('');
});
