/** What the charts are drawn from: statistics of a time, and how far the mailboxes' budgets are used. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import type { MailboxBudget } from '../../api/schema.js';

const HOUR_MS = 3_600_000;
export const RANGES = { '24h': 24 * HOUR_MS, '3d': 72 * HOUR_MS, '7d': 168 * HOUR_MS } as const;
export type Range = keyof typeof RANGES;

/** Counts are no events; they are looked at again as long as somebody looks on. */
const READ_AGAIN_MS = 15_000;

/** @param connector of it alone; else of the whole service */
export function useStatistics(range: Range, connector: string | undefined) {
  return useQuery({
    queryKey: [...queryKeys.statistics, 'hours', range, connector ?? 'all'],
    queryFn({ signal }) {
      const query = {
        from: new Date(Date.now() - RANGES[range]).toISOString(),
        ...(connector !== undefined && { connector }),
      };
      return answerOf(api.GET('/api/v1/statistics', { params: { query }, signal }));
    },
    refetchInterval: READ_AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}

const MAILBOXES_AT_ONCE = 100;

export function useBudgets() {
  return useInfiniteQuery({
    queryKey: queryKeys.budgets,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: MAILBOXES_AT_ONCE, ...(pageParam !== null && { cursor: pageParam }) };
      return answerOf(api.GET('/api/v1/statistics/budgets', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: READ_AGAIN_MS,
  });
}

type Share = MailboxBudget['minute'];

export const shareOf = ({ used, limit }: Share): number => (limit === 0 ? 0 : Math.min(1, used / limit));

/** The one that is nearest to its limit first. */
export function fullestFirst(budgets: readonly MailboxBudget[]): MailboxBudget[] {
  const fullest = ({ minute, day, smtpConnections }: MailboxBudget): number =>
    Math.max(shareOf(minute), shareOf(day), shareOf(smtpConnections));
  return [...budgets].sort((one, other) => fullest(other) - fullest(one) || (one.user < other.user ? -1 : 1));
}
