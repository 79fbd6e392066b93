import { describe, expect, it } from 'vitest';
import { type SmtpError, smtpProblem } from '../../../connectors/email-send/smtp-failure.js';
import type { MailContext } from '../../../src/contract/connector-type.js';

const context = {
  user: 'ada@example.com',
  smtp: { host: 'smtp.example.com', port: 587, tlsType: 'STARTTLS' },
} as MailContext;
const failure = (fields: Partial<SmtpError>): SmtpError => Object.assign(new Error('it broke'), fields);

describe('TLS that fails is named as such', () => {
  it.each([
    ['a certificate nobody signed', { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
    ['a certificate of another host', { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['a server without STARTTLS', { code: 'ETLS', response: '454 4.7.0 TLS not available' }],
  ])('%s', (_what, fields) => {
    const { problem } = smtpProblem(context, failure(fields), { stage: 'connect' });
    expect(problem).toMatchObject({ code: 'tls-failed', detail: 'smtp.example.com:587: it broke' });
  });
});

it('takes a connection that cannot be made for an unavailable server', () => {
  const refused = failure({ code: 'ESOCKET', originalCode: 'ECONNREFUSED' });
  expect(smtpProblem(context, refused, { stage: 'connect' }).problem.code).toBe('smtp-unavailable');
});
