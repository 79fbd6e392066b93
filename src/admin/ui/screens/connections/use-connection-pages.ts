/** Connections page by page: there may be thousands, and each change of one has what is shown read anew. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';

const PAGE = 100;

export interface ConnectionPagesAsked {
  /** Of this application alone. */
  application?: string;
  /** To the end, as a search needs it. */
  isWhole?: boolean;
}

export function useConnectionPages({ application, isWhole = false }: ConnectionPagesAsked = {}) {
  const query = useInfiniteQuery({
    queryKey: [...queryKeys.connections, 'list', 'pages', application ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answerOf(
        api.GET('/api/v1/connections', {
          params: {
            query: {
              limit: PAGE,
              ...(cursor !== undefined && { cursor }),
              ...(application !== undefined && { application }),
            },
          },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (isWhole && hasNextPage && !isFetching) void fetchNextPage();
  }, [isWhole, hasNextPage, isFetching, fetchNextPage]);
  return query;
}
