/** What the screens of applications read. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';

export const providersQuery = queryOptions({
  queryKey: queryKeys.providers,
  queryFn: () => answerOf(api.GET('/api/v1/providers')),
  staleTime: 10 * 60_000,
});

export const applicationsQuery = queryOptions({
  queryKey: [...queryKeys.applications, 'list'],
  queryFn: () => everyPage((query) => answerOf(api.GET('/api/v1/applications', { params: { query } }))),
});

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.application(id),
    queryFn: () => answerOf(api.GET('/api/v1/applications/{id}', { params: { path: { id } } })),
  });
