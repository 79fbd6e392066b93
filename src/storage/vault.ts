/**
 * The vault: seals secrets at rest with AES-256-GCM (NIST SP 800-38D). A sealed value is
 *   1 byte format | 4 bytes key id | 12 bytes nonce | 16 bytes tag | ciphertext
 * and is bound to the record it belongs to: the record's key and field are its associated data, so that a value that
 * was copied to another record does not open.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const FORMAT = 1;
const HEAD_BYTES = 1 + 4 + 12 + 16;

/** A sealed value that no key opens: wrong key, wrong record, or altered. Says nothing of its content. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

export interface Vault {
  /**
   * @param plaintext the secret
   * @param place the record and field it is stored in, such as `mg:{con_…}/tokens`
   */
  seal(plaintext: string, place: string): Buffer;
  /** @throws UnsealError */
  open(sealed: Buffer, place: string): string;
  /** Ids of the keys, hexadecimal; the one that seals first. An id tells nothing of its key. */
  readonly keyIds: readonly string[];
  /** Id of the key that a value was sealed with; `undefined` for bytes that are no sealed value. */
  keyIdOf(sealed: Buffer): string | undefined;
  /** Whether the value was sealed with another key than the current one, so that it should be sealed anew. */
  isOutdated(sealed: Buffer): boolean;
}

/**
 * @param keys 32 bytes each; the first seals, all open
 * @throws RangeError when there is no key, or one of another length
 */
export function createVault(keys: readonly Buffer[]): Vault {
  if (keys.length === 0 || keys.some((key) => key.length !== 32)) {
    throw new RangeError('an encryption key is 32 bytes');
  }
  const byId = new Map(keys.map((key) => [keyIdOf(key).toString('hex'), key]));
  const current = keys[0] as Buffer;
  const currentId = keyIdOf(current);
  return {
    keyIds: [...byId.keys()],
    keyIdOf: (sealed) =>
      sealed.length < HEAD_BYTES || sealed[0] !== FORMAT ? undefined : sealed.subarray(1, 5).toString('hex'),
    seal(plaintext, place) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current, nonce);
      cipher.setAAD(Buffer.from(place));
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([FORMAT]), currentId, nonce, cipher.getAuthTag(), ciphertext]);
    },
    open(sealed, place) {
      const key = byId.get(sealed.subarray(1, 5).toString('hex'));
      if (sealed.length < HEAD_BYTES || sealed[0] !== FORMAT || !key) {
        throw new UnsealError(`${place} is not sealed with a known key`);
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(5, 17));
        decipher.setAAD(Buffer.from(place));
        decipher.setAuthTag(sealed.subarray(17, HEAD_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new UnsealError(`${place} does not open: altered, or moved from another record`);
      }
    },
    isOutdated: (sealed) => !sealed.subarray(1, 5).equals(currentId),
  };
}

const keyIdOf = (key: Buffer): Buffer =>
  createHash('sha256').update('mailgrant key id').update(key).digest().subarray(0, 4);
