import { expect, it } from 'vitest';
import { isTlsFailure } from '../../../connectors/mail/tls-failure.js';

it.each(['EPROTO', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN'])(
  '%s is TLS that failed',
  (code) => expect(isTlsFailure(code)).toBe(true),
);

it.each([undefined, 'EPROTOCOL', 'ECONNREFUSED', 'EAUTH'])('%s is something else', (code) =>
  // EPROTOCOL: nodemailer's own, for a greeting or an EHLO that the server refused.
  expect(isTlsFailure(code)).toBe(false),
);
