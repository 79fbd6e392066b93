/** Which messages a poll looks at: what the server lists, less what the ledger has done with. */
import type { ReceiveSession, SelectedMailbox } from '../contract/connector-type.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import { isSettled, type LedgerState } from './ledger-state.js';

export interface Candidates {
  /** To be handed over now: ascending, those that were refused before after all others. */
  uids: number[];
  /** What exists above the watermark, ascending: the watermark stops at the first that is not settled. */
  existing: number[];
  /** The highest UID that the listing covers: the last that is known to have existed; UIDNEXT may be ahead of what can be seen. */
  bound: number;
  /** Messages were chosen now for being unread: to be stored before anything else happens. */
  chose: boolean;
}

/** Whether SELECT alone shows that there is nothing to do, so that no SEARCH is needed. */
export function isNothingNew(
  state: LedgerState,
  selected: SelectedMailbox,
  settings: ReceiveSettings,
): boolean {
  if (selected.exists === 0) return state.pending.size === 0;
  if (settings.selection === 'all' || selected.uidNext === undefined) return false;
  // Below a UID that is known to exist it is no UIDNEXT, and tells nothing.
  return selected.uidNext - 1 === state.watermark;
}

/** @param now ms since the epoch; a pending message whose next attempt lies ahead is left for then */
export async function listCandidates(
  session: ReceiveSession,
  context: { state: LedgerState; selected: SelectedMailbox; settings: ReceiveSettings; now: number },
): Promise<Candidates> {
  const { state, selected, settings, now } = context;
  const all = settings.selection === 'all';
  const from = all ? 1 : state.watermark + 1;
  const unread = settings.selection === 'unread';
  const found = selected.exists === 0 ? [] : await session.search({ from, unread });
  const { listed, chose } = unread
    ? await withChosen(session, found, state)
    : { listed: found, chose: false };
  const existing = listed.filter((uid) => uid > state.watermark);
  const bound = Math.max(listed.at(-1) ?? 0, state.settled.values().at(-1) ?? 0, state.watermark);
  const there = new Set(listed);
  for (const uid of state.pending.keys()) if (!there.has(uid)) state.pending.delete(uid);

  const isOpen = (uid: number): boolean =>
    all
      ? !state.owed.has(uid) && !state.quarantined.has(uid) && !state.settled.has(uid)
      : !isSettled(state, uid);
  const due = listed.filter((uid) => isOpen(uid) && (state.pending.get(uid)?.nextAt ?? 0) <= now);
  return { uids: refusedLast(due, state, (uid) => uid), existing, bound, chose };
}

/**
 * Refused messages after all others, so that no number of them, all at the head of the mailbox, keeps the others from
 * their turn.
 */
export const refusedLast = <Item>(
  items: readonly Item[],
  { pending }: Pick<LedgerState, 'pending'>,
  uidOf: (item: Item) => number,
): Item[] => [
  ...items.filter((item) => !pending.has(uidOf(item))),
  ...items.filter((item) => pending.has(uidOf(item))),
];

/** Unread is looked at once: what was chosen is handed over though somebody has read it since. */
async function withChosen(
  session: ReceiveSession,
  unread: readonly number[],
  state: LedgerState,
): Promise<{ listed: number[]; chose: boolean }> {
  const before = state.chosen.toString();
  for (const uid of unread) if (!isSettled(state, uid)) state.chosen.add(uid);
  const chose = state.chosen.toString() !== before;
  const listed = new Set(unread);
  const read = [...new Set([...state.chosen.values(), ...state.pending.keys()])].filter(
    (uid) => !listed.has(uid),
  );
  if (read.length > 0) {
    const there = new Set(await session.search({ from: Math.min(...read), unread: false }));
    for (const uid of read) {
      if (there.has(uid)) listed.add(uid);
      else state.chosen.delete(uid);
    }
  }
  return { listed: [...listed].sort((a, b) => a - b), chose };
}
