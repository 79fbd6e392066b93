/** The rows of home: all of them read once, a page after the other; from then on single rows are put in their places. */
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { everyOverviewRow } from '../../api/records.js';
import type { Overview } from '../../api/schema.js';

export type Row = Overview;

/** As many ids the service takes in one request. */
export const IDS_AT_ONCE = 200;
/** A browser's clock may be ahead of the service's, which knows no day that has yet to begin. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** @param now ms since the epoch @returns begin of today in the reader's zone, ISO 8601 */
export function beginOfToday(now: number): string {
  const midnight = new Date(now - CLOCKS_DIFFER_MS);
  midnight.setHours(0, 0, 0, 0);
  return midnight.toISOString();
}

const keyOf = (since: string) => [...queryKeys.overview, since] as const;

/** @param since of {@link beginOfToday} */
export const overviewQuery = (since: string) =>
  queryOptions({
    queryKey: keyOf(since),
    queryFn: ({ signal }): Promise<readonly Row[]> => everyOverviewRow({ since }, signal),
    placeholderData: keepPreviousData,
    // Changes are told live, and read row by row; what happened while home was not open is read when it is opened.
    staleTime: 0,
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });

/** @returns the rows of those that there are; one that is gone has none */
async function readSome(ids: readonly string[], since: string): Promise<Row[]> {
  const { items } = await answerOf(
    api.GET('/api/v1/overview', { params: { query: { ids: ids.join(','), since } } }),
  );
  return items;
}

/** What home shows now; `undefined` until it was read. */
export const shownRows = (client: QueryClient, since: string): readonly Row[] | undefined =>
  client.getQueryData<readonly Row[]>(keyOf(since));

/** Whether all of them are being read just now. */
export const isReadingAll = (client: QueryClient): boolean =>
  client.isFetching({ queryKey: queryKeys.overview }) > 0;

/** Reads all rows again. */
export const readAllAgain = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: queryKeys.overview });

/** Reads these rows alone, and puts them where they belong. @param ids however many */
export async function readRows(client: QueryClient, ids: readonly string[], since: string): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    const found = await readSome(some, since);
    client.setQueryData<readonly Row[]>(keyOf(since), (rows) => rows && placed(rows, some, found));
  }
}

/**
 * @param asked ids that were asked for
 * @param found what there is of them
 * @returns the rows with these renewed, what is new at the end, and without those that are gone
 */
export function placed(
  rows: readonly Row[],
  asked: readonly string[],
  found: readonly Row[],
): readonly Row[] {
  const renewed = new Map(found.map((row) => [row.id, row]));
  const gone = new Set(asked.filter((id) => !renewed.has(id)));
  const kept = rows.flatMap((row) => {
    if (gone.has(row.id)) return [];
    const now = renewed.get(row.id);
    renewed.delete(row.id);
    return [now ?? row];
  });
  return [...kept, ...renewed.values()];
}
