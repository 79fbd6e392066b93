/** From a passphrase to a key: scrypt (RFC 7914), strong when written, bounded when read, one at a time. */
import { type ScryptOptions, scrypt } from 'node:crypto';

/** 128 MiB and some hundred milliseconds a guess (OWASP Password Storage Cheat Sheet: N 2^17, r 8, p 1). */
export const KDF = { N: 2 ** 17, r: 8, p: 1, saltBytes: 16 } as const;

const KEY_BYTES = 32;
/** What a file may ask for: not so little that guessing is cheap, not so much that it stops the service. */
const BOUNDS = { leastN: 2 ** 15, mostN: 2 ** 18, r: 8, mostP: 4, leastSalt: 16, mostSalt: 64 } as const;

export interface KdfParameters {
  N: number;
  r: number;
  p: number;
  /** base64url */
  salt: string;
}

/** @returns what is wrong with parameters that somebody brought; `undefined` when nothing is */
export function kdfFault({ N, r, p, salt }: KdfParameters): string | undefined {
  const saltBytes = Buffer.from(salt, 'base64url').length;
  const isPowerOfTwo = Number.isInteger(Math.log2(N));
  const isWithin =
    isPowerOfTwo && N >= BOUNDS.leastN && N <= BOUNDS.mostN && r === BOUNDS.r && p >= 1 && p <= BOUNDS.mostP;
  if (!isWithin) return `scrypt with N ${N}, r ${r}, p ${p} is not what an export uses`;
  return saltBytes < BOUNDS.leastSalt || saltBytes > BOUNDS.mostSalt
    ? 'its salt is of another length'
    : undefined;
}

let last: Promise<unknown> = Promise.resolve();

/** @param parameters that {@link kdfFault} finds nothing wrong with */
export function derivedKey(passphrase: string, { N, r, p, salt }: KdfParameters): Promise<Buffer> {
  // A quarter of a gigabyte each at the most: one after the other.
  const derived = last.then(() =>
    // The same letters typed on another machine may come composed differently (Unicode TR 15).
    scryptOf(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64url'), {
      N,
      r,
      p,
      maxmem: 2 * 128 * N * r * p,
    }),
  );
  last = derived.catch(() => undefined);
  return derived;
}

const scryptOf = (passphrase: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
