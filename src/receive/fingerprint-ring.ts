/** Where fingerprints lie: a ring of the last 10,000, cut into chunks of one Redis string each. */
import { FINGERPRINT_BYTES } from './fingerprint.js';

/** The bounded window of law 2. */
export const RING_SIZE = 10_000;
const PRINTS_PER_CHUNK = 250;
export const CHUNK_BYTES = PRINTS_PER_CHUNK * FINGERPRINT_BYTES;
export const CHUNKS = RING_SIZE / PRINTS_PER_CHUNK;

export interface ChunkWrite {
  chunk: number;
  /** bytes */
  offset: number;
  bytes: Buffer;
}

/**
 * The writes that append fingerprints.
 * @param written how many were ever written before
 */
export function appendWrites(written: number, prints: readonly Buffer[]): ChunkWrite[] {
  const writes: ChunkWrite[] = [];
  prints.forEach((print, i) => {
    const place = (written + i) % RING_SIZE;
    const chunk = Math.floor(place / PRINTS_PER_CHUNK);
    const last = writes.at(-1);
    if (last?.chunk === chunk) last.bytes = Buffer.concat([last.bytes, print]);
    else writes.push({ chunk, offset: (place % PRINTS_PER_CHUNK) * FINGERPRINT_BYTES, bytes: print });
  });
  return writes;
}

/** How many of the chunks hold something. */
export const chunksInUse = (written: number): number =>
  Math.ceil(Math.min(written, RING_SIZE) / PRINTS_PER_CHUNK);

/** Bytes of the whole ring that hold fingerprints; the rest of the last chunk is padding. */
export const ringBytes = (written: number): number => Math.min(written, RING_SIZE) * FINGERPRINT_BYTES;
