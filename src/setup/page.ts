/** One page of records: ids from the index, records beside them; an id whose record is gone is skipped. */
import type { RecordStore, StoredRecord } from '../storage/records.js';

export interface Page<Item> {
  items: Item[];
  /** Pass as `after` for the next page; absent at the end. */
  next: string | undefined;
}

export async function readPage<Id extends string, Item>(
  store: RecordStore<Id>,
  options: { after?: string; limit: number },
  itemOf: (id: Id, record: StoredRecord) => Item,
): Promise<Page<Item>> {
  const { ids, next } = await store.ids(options);
  const records = await Promise.all(ids.map((id) => store.read(id)));
  const items = records.flatMap((record, index) => {
    const id = ids[index];
    return record && id !== undefined ? [itemOf(id, record)] : [];
  });
  return { items, next };
}

/** Every record there is; one that vanishes meanwhile is skipped. */
export async function* readAll<Id extends string, Item>(
  store: RecordStore<Id>,
  itemOf: (id: Id, record: StoredRecord) => Item,
): AsyncIterable<Item> {
  let after: string | undefined;
  do {
    const page = await readPage(store, { limit: 200, ...(after !== undefined && { after }) }, itemOf);
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
