/**
 * The messages that a list shows: pages of what was there, and what comes while it is open.
 *
 * A page may hold less than was asked for, since the service looks through so much in one answer and no more: the hook goes
 * on by itself until it has what is wanted (more() wants more), it is through, or stop() was called.
 */
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { askedOf, type MessageFilters } from './message-filters.js';
import type { ListedMessage, MessagePage } from './message-kinds.js';

/** Of one answer, and of what a press on "Show more" wants. */
export const PAGE_SIZE = 50;

/** Not under `messages`: a change is worked in where it stands (use-live-messages), instead of reading all pages anew. */
const keyOf = (filters: MessageFilters) => [...queryKeys.messageList, filters] as const;

type Pages = InfiniteData<MessagePage, string | undefined>;

export const readMessages = (
  filters: MessageFilters,
  cursor?: string,
  signal?: AbortSignal,
): Promise<MessagePage> =>
  answerOf(
    api.GET('/api/v1/messages', {
      params: { query: { ...askedOf(filters), limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) } },
      ...(signal && { signal }),
    }),
  );

export interface MessagePages {
  /** Newest first, each once; `undefined` until the first answer. */
  messages: readonly ListedMessage[] | undefined;
  error: unknown;
  refetch: () => Promise<unknown>;
  isFetching: boolean;
  /** It goes on by itself to find as many as are wanted. */
  isSearching: boolean;
  /** Up to when the messages were looked through; null: all of them were. */
  searchedUntil: string | null;
  hasMore: boolean;
  more(): void;
  stop(): void;
  /** Changes what the list shows in place. */
  update(change: (messages: readonly ListedMessage[]) => readonly ListedMessage[]): void;
  /** Begins anew. */
  reset(): void;
}

export function useMessagePages(filters: MessageFilters): MessagePages {
  const client = useQueryClient();
  const queryKey = keyOf(filters);
  const { data, error, refetch, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readMessages(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [wanted, setWanted] = useState(PAGE_SIZE);
  const [isStopped, setIsStopped] = useState(false);
  const messages = useMemo(() => data && eachOnce(data.pages), [data]);
  const found = messages?.length ?? 0;
  const isSearching = hasNextPage && !isStopped && !error && found < wanted;

  useEffect(() => {
    if (isSearching && !isFetching) void fetchNextPage();
  }, [isSearching, isFetching, fetchNextPage]);

  return {
    ...{ messages, error, refetch, isFetching, isSearching },
    searchedUntil: data?.pages.at(-1)?.searchedUntil ?? null,
    hasMore: hasNextPage,
    more() {
      setIsStopped(false);
      setWanted(found + PAGE_SIZE);
    },
    stop: () => setIsStopped(true),
    update: useCallback(
      (change) => client.setQueryData<Pages>(keyOf(filters), (before) => before && withItems(before, change)),
      [client, filters],
    ),
    reset: () => void client.resetQueries({ queryKey, exact: true }),
  };
}

function eachOnce(pages: readonly MessagePage[]): ListedMessage[] {
  const seen = new Map<string, ListedMessage>();
  for (const { items } of pages) for (const item of items) if (!seen.has(item.id)) seen.set(item.id, item);
  return [...seen.values()];
}

/** All of it stands in the first page then; where the list goes on is said by the last one, which keeps its cursor. */
function withItems(
  data: Pages,
  change: (messages: readonly ListedMessage[]) => readonly ListedMessage[],
): Pages {
  const items = [...change(eachOnce(data.pages))];
  const pages = data.pages.map((page, index) => ({ ...page, items: index === 0 ? items : [] }));
  return { ...data, pages };
}
