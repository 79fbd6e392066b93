/** Lists: `{items, nextCursor}`; the cursor is opaque to clients, so that what is behind it may change. */
import { type TSchema, Type } from 'typebox';
import type { Page } from '../setup/page.js';
import { refusedQuery, unlessGone } from './route-parts.js';

export const listQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Items in one answer.' }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: 'nextCursor of the answer before; absent: from the start.' }),
  ),
});

export const listOf = <Item extends TSchema>(item: Item) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'null at the end' }),
  });

/** @throws ProblemError `invalid-request` for a cursor that is none of ours */
export function pageOptions(query: { limit?: number; cursor?: string }): { after?: string; limit: number } {
  const limit = query.limit ?? 50;
  if (query.cursor === undefined) return { limit };
  const after = Buffer.from(query.cursor, 'base64url').toString('utf8');
  if (!/^[\w.:-]{1,300}$/.test(after)) {
    throw refusedQuery('cursor', 'is no cursor that a list gave');
  }
  return { limit, after };
}

/** @param view of one item */
export function listAnswer<Item, View>(
  page: { items: Item[]; next: string | undefined },
  view: (item: Item) => View,
): { items: View[]; nextCursor: string | null } {
  const nextCursor = page.next === undefined ? null : Buffer.from(page.next).toString('base64url');
  return { items: page.items.map(view), nextCursor };
}

/**
 * One page of a few records whose ids are known whole; one that is gone meanwhile is left out.
 * @param ids sorted here, and ids are by creation
 */
export async function pageOfRecords<Id extends string, Item>(
  ids: readonly Id[],
  { after, limit }: { after?: string; limit: number },
  read: (id: Id) => Promise<Item>,
): Promise<Page<Item>> {
  const rest = [...ids].sort().filter((id) => after === undefined || id > after);
  const page = rest.slice(0, limit);
  const found = await Promise.all(page.map((id) => read(id).catch(unlessGone)));
  return {
    items: found.filter((each) => each !== undefined),
    next: rest.length > limit ? page.at(-1) : undefined,
  };
}
