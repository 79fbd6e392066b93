/** Brings a ledger in line with the mailbox that was just selected: a first start, or a new UIDVALIDITY (law 2). */
import type { FetchedHead, ReceiveSession, SelectedMailbox } from '../contract/connector-type.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import { createFingerprintBag, fingerprint } from './fingerprint.js';
import { RING_SIZE } from './fingerprint-ring.js';
import type { Ledger } from './ledger.js';
import { advance, settle } from './ledger-state.js';
import { createUidSet } from './uid-set.js';

/**
 * Messages before the start whose fingerprints are kept, so that a new UIDVALIDITY does not make them new mail. In base64
 * they stay below 64 characters: above, Redis keeps the whole ledger in a form that takes a kilobyte more.
 */
const ANCHORS = 5;
/** How far below the start they are looked for first; UIDs have gaps, and the whole mailbox may be long. */
const ANCHOR_REACH = 500;
/** Heads fetched at once while a mailbox is gone through whole. */
const HEADS_AT_ONCE = 200;

export interface Mailbox {
  session: ReceiveSession;
  selected: SelectedMailbox;
  settings: ReceiveSettings;
}

/**
 * @returns 'same' when the ledger goes on where it was, else what was done
 * @throws ProblemError of the session, LedgerLostError
 */
export async function takePosition(
  ledger: Ledger,
  mailbox: Mailbox,
): Promise<'same' | 'started' | 'recognised'> {
  const { uidValidity } = ledger.state;
  if (uidValidity === mailbox.selected.uidValidity) {
    // A crash may have come between start and anchors.
    const { anchors, fingerprints } = ledger.state;
    if (anchors.length === 0 && fingerprints === 0) await dropAnchors(ledger, mailbox);
    return 'same';
  }
  if (uidValidity === undefined) {
    await start(ledger, mailbox);
    return 'started';
  }
  await recognise(ledger, mailbox);
  return 'recognised';
}

/** Stores where the first poll begins, before any message is fetched. */
async function start(ledger: Ledger, mailbox: Mailbox): Promise<void> {
  const { selected, settings } = mailbox;
  const { state } = ledger;
  const last = await lastUid(mailbox);
  const firstUid = await startUid(mailbox, last);
  state.uidValidity = selected.uidValidity;
  state.watermark = settings.selection === 'all' ? 0 : firstUid - 1;
  await ledger.commit();
  await dropAnchors(ledger, mailbox);
}

/** Keeps what lies just before the start recognisable. */
async function dropAnchors(ledger: Ledger, { session, selected }: Mailbox): Promise<void> {
  const { state } = ledger;
  if (state.watermark === 0 || selected.exists === 0) return;
  const beforeStart = async (from: number): Promise<number[]> =>
    (await session.search({ from, unread: false })).filter((uid) => uid <= state.watermark);
  const near = Math.max(1, state.watermark - ANCHOR_REACH);
  let before = await beforeStart(near);
  if (before.length === 0 && near > 1) before = await beforeStart(1);
  if (before.length === 0) return;
  const heads = await session.heads(before.slice(-ANCHORS), { headers: true });
  state.anchors = Buffer.concat(heads.flatMap((head) => printOf(head) ?? []));
  await ledger.commit();
}

/** UIDNEXT - 1; asked for where the server does not tell. */
async function lastUid({ session, selected }: Mailbox): Promise<number> {
  if (selected.uidNext !== undefined) return selected.uidNext - 1;
  if (selected.exists === 0) return 0;
  return (await session.search({ from: 1, unread: false })).at(-1) ?? 0;
}

/** The first UID that counts as new. A date chooses it once; it is never looked at again. */
async function startUid({ session, settings }: Mailbox, last: number): Promise<number> {
  if (settings.startFrom === 'all') return 1;
  if (settings.startFrom === 'now') return last + 1;
  const date = Date.parse(settings.startFrom);
  const uids = await session.search({ from: 1, unread: false });
  for (const portion of portionsOf(uids)) {
    const heads = await session.heads(portion, { headers: false });
    const first = heads.find(({ receivedAt }) => receivedAt !== undefined && receivedAt >= date);
    if (first) return first.uid;
  }
  return Math.max(last, uids.at(-1) ?? 0) + 1;
}

/**
 * UIDVALIDITY has changed: every UID is a new one. What was delivered is recognised by its headers and settled, so is
 * what lay before the start; all else is new or had not been delivered, and is open. One commit: a crash begins again.
 */
async function recognise(ledger: Ledger, { session, selected, settings }: Mailbox): Promise<void> {
  const { state } = ledger;
  const bag = createFingerprintBag(await ledger.fingerprints());
  const anchors = createFingerprintBag(state.anchors);
  const existing = await session.search({ from: 1, unread: false });
  const recognised: number[] = [];
  let lastAnchor = 0;
  for (const portion of portionsOf(existing)) {
    for (const head of await session.heads(portion, { headers: true })) {
      const print = printOf(head);
      if (!print) continue;
      if (bag.take(print)) recognised.push(head.uid);
      else if (anchors.take(print)) lastAnchor = head.uid;
    }
  }
  // Where more was delivered than the window holds, what lies before the oldest that is recognised was delivered, too.
  const beyondWindow = state.fingerprints > RING_SIZE ? (recognised[0] ?? 1) - 1 : 0;
  const history = Math.max(lastAnchor, beyondWindow);
  const leaves = settings.postProcessing.action === 'move' || settings.postProcessing.action === 'delete';
  // Delivered, owed and still here: the latest deliveries. Older ones were delivered when nothing was to leave, and stay.
  const owed = settings.selection === 'all' ? recognised.length : state.owed.values().length;
  const leaving = leaves && owed > 0 ? recognised.slice(-owed) : [];

  state.uidValidity = selected.uidValidity;
  state.watermark = 0;
  state.settled = createUidSet();
  state.quarantined = createUidSet();
  state.chosen = createUidSet();
  state.careful = createUidSet();
  state.owed = createUidSet();
  state.pending.clear();
  for (const uid of existing) if (uid <= history) settle(state, uid);
  for (const uid of recognised) settle(state, uid);
  for (const uid of leaving) state.owed.add(uid);
  advance(state, existing, existing.at(-1) ?? 0);
  await ledger.commit();
}

const printOf = ({ headers }: FetchedHead): Buffer | undefined =>
  headers ? fingerprint(headers) : undefined;

function* portionsOf(uids: readonly number[]): Generator<number[]> {
  for (let i = 0; i < uids.length; i += HEADS_AT_ONCE) yield uids.slice(i, i + HEADS_AT_ONCE);
}
