/** Cuts what is to be fetched into batches of bounded count and size, so that memory is bounded whatever waits. */
import type { FetchedHead } from '../contract/connector-type.js';
import type { UidSet } from './uid-set.js';

/** What a crash repeats at most; a settlement in Redis is one round trip, so smaller ones would cost. */
export const BATCH_MESSAGES = 50;
/** Two batches are in memory at once: one handed over, one being fetched. */
export const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * @param heads in the order of their turn; RFC822.SIZE is approximate on Exchange, so the bound is one of order, not of the byte
 * @param careful UIDs that are fetched alone, after all others: one of them may end the session
 * @returns UIDs, batch by batch; a message above the bound is a batch of its own
 */
export function planBatches(heads: readonly FetchedHead[], careful: Pick<UidSet, 'has'>): number[][] {
  const batches: number[][] = [];
  let batch: number[] = [];
  let bytes = 0;
  for (const { uid, size } of heads) {
    if (careful.has(uid)) continue;
    if (batch.length === BATCH_MESSAGES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(uid);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  for (const { uid } of heads) if (careful.has(uid)) batches.push([uid]);
  return batches;
}
