import { describe, expect, it } from 'vitest';
import {
  failureOfAnswer,
  failureOfCallback,
  failureOfSilence,
} from '../../../../src/oauth/server/server-answer.js';
import {
  BY_AADSTS,
  BY_ERROR,
  BY_SUBERROR,
  problemOfServerError,
} from '../../../../src/oauth/server/server-errors.js';

const context = {
  user: 'a@contoso.example',
  application: 'Mail app',
  clientId: 'client-1',
  scope: 'https://outlook.office.com/SMTP.Send',
  callbackUrl: 'http://localhost:8025/oauth/callback',
  adminConsentUrl: 'https://login.example/adminconsent',
  host: 'login.example',
  tenant: 'contoso.example',
};

const answered = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureOfAnswer(
    { status, headers: new Headers(headers), body: typeof body === 'string' ? body : JSON.stringify(body) },
    ['s3cret value', 'rt-1'],
  );
const named = (status: number, body: unknown, headers?: Record<string, string>) =>
  problemOfServerError(answered(status, body, headers), context, 1_000);

/** EXCHANGE-ONLINE.md §2, written out once more by hand. */
const EXPECTED: [numbers: number[], errorClass: string, codes: string[]][] = [
  [
    [90033, 90024, 90006, 90012, 90090, 90055, 50033, 50087, 70012],
    'transient',
    ['token-endpoint-unavailable'],
  ],
  [[50196], 'loop', ['token-request-loop']],
  [[700082], 'sign-in-again', ['grant-unused']],
  [[70008], 'sign-in-again', ['grant-expired']],
  [[50173], 'sign-in-again', ['grant-revoked']],
  [[70000, 50089, 50085], 'sign-in-again', ['grant-invalid']],
  [[50055, 50144], 'sign-in-again', ['password-expired']],
  [[70043], 'sign-in-again', ['sign-in-frequency']],
  [[50078], 'sign-in-again', ['mfa-expired']],
  [[50076, 50074], 'sign-in-again', ['mfa-required']],
  [[50079, 50072], 'sign-in-again', ['mfa-enrolment-required']],
  [[65001], 'sign-in-again', ['consent-required']],
  [[65004], 'sign-in-again', ['consent-declined']],
  [[90094, 90095], 'sign-in-again', ['admin-consent-required']],
  [[53003, 530032], 'sign-in-again', ['blocked-by-policy']],
  [[53000, 53001], 'sign-in-again', ['device-not-compliant']],
  [[530035], 'sign-in-again', ['blocked-by-security-defaults']],
  [[50105], 'sign-in-again', ['user-not-assigned']],
  [[50057], 'sign-in-again', ['account-disabled']],
  [[50034], 'sign-in-again', ['account-not-found']],
  [[50020], 'sign-in-again', ['account-of-other-tenant']],
  [[50053], 'sign-in-again', ['account-locked']],
  [[7000215], 'application', ['client-secret-wrong']],
  [[7000222], 'application', ['client-secret-expired']],
  [[7000218], 'application', ['client-credential-missing']],
  [[700025], 'application', ['client-credential-unwanted']],
  [[700027, 700023, 50027], 'application', ['client-assertion-invalid']],
  [[700024], 'application', ['client-assertion-untimely']],
  [[70021, 700211, 700212, 700213], 'application', ['federated-credential-untrusted']],
  [[700016], 'application', ['application-not-found']],
  [[50194], 'application', ['tenant-for-many']],
  [[90002], 'application', ['tenant-not-found']],
  [[50059, 50128], 'application', ['tenant-not-named']],
  [[90038, 900382], 'application', ['cloud-wrong']],
  [[7000112], 'application', ['application-disabled']],
  [[9002332, 500208], 'sign-in-again', ['account-type-unsupported']],
  [[50011], 'sign-in-again', ['redirect-uri-unregistered']],
  [[70011, 28002], 'sign-in-again', ['scope-invalid']],
  [[700022], 'sign-in-again', ['scope-mixes-resources']],
  [[650057], 'sign-in-again', ['resource-not-permitted']],
  [[500011], 'sign-in-again', ['resource-not-found']],
  [[700084], 'sign-in-again', ['redirect-uri-spa']],
  [[54005], 'callback', ['sign-in-link-used']],
  [[501481, 700005, 900144, 9002313], 'callback', ['callback-invalid']],
];
const rows = EXPECTED.flatMap(([numbers, errorClass, [code]]) =>
  numbers.map((number) => ({ number, errorClass, code })),
);

describe('AADSTS numbers', () => {
  it.each(rows)('$number is $code ($errorClass)', ({ number, errorClass, code }) => {
    const result = named(400, {
      error: 'invalid_grant',
      error_description: `AADSTS${number}: words`,
      error_codes: [number],
    });
    expect([result.class, result.problem.code]).toEqual([errorClass, code]);
    expect(`${result.problem.title} ${result.problem.detail} ${result.problem.next}`).not.toMatch(/[{}‹›]/);
  });
  it('has a tested row for every number of the table', () => {
    expect([...BY_AADSTS.keys()].sort()).toEqual(rows.map(({ number }) => number).sort());
  });
  it('takes the number from the words when error_codes is missing', () => {
    expect(
      named(400, { error: 'invalid_grant', error_description: 'AADSTS50173: revoked' }).problem.code,
    ).toBe('grant-revoked');
  });
});

describe('errors without a known number', () => {
  it.each([...BY_SUBERROR])('suberror %s refines', (suberror, meaning) => {
    expect(named(400, { error: 'invalid_grant', suberror, error_codes: [1234567] }).problem.code).toBe(
      meaning.code,
    );
  });
  it.each([...BY_ERROR])('error %s falls by its class', (error, meaning) => {
    const result = named(400, { error });
    expect([result.problem.code, result.class]).toEqual([meaning.code, meaning.class]);
  });
  it('takes an error nobody knows for no end of the grant', () => {
    expect(named(400, { error: 'weird' })).toMatchObject({
      class: 'unknown',
      problem: { code: 'provider-refused' },
    });
  });
});

describe('what is not an OAuth answer', () => {
  it.each([
    ['503 with HTML', 503, '<html>down</html>'],
    ['200 with HTML', 200, '<html>sign in to the proxy</html>'],
    ['200 with truncated JSON', 200, '{"access_token":"ab'],
    ['an empty 400', 400, ''],
    ['429 that says invalid_grant', 429, { error: 'invalid_grant' }],
    ['500 that says 50173', 500, { error: 'invalid_grant', error_codes: [50173] }],
    ['a JSON array', 200, '[]'],
  ])('%s is transient', (_name, status, body) => {
    expect(named(status, body)).toMatchObject({
      class: 'transient',
      problem: { code: 'token-endpoint-unavailable', verdict: 'retry' },
    });
  });
  it('says why the network failed, from the innermost cause', () => {
    const failure = failureOfSilence(
      new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
    );
    expect(problemOfServerError(failure, context).problem.detail).toContain('ECONNREFUSED');
  });
});

describe('what is kept', () => {
  it('keeps facts and the whole words', () => {
    const { problem } = named(400, {
      error: 'interaction_required',
      suberror: 'basic_action',
      error_description: 'AADSTS50076: first\r\nTrace ID: t',
      error_codes: [50076],
      correlation_id: 'c',
      trace_id: 't',
      timestamp: '2026-01-01 00:00:00Z',
      claims: '{"access_token":{}}',
    });
    expect(problem.foreign).toEqual({
      error: 'interaction_required',
      suberror: 'basic_action',
      errorCodes: [50076],
      correlationId: 'c',
      traceId: 't',
      timestamp: '2026-01-01 00:00:00Z',
      claims: '{"access_token":{}}',
      status: 400,
    });
    expect(problem.serverWords).toBe('AADSTS50076: first\r\nTrace ID: t');
  });
  it('honours Retry-After in seconds, and pauses an hour on a loop', () => {
    expect(named(503, 'busy', { 'retry-after': '7' }).problem.retryAt).toBe(8_000);
    expect(named(503, 'busy', { 'retry-after': '86400' }).problem.retryAt).toBe(1_000 + 3_600_000);
    expect(named(400, { error: 'invalid_grant', error_codes: [50196] }).problem.retryAt).toBe(3_601_000);
  });
  it('never keeps a secret that the server echoes', () => {
    const { problem } = named(400, {
      error: 'invalid_client',
      error_description: 'bad "s3cret value" s3cret%20value rt-1 eyJhbGciOi.eyJzdWIi.sig',
    });
    expect(JSON.stringify(problem)).not.toMatch(/s3cret|rt-1|eyJ/);
  });
  it('never keeps a token of somebody else that the server shows', () => {
    const token = `1.AX0A${'x9_'.repeat(40)}`;
    for (const description of [`refused: refresh_token=${token}&x=1`, `no such token ${token}`]) {
      const { problem } = named(400, { error: 'temporarily_unavailable', error_description: description });
      expect(JSON.stringify(problem)).not.toContain('x9_x9_');
    }
  });
  it('never keeps the tokens of a truncated answer', () => {
    const { problem } = named(200, '{"access_token":"opaque-at","refresh_token":"opaque-r');
    expect(JSON.stringify(problem)).not.toContain('opaque');
  });
  it('reads the callback of a declined consent and of a missing admin consent', () => {
    const of = (query: string) =>
      problemOfServerError(failureOfCallback(new URLSearchParams(query), []), context).problem;
    expect(of('error=access_denied').code).toBe('consent-declined');
    expect(of('error=access_denied&error_subcode=cancel&error_description=AADSTS65004').code).toBe(
      'consent-declined',
    );
    const admin = of('error=access_denied&error_description=AADSTS90094%3A+admin');
    expect(admin.code).toBe('admin-consent-required');
    expect(admin.next).toContain(context.adminConsentUrl);
  });
});
