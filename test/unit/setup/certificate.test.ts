import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CertificateInput, readCertificate } from '../../../src/setup/certificate.js';
import { legacyPfxOf, makeClientCertificate, pfxOf } from '../../servers/client-certificate.js';

const good = makeClientCertificate({ name: 'Contoso mail' });
const other = makeClientCertificate({ name: 'Another' });
const now = Date.now();

const faultOf = (input: CertificateInput, knownThumbprint?: string): string => {
  const read = readCertificate(input, { now, knownThumbprint });
  return 'faults' in read ? read.faults.map(({ path, message }) => `${path} ${message}`).join('; ') : 'none';
};

const encrypted = (passphrase: string): string =>
  createPrivateKey(good.privateKey)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();

describe('a client certificate', () => {
  it('is read from PEM, and shows whose it is and until when', () => {
    const read = readCertificate(good, { now });
    expect(read).toEqual({
      value: {
        certificate: expect.stringContaining('BEGIN CERTIFICATE'),
        privateKey: good.privateKey,
        subject: 'CN=Contoso mail',
        thumbprint: good.thumbprint,
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    });
  });

  it.each([
    ['PKCS #8', encrypted('the passphrase')],
    [
      'PKCS #1 as openssl once made it',
      createPrivateKey(good.privateKey)
        .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'the passphrase' })
        .toString(),
    ],
  ])('is read with an encrypted key, %s, and its key is kept without a passphrase', (_, privateKey) => {
    const read = readCertificate({ ...good, privateKey, passphrase: 'the passphrase' }, { now });
    expect(read).toMatchObject({ value: { privateKey: good.privateKey } });
    expect(faultOf({ ...good, privateKey })).toBe('/privateKey is encrypted: give its passphrase');
    expect(faultOf({ ...good, privateKey, passphrase: 'wrong' })).toBe(
      '/passphrase does not open the private key',
    );
  });

  it.each([
    ['openssl', pfxOf(good, 'päss wörd')],
    ['Windows of old', legacyPfxOf(good, 'päss wörd')],
  ])('is read from a PFX of %s', (_, pfx) => {
    expect(readCertificate({ pfx, passphrase: 'päss wörd' }, { now })).toMatchObject({
      value: { privateKey: good.privateKey, thumbprint: good.thumbprint },
    });
    expect(faultOf({ pfx, passphrase: 'wrong' })).toBe('/passphrase does not open the PFX');
    expect(faultOf({ pfx })).toBe('/passphrase is needed to open the PFX');
  });

  it('is found among the others of its chain by its key', () => {
    const certificate = `Bag Attributes\n${other.certificate}\n${good.certificate}`;
    expect(readCertificate({ ...good, certificate }, { now })).toMatchObject({
      value: { thumbprint: good.thumbprint },
    });
  });

  it('is refused where it is not that of the key, has expired, or is not valid yet, beside the field at fault', () => {
    expect(faultOf({ certificate: other.certificate, privateKey: good.privateKey })).toBe(
      '/certificate does not belong to the private key: it is that of CN=Another',
    );
    const old = makeClientCertificate({ from: -20, until: -10 });
    const day = new Date(now - 10 * 24 * 3_600_000).toISOString().slice(0, 10);
    expect(faultOf(old)).toBe(`/certificate expired on ${day} (CN=mailgrant): give the one that replaced it`);
    expect(faultOf({ pfx: pfxOf(old, 'x'), passphrase: 'x' })).toMatch(/^\/pfx expired on/);
    expect(faultOf(makeClientCertificate({ from: 2 }))).toMatch(/^\/certificate is not valid before/);
  });

  it('may have expired since it was accepted, so that other settings can still be changed', () => {
    const old = makeClientCertificate({ from: -20, until: -10 });
    expect(faultOf(old, old.thumbprint)).toBe('none');
  });

  it('needs an RSA key of 2048 bits', () => {
    expect(faultOf(makeClientCertificate({ bits: 1024 }))).toBe(
      '/privateKey is an RSA key of 1024 bits: at least 2048 are needed',
    );
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const privateKey = curve.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(faultOf({ ...good, privateKey })).toBe('/privateKey is no RSA key (ec): PS256 and RS256 need one');
  });

  it('names the kind of key in a PFX that nobody can sign PS256 with', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'mailgrant-pfx-'));
    const run = (...words: string[]): Buffer =>
      execFileSync('openssl', words, { cwd: directory, stdio: 'pipe' });
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    run(
      'req',
      '-x509',
      ...curve,
      '-subj',
      '/CN=curve',
      '-days',
      '2',
      '-keyout',
      'key',
      '-out',
      'certificate',
    );
    const made = run('pkcs12', '-export', '-passout', 'pass:x', '-inkey', 'key', '-in', 'certificate');
    rmSync(directory, { recursive: true });
    const pfx = made.toString('base64');
    expect(faultOf({ pfx, passphrase: 'x' })).toBe('/pfx is no RSA key (ec): PS256 and RS256 need one');
  });

  it.each<[string, CertificateInput, string]>([
    ['nothing', {}, '/certificate is required, with privateKey; or pfx'],
    ['no key', { certificate: good.certificate }, '/privateKey is required'],
    ['no certificate', { privateKey: good.privateKey }, '/certificate is required'],
    [
      'a key in the place of the certificate',
      { certificate: good.privateKey, privateKey: good.privateKey },
      '/certificate is no PEM certificate (-----BEGIN CERTIFICATE-----)',
    ],
    [
      'a damaged certificate',
      { certificate: good.certificate.replace(/^M\w{20}/m, ''), privateKey: good.privateKey },
      '/certificate is no PEM certificate (-----BEGIN CERTIFICATE-----)',
    ],
    [
      'a certificate in the place of the key',
      { certificate: good.certificate, privateKey: good.certificate },
      '/privateKey is no PEM private key (-----BEGIN PRIVATE KEY-----)',
    ],
    ['a PFX that is text', { pfx: 'bm90IGEgcGZ4' }, '/pfx is no PFX (PKCS #12) in base64'],
    [
      'a PEM in the place of a PFX',
      { pfx: Buffer.from(good.certificate).toString('base64') },
      '/pfx is no PFX (PKCS #12) in base64',
    ],
  ])('says of %s what is missing', (_, input, fault) => {
    expect(faultOf(input)).toBe(fault);
  });
});
