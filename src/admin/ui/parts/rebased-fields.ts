/** A draft laid over other values than those it was made from: what its fields were changed to stays. */

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * @param draft as it is now
 * @param from what it was made from, or what was sent of it
 * @param onto as it is stored now
 * @returns `onto`, with the fields that differ between `from` and `draft` as the draft has them
 */
export function rebasedFields<Draft extends object>(draft: Draft, from: Draft, onto: Draft): Draft {
  const names = Object.keys(draft) as (keyof Draft)[];
  const own = names.filter((name) => !isSame(draft[name], from[name]));
  return Object.fromEntries([...Object.entries(onto), ...own.map((name) => [name, draft[name]])]) as Draft;
}
