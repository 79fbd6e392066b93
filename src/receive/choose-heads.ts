/** Heads of what a poll looks at, and which of them pass the filter; what is gone or filtered out is settled. */
import type { FetchedHead, ReceiveSession } from '../contract/connector-type.js';
import type { ParsedMessage } from '../contract/message.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import { filters, passesFilter } from './filter.js';
import { type LedgerState, settle } from './ledger-state.js';

/**
 * @param uids ascending
 * @param parseHeaders of a header block
 * @returns heads of the messages that are to be handed over, ascending
 */
export async function chooseHeads(
  session: ReceiveSession,
  uids: readonly number[],
  context: {
    state: LedgerState;
    settings: ReceiveSettings;
    parseHeaders(headers: Uint8Array): Promise<ParsedMessage>;
  },
): Promise<FetchedHead[]> {
  const { state, settings } = context;
  const headers = filters(settings.filter);
  const heads = await session.heads(uids, { headers });
  const answered = new Set(heads.map(({ uid }) => uid));
  const { listed, gone } = await stillListed(
    session,
    uids.filter((uid) => !answered.has(uid)),
  );
  for (const uid of gone) settle(state, uid);
  // Its head cannot be read, so it is not filtered: fetching it tells more.
  const headless = listed.map((uid) => ({ uid, size: 0, seen: false }));

  const chosen: FetchedHead[] = [];
  for (const head of heads) {
    // What no parser reads is not filtered out: handing it over tells more, and ends in quarantine.
    const read = head.headers && (await context.parseHeaders(head.headers).catch(() => undefined));
    if (read && !passesFilter(settings.filter, read)) settle(state, head.uid);
    else chosen.push(head);
  }
  return [...chosen, ...headless].sort((a, b) => a.uid - b.uid);
}

/** Tells UIDs that a FETCH left out apart: those that are gone, and those the server still lists but does not give. */
export async function stillListed(
  session: ReceiveSession,
  missing: readonly number[],
): Promise<{ listed: number[]; gone: number[] }> {
  const [first] = missing;
  if (first === undefined) return { listed: [], gone: [] };
  const there = new Set(await session.search({ from: first, unread: false }));
  return { listed: missing.filter((uid) => there.has(uid)), gone: missing.filter((uid) => !there.has(uid)) };
}
