import { describe, expect, it } from 'vitest';
import { problemError } from '../../../src/contract/problem.js';
import { createLogger, type Logger } from '../../../src/telemetry/logger.js';
import { createSecretFilter } from '../../../src/telemetry/secret-shapes.js';

const SECRET = 'Zq8~s3cr3t.Value-0123456789abcdef';

function collecting(): { log: Logger; text: () => string; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createLogger({
    level: 'debug',
    destination: { write: (line: string) => void written.push(line) },
  });
  return {
    log,
    text: () => written.join(''),
    lines: () =>
      written
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

it('writes one JSON line with level, time, fields and message', () => {
  const { log, lines } = collecting();
  log.child({ connection: 'con_1' }).warn({ attempt: 2 }, 'refresh failed');
  expect(lines()).toEqual([
    { level: 'warn', time: expect.any(String), connection: 'con_1', attempt: 2, message: 'refresh failed' },
  ]);
});

it('keeps to its level', () => {
  const written: string[] = [];
  const log = createLogger({ level: 'warn', destination: { write: (line) => void written.push(line) } });
  log.info({}, 'not written');
  expect(written).toEqual([]);
});

describe('a secret', () => {
  const base64 = (value: string): string => Buffer.from(value).toString('base64');
  it.each([
    ['in a header', { text: `authorization: Bearer ${SECRET}` }],
    ['in a form', { body: `grant_type=refresh_token&refresh_token=${SECRET}&x=1` }],
    ['in a client secret', { body: `client_secret=${encodeURIComponent(SECRET)}` }],
    ['in a code', { url: `http://localhost/oauth/callback?code=${SECRET}&state=x` }],
    ['in JSON', { body: JSON.stringify({ refresh_token: SECRET, expires_in: 1 }) }],
    ['in JSON in JSON', { body: JSON.stringify(JSON.stringify({ access_token: SECRET })) }],
    [
      'in XOAUTH2',
      { line: `A1 AUTHENTICATE XOAUTH2 ${base64(`user=a@b.c\u0001auth=Bearer ${SECRET}\u0001\u0001`)}` },
    ],
    ['in bare XOAUTH2', { line: base64(`user=a@b.c\u0001auth=Bearer ${SECRET}\u0001\u0001`) }],
    ['in AUTH PLAIN', { line: `AUTH PLAIN ${base64(`\u0000user\u0000${SECRET}`)}` }],
    ['in JSON under other fields', { a: { b: { c: { d: { password: `${SECRET}"${SECRET}` } } } } }],
    ['in a private key', { a: `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----` }],
    ['in a torn private key', { a: `-----BEGIN PRIVATE KEY-----\n${SECRET}` }],
    ['in LOGIN with quotes', { line: `A1 LOGIN "user" "${SECRET}"` }],
    ['in LOGIN', { line: `A1 LOGIN user ${SECRET}` }],
    ['in a URL', { url: `redis://default:${encodeURIComponent(SECRET)}@redis.example.com` }],
    ['as a field', { password: SECRET, nested: { clientSecret: SECRET, deeper: { accessToken: SECRET } } }],
    ['in headers', { req: { headers: { authorization: `Negotiate ${SECRET}`, cookie: SECRET } } }],
    ['in an error', { err: new Error(`got https://login.example.com/cb?session=${SECRET}#x`) }],
    [
      'on an error',
      { err: Object.assign(new Error('failed'), { config: { data: SECRET }, response: SECRET }) },
    ],
    ['in a cause', { err: new Error('failed', { cause: new Error(`refresh_token=${SECRET}`) }) }],
  ])('does not leave %s', (_where, fields) => {
    const { log, text } = collecting();
    log.error(fields, 'failed');
    expect(text()).toContain('"message":"failed"');
    expect(text()).not.toContain(SECRET);
    expect(text()).not.toContain(base64(SECRET).slice(4, 20));
    expect(text()).not.toContain(encodeURIComponent(SECRET));
    expect(() => JSON.parse(text())).not.toThrow();
  });

  it('does not leave in a JWT or a webhook secret', () => {
    const { log, text } = collecting();
    log.info(
      {
        a: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
        b: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      },
      'x',
    );
    expect(text()).not.toMatch(/eyJzdWIi|MfKQ9r8G/);
  });

  it('that was registered does not leave in any form', () => {
    const filter = createSecretFilter();
    filter.register(SECRET);
    for (let offset = 0; offset < 3; offset++) {
      const encoded = Buffer.from(`${'x'.repeat(offset)}${SECRET}tail`).toString('base64');
      expect(filter.clean(`a ${encoded} b`)).not.toContain(
        Buffer.from(SECRET).toString('base64').slice(8, 24),
      );
      expect(filter.clean(`a ${encoded} b`)).toContain('[removed]');
    }
    expect(filter.clean(`plain ${SECRET} here`)).toBe('plain [removed] here');
  });
});

it('leaves innocent text alone', () => {
  const filter = createSecretFilter();
  for (const text of [
    '535 5.7.3 Authentication unsuccessful [XX0P000CA0000.EURP000.PROD.OUTLOOK.COM]',
    'AADSTS50173: The provided grant has expired due to it being revoked. errorCodes [50173]',
    '{"code":"from-mismatch","status":422}',
    'msg_0193f1a2b3c4d5e6f7a8b9c0d1e2f3a4 sent to outlook.office365.com:993',
    'A1 OK LOGOUT completed',
  ]) {
    expect(filter.clean(text)).toBe(text);
  }
});

it('writes of a problem its code and the server’s words', () => {
  const { log, lines } = collecting();
  const cause = new Error('refused');
  log.error(
    {
      err: problemError('smtp-refused', {
        serverWords: '550 5.7.1 no',
        with: { host: 'h', what: 'no' },
        cause,
      }),
    },
    'x',
  );
  expect(lines()[0]?.err).toMatchObject({
    problem: 'smtp-refused',
    serverWords: '550 5.7.1 no',
    cause: { message: 'refused' },
  });
});
