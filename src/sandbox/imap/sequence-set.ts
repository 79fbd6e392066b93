/** Sequence sets such as `1:5,9,20:*`, by UID or by sequence number (RFC 3501 §9). */
import { firstAtOrAfter, type StoredMessage } from '../mail/mailbox.js';
import { CommandSyntaxError } from './command-line.js';

/**
 * The messages of a set, in order.
 * @param view messages as the session numbers them
 * @throws CommandSyntaxError
 */
export function messagesOf(set: string, view: readonly StoredMessage[], byUid: boolean): StoredMessage[] {
  const last = byUid ? (view.at(-1)?.uid ?? 0) : view.length;
  const chosen = new Set<StoredMessage>();
  for (const part of set.split(',')) {
    const range = /^(\d+|\*)(?::(\d+|\*))?$/.exec(part);
    if (!range?.[1]) throw new CommandSyntaxError('Command Argument Error. 11');
    const bounds = [range[1], range[2] ?? range[1]].map((bound) => (bound === '*' ? last : Number(bound)));
    const low = Math.min(...bounds);
    const high = Math.max(...bounds);
    const from = byUid ? firstAtOrAfter(view, low) : Math.max(0, low - 1);
    const to = byUid ? firstAtOrAfter(view, high + 1) : high;
    for (const message of view.slice(from, to)) chosen.add(message);
  }
  const messages = [...chosen];
  return set.includes(',') ? messages.sort((a, b) => a.uid - b.uid) : messages;
}

/** UIDs in the short form of UIDPLUS (RFC 4315 §3): `3:6,9`. */
export function uidSet(uids: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const uid of uids) {
    const run = runs.at(-1);
    if (run && run[1] === uid - 1) run[1] = uid;
    else runs.push([uid, uid]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
}
