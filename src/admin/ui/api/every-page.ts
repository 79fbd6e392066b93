/** Reads a list to its end, page by page: for those that people choose from, and that stay short enough for it. */

interface ListPage<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** As many as the service answers at once, of most lists. */
const PAGE = 200;

/**
 * @param read one page
 * @param limit of one page, where the list gives more
 */
export async function everyPage<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<ListPage<Item>>,
  limit = PAGE,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | null | undefined;
  do {
    const page: ListPage<Item> = await read({ limit, ...(cursor && { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
