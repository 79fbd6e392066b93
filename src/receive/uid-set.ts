/** Sets of UIDs kept as ranges, in memory and as text ("3-7,9"): mailboxes are read in order, so sets are runs. */

export interface UidSet {
  has(uid: number): boolean;
  add(uid: number): void;
  delete(uid: number): void;
  /** Drops every UID up to and including this one. */
  deleteThrough(uid: number): void;
  /** Ascending. */
  values(): number[];
  readonly isEmpty: boolean;
  /** For storage; createUidSet reads it again. */
  toString(): string;
}

/** @param text as toString() gives it; empty or absent: no UID */
export function createUidSet(text = ''): UidSet {
  /** Ascending, disjoint, never adjacent; both ends belong to the range. */
  const ranges: [first: number, last: number][] = text
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return [first, last];
    });

  /** Index of the first range that ends at or after the UID. */
  const indexFor = (uid: number): number => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const [, last] = ranges[middle] as [number, number];
      if (last < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const holding = (uid: number): [number, number] | undefined => {
    const range = ranges[indexFor(uid)];
    return range && range[0] <= uid ? range : undefined;
  };

  return {
    has: (uid) => holding(uid) !== undefined,
    add(uid) {
      if (holding(uid)) return;
      const at = indexFor(uid);
      const next = ranges[at];
      const before = ranges[at - 1];
      const joinsBefore = before !== undefined && before[1] === uid - 1;
      const joinsNext = next !== undefined && next[0] === uid + 1;
      if (joinsBefore && joinsNext) {
        before[1] = next[1];
        ranges.splice(at, 1);
      } else if (joinsBefore) before[1] = uid;
      else if (joinsNext) next[0] = uid;
      else ranges.splice(at, 0, [uid, uid]);
    },
    delete(uid) {
      const range = holding(uid);
      if (!range) return;
      const [first, last] = range;
      const rest: [number, number][] = [];
      if (first < uid) rest.push([first, uid - 1]);
      if (uid < last) rest.push([uid + 1, last]);
      ranges.splice(indexFor(uid), 1, ...rest);
    },
    deleteThrough(uid) {
      ranges.splice(0, indexFor(uid + 1));
      const first = ranges[0];
      if (first && first[0] <= uid) first[0] = uid + 1;
    },
    values: () =>
      ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
    get isEmpty() {
      return ranges.length === 0;
    },
    toString: () =>
      ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(','),
  };
}
