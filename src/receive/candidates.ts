/** Which messages a poll looks at: what the server lists, less what the ledger has done with. */
import type { ReceiveSession, SelectedMailbox } from '../contract/connector-type.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import { isSettled, type LedgerState } from './ledger-state.js';

export interface Candidates {
  /** Ascending: to be handed over now. */
  uids: number[];
  /** What exists above the watermark, ascending: the watermark stops at the first that is not settled. */
  existing: number[];
  /** The highest UID that the listing covers. */
  bound: number;
}

/** Whether SELECT alone shows that there is nothing to do, so that no SEARCH is needed. */
export function isNothingNew(
  state: LedgerState,
  selected: SelectedMailbox,
  settings: ReceiveSettings,
): boolean {
  if (selected.exists === 0) return state.pending.size === 0;
  if (settings.selection === 'all' || selected.uidNext === undefined) return false;
  return selected.uidNext - 1 <= state.watermark;
}

/** @param now ms since the epoch; a pending message whose next attempt lies ahead is left for then */
export async function listCandidates(
  session: ReceiveSession,
  context: { state: LedgerState; selected: SelectedMailbox; settings: ReceiveSettings; now: number },
): Promise<Candidates> {
  const { state, selected, settings, now } = context;
  const all = settings.selection === 'all';
  const from = all ? 1 : state.watermark + 1;
  const listed =
    selected.exists === 0 ? [] : await session.search({ from, unread: settings.selection === 'unread' });
  const existing = listed.filter((uid) => uid > state.watermark);
  const bound = Math.max((selected.uidNext ?? 1) - 1, listed.at(-1) ?? 0, state.watermark);
  const there = new Set(listed);
  for (const uid of state.pending.keys()) if (!there.has(uid)) state.pending.delete(uid);

  const isOpen = (uid: number): boolean =>
    all
      ? !state.owed.has(uid) && !state.quarantined.has(uid) && !state.settled.has(uid)
      : !isSettled(state, uid);
  const uids = listed.filter((uid) => isOpen(uid) && (state.pending.get(uid)?.nextAt ?? 0) <= now);
  return { uids, existing, bound };
}
