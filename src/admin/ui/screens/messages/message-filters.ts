/** What a list of messages is filtered by, as it stands in the address, and as the API is asked. */
import type { paths } from '../../api/schema.js';
import type { Search } from '../../routes.js';

type Asked = NonNullable<NonNullable<paths['/api/v1/messages']['get']['parameters']['query']>>;

/** All are texts of the address; absent: everything. */
export interface MessageFilters {
  /** One or several, with commas. */
  status?: string;
  direction?: string;
  connector?: string;
  connection?: string;
  /** ISO 8601, or a name in {@link SPANS}. */
  since?: string;
  until?: string;
  q?: string;
}

const NAMES = ['status', 'direction', 'connector', 'connection', 'since', 'until', 'q'] as const;

/** Statuses by what somebody looks for; what is held both waits and needs a look. */
export const STATUS_GROUPS = {
  waiting: ['scheduled', 'queued', 'sending', 'held', 'pending'],
  attention: ['held', 'uncertain', 'failed', 'quarantined'],
  done: ['sent', 'delivered', 'cancelled'],
} as const;
export type StatusGroup = keyof typeof STATUS_GROUPS;

export const OUTBOUND = [
  'scheduled',
  'queued',
  'sending',
  'held',
  'uncertain',
  'failed',
  'sent',
  'cancelled',
];
export const INBOUND = ['pending', 'quarantined', 'delivered'];

const HOUR_MS = 3_600_000;
const startOfToday = (): number => new Date().setHours(0, 0, 0, 0);
/** Spans that end now. */
export const SPANS: Readonly<Record<string, (nowMs: number) => number>> = {
  '1h': (now) => now - HOUR_MS,
  today: startOfToday,
  '24h': (now) => now - 24 * HOUR_MS,
  '7d': (now) => now - 7 * 24 * HOUR_MS,
};

/** @param search of the address @param connector where the list is of that one alone */
export function filtersIn(search: Search, connector?: string): MessageFilters {
  const given = NAMES.flatMap((name) => (search[name] ? [[name, search[name]]] : []));
  const filters = Object.fromEntries(given) as MessageFilters;
  return connector === undefined ? filters : { ...filters, connector };
}

/** What takes every filter out of the address, and leaves the rest of it. */
export const NO_FILTERS: Search = Object.fromEntries(NAMES.map((name) => [name, undefined]));

/** @returns the group that the filter on the status is exactly; `undefined` for any other choice */
export function groupOf(status: string | undefined): StatusGroup | 'all' | undefined {
  if (status === undefined) return 'all';
  const chosen = status.split(',').sort().join();
  const groups = Object.keys(STATUS_GROUPS) as StatusGroup[];
  return groups.find((group) => [...STATUS_GROUPS[group]].sort().join() === chosen);
}

/** As the API takes it. */
export function askedOf({ since, direction, ...others }: MessageFilters): Asked {
  const span = since === undefined ? undefined : SPANS[since];
  return {
    ...others,
    ...(since !== undefined && { since: span ? new Date(span(Date.now())).toISOString() : since }),
    ...((direction === 'inbound' || direction === 'outbound') && { direction }),
  };
}
