/**
 * A client certificate with its private key, as an admin pastes them: PEM (the key possibly encrypted) or PFX. Read once,
 * when they are saved; kept is the certificate, and the key as PKCS #8, which is sealed.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { timeText } from '../contract/date-text.js';
import { readPfx } from './pfx.js';
import type { Fault } from './settings-check.js';

/** What Entra and RFC 8017 in our day ask for. */
const LEAST_MODULUS_BITS = 2_048;

export interface CertificateInput {
  /** PEM; more than one certificate may be in it. */
  certificate?: string;
  /** PEM */
  privateKey?: string;
  /** base64 */
  pfx?: string;
  /** Of the private key or of the PFX. */
  passphrase?: string;
}

export interface ClientCertificate {
  /** PEM of the one certificate that belongs to the key. */
  certificate: string;
  /** PEM, PKCS #8, not encrypted. */
  privateKey: string;
  subject: string;
  /** `x5t#S256` (RFC 7515 §4.1.8) */
  thumbprint: string;
  /** ISO 8601 */
  expiresAt: string;
}

/**
 * @param input as entered; its fields are strings
 * @param options `now`: ms since the epoch; `knownThumbprint`: of the one that was accepted before, and may have expired since
 * @returns the certificate, or what is wrong with it, beside the field at fault (relative to clientAuth)
 */
export function readCertificate(
  input: CertificateInput,
  { now, knownThumbprint }: { now: number; knownThumbprint?: string | undefined },
): { value: ClientCertificate } | { faults: Fault[] } {
  const parts = input.pfx === undefined ? partsOfPem(input) : partsOfPfx(input.pfx, input.passphrase ?? '');
  if ('faults' in parts) return parts;
  const { key, certificates, at } = parts;
  const own = certificates.find((each) => each.checkPrivateKey(key)) ?? certificates[0];
  if (!own) return fault(at.certificate, 'holds no certificate (-----BEGIN CERTIFICATE-----)');
  const keyFault = faultOfKey(key);
  if (keyFault) return fault(at.key, keyFault);
  const subject = own.subject.split('\n').join(', ');
  if (!own.checkPrivateKey(key))
    return fault(at.certificate, `does not belong to the private key: it is that of ${subject}`);
  const expiresAt = new Date(own.validTo);
  const validFrom = new Date(own.validFrom);
  const thumbprint = createHash('sha256').update(own.raw).digest('base64url');
  if (thumbprint !== knownThumbprint) {
    if (expiresAt.getTime() <= now)
      return fault(
        at.certificate,
        `expired on ${day(expiresAt)} (${subject}): give the one that replaced it`,
      );
    if (validFrom.getTime() > now)
      return fault(at.certificate, `is not valid before ${timeText(validFrom.getTime())} (${subject})`);
  }
  return {
    value: {
      certificate: own.toString(),
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      subject,
      thumbprint,
      expiresAt: expiresAt.toISOString(),
    },
  };
}

interface Parts {
  key: KeyObject;
  certificates: X509Certificate[];
  /** Fields that faults stand beside. */
  at: { certificate: string; key: string };
}

const fault = (field: string, message: string): { faults: Fault[] } => ({
  faults: [{ path: `/${field}`, message }],
});
const day = (date: Date): string => date.toISOString().slice(0, 10);

function partsOfPem({ certificate, privateKey, passphrase }: CertificateInput): Parts | { faults: Fault[] } {
  if (certificate === undefined && privateKey === undefined)
    return { faults: [{ path: '/certificate', message: 'is required, with privateKey; or pfx' }] };
  if (certificate === undefined) return fault('certificate', 'is required');
  if (privateKey === undefined) return fault('privateKey', 'is required');
  const found = certificatesOf(certificate);
  if (!found) return fault('certificate', 'is no PEM certificate (-----BEGIN CERTIFICATE-----)');
  const key = keyOf(privateKey, passphrase);
  return typeof key === 'string'
    ? fault(key === 'passphrase' ? 'passphrase' : 'privateKey', KEY_FAULTS[key])
    : { key, certificates: found, at: { certificate: 'certificate', key: 'privateKey' } };
}

function partsOfPfx(pfx: string, passphrase: string): Parts | { faults: Fault[] } {
  const content = readPfx(pfx, passphrase);
  if (content === 'passphrase')
    return fault('passphrase', passphrase === '' ? 'is needed to open the PFX' : 'does not open the PFX');
  if (content === 'unreadable') return fault('pfx', 'is no PFX (PKCS #12) in base64');
  if (content.privateKey === undefined)
    return fault('pfx', 'holds no private key: export it with its private key');
  const key = keyOf(content.privateKey, undefined);
  const certificates = certificatesOf(content.certificates.join('\n'));
  if (typeof key === 'string') return fault('pfx', 'holds a private key that is no RSA key');
  if (!certificates) return fault('pfx', 'holds no certificate');
  return { key, certificates, at: { certificate: 'pfx', key: 'pfx' } };
}

function certificatesOf(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.length > 0 ? blocks.map((block) => new X509Certificate(block)) : undefined;
  } catch {
    return undefined;
  }
}

const KEY_FAULTS = {
  passphrase: 'does not open the private key',
  missing: 'is encrypted: give its passphrase',
  unreadable: 'is no PEM private key (-----BEGIN PRIVATE KEY-----)',
} as const;

function keyOf(pem: string, passphrase: string | undefined): KeyObject | keyof typeof KEY_FAULTS {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    if (!/ENCRYPTED/.test(pem)) return 'unreadable';
    return passphrase === undefined || passphrase === '' ? 'missing' : 'passphrase';
  }
}

function faultOfKey(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa')
    return `is no RSA key (${key.asymmetricKeyType}): PS256 and RS256 need one`;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < LEAST_MODULUS_BITS
    ? `is an RSA key of ${bits} bits: at least ${LEAST_MODULUS_BITS} are needed`
    : undefined;
}
