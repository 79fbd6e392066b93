/** What the screens of connections read. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import type { ChangeEvent } from '../../api/schema.js';

/** All of them, for those who choose one. */
export const connectionsQuery = queryOptions({
  queryKey: [...queryKeys.connections, 'list'],
  queryFn: () => everyPage((query) => answerOf(api.GET('/api/v1/connections', { params: { query } }))),
});

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connection(id),
    queryFn: () => answerOf(api.GET('/api/v1/connections/{id}', { params: { path: { id } } })),
  });

/** Its newest events, newest first: how sign-ins ended, and what else it went through. */
export async function newestEvents(id: string): Promise<ChangeEvent[]> {
  const answer = await answerOf(api.GET('/api/v1/events', { params: { query: { subject: id, limit: 20 } } }));
  // Asked for as a stream it would be a text.
  return typeof answer === 'string' ? [] : answer.items;
}

export const eventsQuery = (id: string) =>
  queryOptions({ queryKey: [...queryKeys.connection(id), 'events'], queryFn: () => newestEvents(id) });
