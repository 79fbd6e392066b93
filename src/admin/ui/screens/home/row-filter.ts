/** Which rows home shows and in which order, as its address says: ?q=…&status=held,stale&type=email-send&sort=waiting */
import type { Overview } from '../../api/schema.js';

export const SORTS = ['name', 'status', 'lastSuccess', 'nextRun', 'waiting', 'today'] as const;
export type Sort = (typeof SORTS)[number];

/** The worst first. */
export const STATUSES: readonly string[] = ['held', 'failing', 'stale', 'backoff', 'waiting', 'paused', 'ok'];

export interface RowFilter {
  text: string;
  statuses: readonly string[];
  types: readonly string[];
  /** Code of the problem that all of them have. */
  problem: string | undefined;
  sort: Sort;
}

const parts = (text: string | undefined): string[] => (text ? text.split(',').filter(Boolean) : []);

/** @param search of the address */
export const filterOf = (search: Readonly<Record<string, string | undefined>>): RowFilter => ({
  text: (search.q ?? '').trim().toLowerCase(),
  statuses: parts(search.status),
  types: parts(search.type),
  problem: search.problem,
  sort: SORTS.find((each) => each === search.sort) ?? 'name',
});

/** @returns what `search` says once a value is put in or taken out */
export function toggled(text: string | undefined, value: string): string | undefined {
  const others = parts(text).filter((each) => each !== value);
  const now = others.length < parts(text).length ? others : [...others, value];
  return now.length === 0 ? undefined : now.join(',');
}

const hasText = ({ name, connection }: Overview, text: string): boolean =>
  [name, connection.user, connection.name].some((each) => each.toLowerCase().includes(text));

const hasStatus = ({ health }: Overview, { statuses }: RowFilter): boolean =>
  statuses.length === 0 || statuses.includes(health.status);
const hasType = ({ type }: Overview, { types }: RowFilter): boolean =>
  types.length === 0 || types.includes(type);

/**
 * @returns the rows in their order; and of how many each chip would be, everything else being as it is
 */
export function filtered(rows: readonly Overview[], filter: RowFilter) {
  const { text, problem } = filter;
  const found = rows.filter(
    (row) =>
      (text === '' || hasText(row, text)) && (problem === undefined || row.health.problem?.code === problem),
  );
  return {
    rows: found
      .filter((row) => hasStatus(row, filter) && hasType(row, filter))
      .sort(comparisons[filter.sort]),
    statuses: counted(
      found.filter((row) => hasType(row, filter)),
      ({ health }) => health.status,
    ),
    types: counted(
      found.filter((row) => hasStatus(row, filter)),
      ({ type }) => type,
    ),
  };
}

function counted(rows: readonly Overview[], by: (row: Overview) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(by(row), (counts.get(by(row)) ?? 0) + 1);
  return counts;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
type Compare = (one: Overview, other: Overview) => number;

const byName: Compare = (one, other) =>
  collator.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
const rankOf = ({ health }: Overview): number => {
  const found = STATUSES.indexOf(health.status);
  return found === -1 ? STATUSES.length : found;
};
const todayOf = ({ today }: Overview): number => today.sent + today.received;

/** ISO 8601 in UTC sorts as text. @param absent where those without a time go */
const byTime =
  (time: (row: Overview) => string | null, absent: string): Compare =>
  (one, other) => {
    const [left, right] = [time(one) ?? absent, time(other) ?? absent];
    return left === right ? byName(one, other) : left < right ? -1 : 1;
  };

const comparisons: Readonly<Record<Sort, Compare>> = {
  name: byName,
  status: (one, other) => rankOf(one) - rankOf(other) || byName(one, other),
  // What never succeeded is the oldest; what has no next run comes last.
  lastSuccess: byTime(({ health }) => health.lastSuccessAt, ''),
  nextRun: byTime(({ health }) => health.nextRunAt, '~'),
  waiting: (one, other) => other.waiting - one.waiting || byName(one, other),
  today: (one, other) => todayOf(other) - todayOf(one) || byName(one, other),
};
