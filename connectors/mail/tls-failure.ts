/** Which errors of Node are TLS that failed: certificates and handshakes (node:tls, OpenSSL verification codes). */
const TLS_ERRORS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|EPROTO$|STARTTLS_INJECTION|UPGRADE_TIMEOUT|HOSTNAME_MISMATCH)/;

/** @param code of a Node error, or of a mail library that names it alike */
export const isTlsFailure = (code: string | undefined): boolean =>
  code !== undefined && TLS_ERRORS.test(code);
