/** Client certificates for tests, self-signed as an admin makes them for an application, as PEM and as PFX of several kinds. */
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

export interface TestCertificate {
  /** PEM */
  certificate: string;
  /** PEM, PKCS #8 */
  privateKey: string;
  /** x5t#S256 */
  thumbprint: string;
}

const DAY_MS = 24 * 3_600_000;

/** @param options `from` and `until`: days from now */
export function makeClientCertificate(
  options: { name?: string; bits?: number; from?: number; until?: number } = {},
): TestCertificate {
  const { name = 'mailgrant', bits = 2048, from = -1, until = 365 } = options;
  const keys = generateKeyPairSync('rsa', { modulusLength: bits });
  const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  certificate.serialNumber = `01${Date.now().toString(16).padStart(14, '0')}`;
  certificate.validity.notBefore = new Date(Date.now() + from * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + until * DAY_MS);
  const subject = [{ name: 'commonName', value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  const { raw } = new X509Certificate(pem);
  return { certificate: pem, privateKey, thumbprint: createHash('sha256').update(raw).digest('base64url') };
}

/** As openssl makes it: AES-256, PBKDF2. @returns base64 */
export function pfxOf({ certificate, privateKey }: TestCertificate, passphrase: string): string {
  const words = ['pkcs12', '-export', '-passout', `pass:${passphrase}`];
  return execFileSync('openssl', words, { input: privateKey + certificate }).toString('base64');
}

/** As older Windows exports it: 3DES, SHA-1. @returns base64 */
export function legacyPfxOf({ certificate, privateKey }: TestCertificate, passphrase: string): string {
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(privateKey),
    forge.pki.certificateFromPem(certificate),
    passphrase,
    { algorithm: '3des' },
  );
  return forge.util.encode64(forge.asn1.toDer(asn1).getBytes());
}
