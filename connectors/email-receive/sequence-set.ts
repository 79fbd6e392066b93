/** Sequence sets (RFC 9051 §9, sequence-set): lists of UIDs as commands take them. */

/** UIDs a command names at most; keeps command lines well under the 8,000 octets that servers take. */
export const UIDS_PER_COMMAND = 400;

/** @param uids ascending @returns such as `3:7,9,12:13` */
export function sequenceSet(uids: readonly number[]): string {
  const parts: string[] = [];
  let first: number | undefined;
  let last: number | undefined;
  const close = (): void => {
    if (first !== undefined) parts.push(first === last ? `${first}` : `${first}:${last}`);
  };
  for (const uid of uids) {
    if (last !== undefined && uid === last + 1) {
      last = uid;
      continue;
    }
    close();
    first = uid;
    last = uid;
  }
  close();
  return parts.join(',');
}

/** The UIDs in portions that one command takes. */
export function* portions(uids: readonly number[]): Generator<number[]> {
  for (let i = 0; i < uids.length; i += UIDS_PER_COMMAND) yield uids.slice(i, i + UIDS_PER_COMMAND);
}
