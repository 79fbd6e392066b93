/** A binary heap: what comes first of many, where the rest need not be in order. */

export interface Heap<Item> {
  add(item: Item): void;
  /** Takes out what comes first; `undefined` where there is nothing. */
  takeFirst(): Item | undefined;
}

/** @param before whether the one comes before the other */
export function createHeap<Item>(before: (one: Item, other: Item) => boolean): Heap<Item> {
  const items: Item[] = [];
  const at = (index: number): Item => items[index] as Item;
  const swap = (one: number, other: number): void => {
    [items[one], items[other]] = [at(other), at(one)];
  };
  return {
    add(item) {
      items.push(item);
      for (let child = items.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!before(at(child), at(parent))) return;
        swap(child, parent);
        child = parent;
      }
    },
    takeFirst() {
      const first = items[0];
      const last = items.pop();
      if (first === undefined || last === undefined || items.length === 0) return first;
      items[0] = last;
      for (let parent = 0; ; ) {
        let child = 2 * parent + 1;
        if (child + 1 < items.length && before(at(child + 1), at(child))) child += 1;
        if (child >= items.length || !before(at(child), at(parent))) return first;
        swap(child, parent);
        parent = child;
      }
    },
  };
}
