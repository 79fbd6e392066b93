/**
 * What a receive connector knows of one mailbox (law 2). State is UIDVALIDITY and UID, never a date, never a flag.
 *
 * A UID above the watermark is
 *   open → pending (the destination refused it; tried again) → settled
 *   open → settled: delivered, quarantined, filtered out, or gone
 * and the watermark passes it only when it and every existing UID below it are settled. Delivered ones whose
 * post-processing has not been applied are owed besides; quarantined ones stay listed until they are redelivered.
 */
import { createUidSet, type UidSet } from './uid-set.js';

export interface PendingAttempt {
  attempts: number;
  /** ms since the epoch */
  nextAt: number;
}

export interface LedgerState {
  /** Whose mailbox it is; another account starts afresh. */
  account: string;
  /** Absent before the first SELECT. */
  uidValidity: string | undefined;
  /** Every UID up to it is settled. */
  watermark: number;
  /** Settled above the watermark. */
  settled: UidSet;
  quarantined: UidSet;
  owed: UidSet;
  pending: Map<number, PendingAttempt>;
  /** Chosen because nobody had read them (selection unread); they stay chosen when somebody does. */
  chosen: UidSet;
  /** Fetched one by one, because a session ended while they were fetched together. */
  careful: UidSet;
  /** How many fingerprints were ever written; the ring's next place follows from it. */
  fingerprints: number;
  /** Fingerprints of the last messages before the start, one after the other; never delivered, and never to be. */
  anchors: Buffer;
}

/** Fields of the Redis hash; `owner` belongs to the claim. */
const FIELDS = {
  account: 'account',
  uidValidity: 'uidValidity',
  watermark: 'watermark',
  settled: 'settled',
  quarantined: 'quarantined',
  owed: 'owed',
  pending: 'pending',
  chosen: 'chosen',
  careful: 'careful',
  fingerprints: 'fingerprints',
  anchors: 'anchors',
} as const;

export function emptyLedger(account: string): LedgerState {
  return {
    account,
    uidValidity: undefined,
    watermark: 0,
    settled: createUidSet(),
    quarantined: createUidSet(),
    owed: createUidSet(),
    pending: new Map(),
    chosen: createUidSet(),
    careful: createUidSet(),
    fingerprints: 0,
    anchors: Buffer.alloc(0),
  };
}

export function readLedgerFields(fields: Record<string, string>): LedgerState {
  const pending = JSON.parse(fields[FIELDS.pending] || '[]') as [number, number, number][];
  return {
    account: fields[FIELDS.account] ?? '',
    uidValidity: fields[FIELDS.uidValidity] || undefined,
    watermark: Number(fields[FIELDS.watermark] ?? 0),
    settled: createUidSet(fields[FIELDS.settled]),
    quarantined: createUidSet(fields[FIELDS.quarantined]),
    owed: createUidSet(fields[FIELDS.owed]),
    pending: new Map(pending.map(([uid, attempts, nextAt]) => [uid, { attempts, nextAt }])),
    chosen: createUidSet(fields[FIELDS.chosen]),
    careful: createUidSet(fields[FIELDS.careful]),
    fingerprints: Number(fields[FIELDS.fingerprints] ?? 0),
    anchors: Buffer.from(fields[FIELDS.anchors] ?? '', 'base64'),
  };
}

/** Every field as stored; an empty one is removed, so that an idle ledger stays small. */
export function ledgerFields(state: LedgerState): [name: string, value: string][] {
  const pending = [...state.pending].map(([uid, { attempts, nextAt }]) => [uid, attempts, nextAt]);
  return [
    [FIELDS.account, state.account],
    [FIELDS.uidValidity, state.uidValidity ?? ''],
    [FIELDS.watermark, String(state.watermark)],
    [FIELDS.settled, state.settled.toString()],
    [FIELDS.quarantined, state.quarantined.toString()],
    [FIELDS.owed, state.owed.toString()],
    [FIELDS.pending, pending.length === 0 ? '' : JSON.stringify(pending)],
    [FIELDS.chosen, state.chosen.toString()],
    [FIELDS.careful, state.careful.toString()],
    [FIELDS.fingerprints, state.fingerprints === 0 ? '' : String(state.fingerprints)],
    [FIELDS.anchors, state.anchors.toString('base64')],
  ];
}

/** Records that a UID needs nothing more, save what it may be owed. */
export function settle(state: LedgerState, uid: number): void {
  state.pending.delete(uid);
  state.chosen.delete(uid);
  state.careful.delete(uid);
  if (uid > state.watermark) state.settled.add(uid);
}

/** Whether a UID is settled; a quarantined one counts. */
export const isSettled = (state: LedgerState, uid: number): boolean =>
  uid <= state.watermark || state.settled.has(uid);

/**
 * Moves the watermark up to just before the first existing UID that is not settled.
 * @param existing UIDs above the watermark that the server listed, ascending
 * @param bound the highest UID that the listing covers: what lies below and was not listed is gone (RFC 9051 §2.3.1.1)
 */
export function advance(state: LedgerState, existing: readonly number[], bound: number): void {
  const open = existing.find((uid) => !isSettled(state, uid));
  const reached = open === undefined ? bound : open - 1;
  if (reached > state.watermark) state.watermark = reached;
  state.settled.deleteThrough(state.watermark);
  state.chosen.deleteThrough(state.watermark);
  state.careful.deleteThrough(state.watermark);
}

/**
 * Whether a receiver needs a message no more, so that another one may move or delete it.
 * @param action what that receiver does afterwards: a mark or copy that it still owes needs the message
 */
export function isDoneWith(state: LedgerState, uid: number, action: string): boolean {
  if (!isSettled(state, uid) || state.quarantined.has(uid)) return false;
  return !(state.owed.has(uid) && (action === 'markRead' || action === 'copy'));
}
