/** A server's certificate in words, and what is wrong with it or with the handshake, each fault with its own problem. */
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { type ProblemCode, type ProblemError, problemError } from '../../src/contract/problem.js';

const DAY_MS = 86_400_000;

export interface TlsPlace {
  host: string;
  port: number;
}

/** Which problem an error code of Node or OpenSSL means; what is not here is `tls-failed`. */
const FAULTS: readonly { codes: RegExp; problem: ProblemCode }[] = [
  { codes: /^CERT_HAS_EXPIRED$/, problem: 'tls-certificate-expired' },
  { codes: /^CERT_NOT_YET_VALID$/, problem: 'tls-certificate-not-yet-valid' },
  { codes: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, problem: 'tls-wrong-name' },
  { codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/, problem: 'tls-self-signed' },
  {
    codes: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF|CERT_UNTRUSTED)/,
    problem: 'tls-untrusted',
  },
  {
    codes: /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW/,
    problem: 'tls-too-old',
  },
  {
    codes: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE/,
    problem: 'tls-not-spoken',
  },
];

/** @param error of the handshake @returns the problem, or `undefined` where it is no fault of TLS */
export function handshakeProblem(error: unknown, place: TlsPlace): ProblemError | undefined {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  const found = FAULTS.find(({ codes }) => codes.test(code));
  if (!found && !/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return undefined;
  return problemError(found?.problem ?? 'tls-failed', {
    with: { ...place, what: code || message },
    cause: error,
  });
}

/**
 * What a finished handshake shows, in words.
 * @throws ProblemError for a certificate that the sign-in would refuse
 */
export function certificateDetail(socket: TLSSocket, place: TlsPlace, now = Date.now()): string {
  const certificate = socket.getPeerCertificate(true);
  const facts = {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: namesOf(certificate),
    validFrom: dayOf(certificate.valid_from),
    validTo: dayOf(certificate.valid_to),
  };
  if (!socket.authorized) {
    const code = String(socket.authorizationError);
    const found = FAULTS.find(({ codes }) => codes.test(code));
    throw problemError(found?.problem ?? 'tls-failed', { with: { ...place, ...facts, what: code } });
  }
  const daysLeft = Math.floor((Date.parse(certificate.valid_to) - now) / DAY_MS);
  return `${socket.getProtocol()}; certificate of ${facts.subject} for ${facts.names}, issued by ${facts.issuer}, a chain of ${chainLength(certificate)}, valid until ${facts.validTo} (${daysLeft} days left)`;
}

type Named = PeerCertificate['subject'] | undefined;

/** A certificate may name nobody in its subject; its names then stand in subjectAltName. */
function nameOf(name: Named): string {
  const first = (value: string | string[] | undefined): string | undefined => [value].flat()[0];
  return first(name?.CN) ?? first(name?.O) ?? first(name?.OU) ?? 'nobody in particular';
}

const namesOf = ({ subjectaltname, subject }: PeerCertificate): string =>
  subjectaltname?.replace(/(DNS|IP Address):/g, '') ?? nameOf(subject);

const dayOf = (date: string): string => {
  const time = Date.parse(date);
  return Number.isNaN(time) ? 'an unknown day' : new Date(time).toISOString().slice(0, 10);
};

/** The root's issuer is itself. */
function chainLength(leaf: ReturnType<TLSSocket['getPeerCertificate']>): number {
  let length = 1;
  let each = leaf as PeerCertificate & { issuerCertificate?: PeerCertificate };
  while (each.issuerCertificate && each.issuerCertificate.fingerprint256 !== each.fingerprint256) {
    each = each.issuerCertificate;
    length++;
  }
  return length;
}
