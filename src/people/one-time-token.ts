/** Tokens of one-time links: 256 random bits, of which only the digest is stored; a day is enough to open a mail. */
import { createHash, randomBytes } from 'node:crypto';

export const LINK_MS = 24 * 60 * 60 * 1_000;

export const newToken = (): string => randomBytes(32).toString('base64url');

export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('base64url');
