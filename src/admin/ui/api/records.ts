/** What several screens read: one key and one request for each, so that it is read once however many show it. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.js';
import { everyPage } from './every-page.js';
import { queryKeys } from './keys.js';
import type { ChangeEvent, Overview } from './schema.js';

const at = (id: string) => ({ params: { path: { id } } });

export const providersQuery = queryOptions({
  queryKey: queryKeys.providers,
  queryFn: () => answerOf(api.GET('/api/v1/providers')),
  staleTime: 10 * 60_000,
});

/** They change with the service alone. */
export const connectorTypesQuery = queryOptions({
  queryKey: queryKeys.connectorTypes,
  queryFn: () => answerOf(api.GET('/api/v1/connector-types')),
  staleTime: Number.POSITIVE_INFINITY,
});

export const applicationsQuery = queryOptions({
  queryKey: [...queryKeys.applications, 'list'],
  queryFn: () => everyPage((query) => answerOf(api.GET('/api/v1/applications', { params: { query } }))),
});

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.application(id),
    queryFn: () => answerOf(api.GET('/api/v1/applications/{id}', at(id))),
  });

/** All of them, for those who choose one. */
export const connectionsQuery = queryOptions({
  queryKey: [...queryKeys.connections, 'list'],
  queryFn: () => everyPage((query) => answerOf(api.GET('/api/v1/connections', { params: { query } }))),
});

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connection(id),
    queryFn: () => answerOf(api.GET('/api/v1/connections/{id}', at(id))),
  });

export const connectorQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connector(id),
    queryFn: () => answerOf(api.GET('/api/v1/connectors/{id}', at(id))),
  });

/** One message with its transaction log. */
export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.message(id),
    queryFn: () => answerOf(api.GET('/api/v1/messages/{id}', at(id))),
  });

/**
 * What happened to a record, newest first.
 * @param subject id of the record
 */
export async function newestEvents(subject: string, limit = 20): Promise<ChangeEvent[]> {
  const answer = await answerOf(api.GET('/api/v1/events', { params: { query: { subject, limit } } }));
  // Asked for as a stream, which only an EventSource does, it would be a text.
  return typeof answer === 'string' ? [] : answer.items;
}

const ROWS_AT_ONCE = 1_000;

/** @param asked `since`: begin of what counts as today, ISO 8601 @returns a row for each connector that there is */
export const everyOverviewRow = (asked: { since?: string } = {}, signal?: AbortSignal): Promise<Overview[]> =>
  everyPage(
    (page) =>
      answerOf(
        api.GET('/api/v1/overview', {
          params: { query: { ...asked, ...page } },
          ...(signal && { signal }),
        }),
      ),
    ROWS_AT_ONCE,
  );
