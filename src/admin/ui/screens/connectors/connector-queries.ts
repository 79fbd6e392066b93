/** What the screens of connectors read. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Connector } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';

/** They change with the service alone. */
export const connectorTypesQuery = queryOptions({
  queryKey: queryKeys.connectorTypes,
  queryFn: () => answerOf(api.GET('/api/v1/connector-types')),
  staleTime: Number.POSITIVE_INFINITY,
});

export const connectorQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connector(id),
    queryFn: () => answerOf(api.GET('/api/v1/connectors/{id}', { params: { path: { id } } })),
  });

/** Its newest events. */
export const connectorEventsQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.connector(id), 'events'],
    queryFn: async () => {
      const answer = await answerOf(
        api.GET('/api/v1/events', { params: { query: { subject: id, limit: 50 } } }),
      );
      // A text would be the stream, which only an EventSource asks for.
      return typeof answer === 'string' ? [] : answer.items;
    },
  });

/** @param body merge patch (RFC 7396) made against `version` */
export const patchedConnector = (
  { id, version }: Pick<Connector, 'id' | 'version'>,
  body: Record<string, unknown>,
): Promise<Connector> =>
  answerOf(
    api.PATCH('/api/v1/connectors/{id}', {
      params: { path: { id }, header: { 'if-match': `"${version}"` } },
      body,
    }),
  );
