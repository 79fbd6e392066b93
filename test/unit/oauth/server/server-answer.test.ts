import { describe, expect, it } from 'vitest';
import {
  clockAheadMs,
  failureOfAnswer,
  failureOfCallback,
  failureOfSilence,
} from '../../../../src/oauth/server/server-answer.js';
import { problemOfServerError } from '../../../../src/oauth/server/server-errors.js';

const HOUR_MS = 60 * 60_000;
const http = (ms: number): string => new Date(ms).toUTCString();
const answer = (status: number, headers: Record<string, string>, body = '') =>
  failureOfAnswer({ status, headers: new Headers(headers), body }, []);

describe('Retry-After', () => {
  it('counts in seconds', () => {
    expect(answer(429, { 'retry-after': '7' }).retryAfterMs).toBe(7_000);
  });
  it.each([0, HOUR_MS, -HOUR_MS])(
    'is a date of the server’s clock, which is %i ms ahead of ours',
    (ahead) => {
      const serverNow = Date.now() + ahead;
      const headers = { date: http(serverNow), 'retry-after': http(serverNow + 90_000) };
      const waitMs = answer(503, headers).retryAfterMs ?? 0;
      expect(Math.abs(waitMs - 90_000)).toBeLessThanOrEqual(2_000);
    },
  );
  it('is not believed beyond an hour, nor when it is nonsense', () => {
    expect(answer(503, { 'retry-after': '86400' }).retryAfterMs).toBe(HOUR_MS);
    expect(answer(503, { 'retry-after': 'soon' }).retryAfterMs).toBeUndefined();
    expect(answer(503, { 'retry-after': http(Date.now() - HOUR_MS) }).retryAfterMs).toBe(0);
  });
});

it('reads the server’s clock from its header Date, and none where it says nothing', () => {
  expect(Math.abs(clockAheadMs(new Headers({ date: http(Date.now() + HOUR_MS) })) - HOUR_MS)).toBeLessThan(
    2_000,
  );
  expect(clockAheadMs(new Headers())).toBe(0);
  expect(clockAheadMs(new Headers({ date: 'yesterday' }))).toBe(0);
});

it('names where a redirect leads, and nothing of its query', () => {
  const named = answer(302, { location: 'https://elsewhere.example/token?client_secret=abc' });
  expect(named.words).toBe('HTTP 302 to https://elsewhere.example/token');
  expect(answer(302, { location: 'javascript:alert(1)' }).words).not.toContain('alert');
  expect(answer(302, {}).words).toContain('HTTP 302');
});

describe('a request without an answer', () => {
  const context = {
    user: 'ada@contoso.example',
    application: 'Mail app',
    clientId: 'client',
    scope: '',
    callbackUrl: '',
    adminConsentUrl: undefined,
    host: 'login.example',
    tenant: 'contoso.example',
  };
  const failed = (code: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(`x ${code}`), { code }) });

  it.each([
    ['ENOTFOUND', 'token-endpoint-unknown-host'],
    ['EAI_AGAIN', 'token-endpoint-unknown-host'],
    ['CERT_HAS_EXPIRED', 'token-endpoint-certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'token-endpoint-certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'token-endpoint-certificate'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'token-endpoint-certificate'],
    ['ECONNREFUSED', 'token-endpoint-unavailable'],
    ['ECONNRESET', 'token-endpoint-unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'token-endpoint-unavailable'],
  ])('for %s is %s, and keeps the grant', (code, problem) => {
    const named = problemOfServerError(failureOfSilence(failed(code)), context);
    expect([named.problem.code, named.problem.verdict, named.class]).toEqual([problem, 'retry', 'transient']);
    expect(named.problem.detail).toContain('login.example');
  });
});

describe('a server that repeats what it was sent', () => {
  const secret = 's3cret-of-the-application';
  const echo = `no: ${secret}`;
  const answered = (body: Record<string, unknown>) =>
    failureOfAnswer({ status: 400, headers: new Headers(), body: JSON.stringify(body) }, [secret]);

  it.each(['error', 'error_description', 'suberror', 'correlation_id', 'trace_id', 'timestamp', 'claims'])(
    'in %s gets it into no problem',
    (field) => {
      const failure = answered({ error: 'invalid_grant', [field]: echo });
      expect(JSON.stringify(failure)).not.toContain(secret);
    },
  );

  it('with what has the shape of a token gets that into no problem either', () => {
    const jwt = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(40)}.${'c'.repeat(40)}`;
    expect(JSON.stringify(answered({ error: jwt, suberror: jwt }))).not.toContain('aaaa');
  });

  it('in the parameters of the callback gets it into no problem', () => {
    const parameters = new URLSearchParams({ error: echo, error_subcode: echo, claims: echo });
    expect(JSON.stringify(failureOfCallback(parameters, [secret]))).not.toContain(secret);
  });

  it('keeps what it says besides', () => {
    const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';
    const said = { error: 'interaction_required', suberror: 'basic_action', claims, error_codes: [50076] };
    expect(answered(said).facts).toEqual({
      error: 'interaction_required',
      suberror: 'basic_action',
      claims,
      errorCodes: [50076],
      status: 400,
    });
  });
});
