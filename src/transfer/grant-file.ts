/**
 * The file that carries a grant to another machine: JSON, its content encrypted with AES-256-GCM (NIST SP 800-38D) under
 * a key that scrypt (RFC 7914) makes from a passphrase. Everything outside the content is its associated data. A checksum
 * tells a file that was damaged on the way from a wrong passphrase; it protects nothing.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { problemError } from '../contract/problem.js';
import { worded } from '../contract/worded-pattern.js';
import { derivedKey, KDF, kdfFault } from './passphrase-key.js';

export const GRANT_FORMAT = 'mailgrant-grant';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const base64url = (maxLength: number) =>
  Type.String({ pattern: worded('^[A-Za-z0-9_-]+$', 'base64url'), maxLength });

export const grantFileSchema = Type.Object(
  {
    format: Type.Literal(GRANT_FORMAT),
    version: Type.Literal(VERSION),
    createdAt: Type.String({ maxLength: 40 }),
    kdf: Type.Object(
      {
        name: Type.Literal('scrypt'),
        N: Type.Integer({ description: 'CPU and memory cost, a power of two.' }),
        r: Type.Integer(),
        p: Type.Integer(),
        salt: base64url(100),
      },
      { additionalProperties: false },
    ),
    cipher: Type.Object(
      { name: Type.Literal('aes-256-gcm'), nonce: base64url(40), tag: base64url(40) },
      { additionalProperties: false },
    ),
    content: base64url(200_000),
    checksum: base64url(60),
  },
  { additionalProperties: false, description: 'A grant, encrypted with a passphrase.' },
);

export type GrantFile = Static<typeof grantFileSchema>;

/** Encrypts. @param content anything that JSON can say */
export async function sealedFile(content: unknown, passphrase: string): Promise<GrantFile> {
  const kdf = { ...KDF, salt: randomBytes(KDF.saltBytes).toString('base64url') };
  const nonce = randomBytes(NONCE_BYTES);
  const head: Head = {
    format: GRANT_FORMAT,
    version: VERSION,
    createdAt: new Date().toISOString(),
    kdf: { name: 'scrypt', N: kdf.N, r: kdf.r, p: kdf.p, salt: kdf.salt },
    cipher: { name: 'aes-256-gcm', nonce: nonce.toString('base64url') },
  };
  const cipher = createCipheriv('aes-256-gcm', await derivedKey(passphrase, head.kdf), nonce);
  cipher.setAAD(Buffer.from(authenticated(head)));
  const bytes = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  const tag = cipher.getAuthTag().toString('base64url');
  const file = {
    ...head,
    cipher: { name: head.cipher.name, nonce: head.cipher.nonce, tag },
    content: bytes.toString('base64url'),
  };
  return { ...file, checksum: checksumOf(file) };
}

/**
 * Decrypts.
 * @param given whatever was brought
 * @returns the content, as it was encrypted
 * @throws ProblemError `transfer-file-foreign`, `transfer-file-newer`, `transfer-file-damaged`, `transfer-passphrase-wrong`
 */
export async function openedFile(given: unknown, passphrase: string): Promise<unknown> {
  const file = checkedFile(given);
  const decipher = createDecipheriv(
    'aes-256-gcm',
    await derivedKey(passphrase, file.kdf),
    bytesOf(file.cipher.nonce),
  );
  decipher.setAAD(Buffer.from(authenticated(file)));
  decipher.setAuthTag(bytesOf(file.cipher.tag));
  let text: string;
  try {
    text = Buffer.concat([decipher.update(bytesOf(file.content)), decipher.final()]).toString('utf8');
  } catch (error) {
    throw problemError('transfer-passphrase-wrong', { cause: error });
  }
  return JSON.parse(text) as unknown;
}

/** Everything that can be told without the passphrase. */
function checkedFile(given: unknown): GrantFile {
  const { format, version } = (
    typeof given === 'object' && given !== null ? given : {}
  ) as Partial<GrantFile>;
  if (format !== GRANT_FORMAT) throw problemError('transfer-file-foreign');
  if (typeof version === 'number' && version > VERSION)
    throw problemError('transfer-file-newer', { with: { version, known: VERSION } });
  if (!Value.Check(grantFileSchema, given)) throw damaged('its form is not that of an export');
  if (checksumOf(given) !== given.checksum) throw damaged('its checksum does not fit');
  const texts = [given.kdf.salt, given.cipher.nonce, given.cipher.tag, given.content];
  if (texts.some((text) => bytesOf(text).toString('base64url') !== text))
    throw damaged('it is not encoded as an export is');
  const isSized =
    bytesOf(given.cipher.nonce).length === NONCE_BYTES && bytesOf(given.cipher.tag).length === TAG_BYTES;
  const fault = isSized ? kdfFault(given.kdf) : 'nonce or tag are of another length';
  if (fault !== undefined) throw damaged(fault);
  return given;
}

const damaged = (what: string) => problemError('transfer-file-damaged', { with: { what } });

type Head = Pick<GrantFile, 'format' | 'version' | 'createdAt' | 'kdf'> & {
  cipher: Pick<GrantFile['cipher'], 'name' | 'nonce'>;
};

/** The head as one text; the order of members in the file means nothing. */
const authenticated = ({ format, version, createdAt, kdf, cipher }: Head): string =>
  JSON.stringify([
    ...[format, version, createdAt],
    ...[kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt],
    ...[cipher.name, cipher.nonce],
  ]);

const checksumOf = (file: Omit<GrantFile, 'checksum'>): string =>
  createHash('sha256')
    .update(JSON.stringify([authenticated(file), file.cipher.tag, file.content]))
    .digest('base64url');

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');
