/** Fingerprints of messages by their headers: how delivered mail is recognised when UIDVALIDITY has changed (law 2). */
import { createHash } from 'node:crypto';

export const FINGERPRINT_BYTES = 8;

/** Headers that the same message keeps when a server stores it anew; Received tells two copies of one mail apart. */
const STABLE_HEADERS = new Set(['message-id', 'date', 'from', 'to', 'subject', 'received']);

/**
 * @param source a whole message, or its header block
 * @returns eight bytes
 */
export function fingerprint(source: Uint8Array): Buffer {
  const hash = createHash('sha256');
  for (const line of headerLines(source)) {
    const name = line.slice(0, line.indexOf(':')).trim().toLowerCase();
    if (STABLE_HEADERS.has(name)) hash.update(`${name}:${line.slice(line.indexOf(':') + 1).trim()}\n`);
  }
  return hash.digest().subarray(0, FINGERPRINT_BYTES);
}

/** The header block of a message, without the empty line that ends it (RFC 5322 §2.1). */
export function headerBlock(source: Uint8Array): Buffer {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const crlf = bytes.indexOf('\r\n\r\n');
  const within = crlf < 0 ? bytes : bytes.subarray(0, crlf);
  const lf = within.indexOf('\n\n');
  return lf < 0 ? within : within.subarray(0, lf);
}

/** Unfolded header lines (RFC 5322 §2.2.3), runs of white space as one blank. */
function headerLines(source: Uint8Array): string[] {
  return headerBlock(source)
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/[ \t]+/g, ' '));
}

/** A bag of fingerprints, each as often as it was delivered: two like messages are two. */
export interface FingerprintBag {
  /** Takes one out. @returns false when there is none (left) */
  take(print: Buffer): boolean;
}

/** @param prints fingerprints one after the other */
export function createFingerprintBag(prints: Buffer): FingerprintBag {
  const counts = new Map<string, number>();
  for (let at = 0; at + FINGERPRINT_BYTES <= prints.length; at += FINGERPRINT_BYTES) {
    const key = prints.toString('hex', at, at + FINGERPRINT_BYTES);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return {
    take(print) {
      const key = print.toString('hex');
      const left = counts.get(key) ?? 0;
      if (left > 0) counts.set(key, left - 1);
      return left > 0;
    },
  };
}
