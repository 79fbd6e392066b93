/** What the screen of alerts reads. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import { everyOverviewRow } from '../../api/records.js';

const PAGE = 50;

export type AlertStatus = 'open' | 'resolved';

export const alertsQuery = (status: AlertStatus) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.alerts, 'list', status],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/api/v1/alerts', {
          params: { query: { status, limit: PAGE, ...(pageParam !== '' && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const channelsQuery = queryOptions({
  queryKey: queryKeys.alertChannels,
  queryFn: () => everyPage((query) => answerOf(api.GET('/api/v1/alert-channels', { params: { query } }))),
});

/** Those that a mail channel may send by. */
export const sendersQuery = queryOptions({
  queryKey: [...queryKeys.connectors, 'list', 'senders'],
  queryFn: async () =>
    (await everyOverviewRow())
      .filter(({ direction }) => direction === 'send')
      .map(({ id, name }) => ({ value: id, label: name })),
});
