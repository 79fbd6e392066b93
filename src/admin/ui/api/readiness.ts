/** Whether the service can work, as /readyz says it. */
import { queryOptions } from '@tanstack/react-query';
import { api, problemOf, unreachable } from './client.js';
import { queryKeys } from './keys.js';

export interface Readiness {
  status: string;
  checks: { name: string; ok: boolean; detail?: string }[];
}

const isReadiness = (body: unknown): body is Readiness =>
  typeof body === 'object' && body !== null && 'checks' in body;

export const readinessQuery = queryOptions({
  queryKey: queryKeys.readiness,
  async queryFn(): Promise<Readiness> {
    const { data, error, response } = await api.GET('/readyz').catch((cause: unknown) => {
      throw unreachable(cause);
    });
    // Not ready is an answer as well: its status is 503, and its body the same.
    const body: unknown = data ?? error;
    if (isReadiness(body)) return body;
    throw problemOf(body, response.status);
  },
});
