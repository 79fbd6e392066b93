/**
 * How a sign-in that was started here ended elsewhere: in another tab, on another device. The service tells by an event
 * of the connection; while its stream is lost, the connection's newest events are asked for instead.
 */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { liveState } from '../../../api/changes.js';
import type { ProblemView } from '../../../api/client.js';
import { queryKeys } from '../../../api/keys.js';
import { connectionQuery, newestEvents } from '../../../api/records.js';

export type SignInEnd = { is: 'done' } | { is: 'refused'; problem: ProblemView };

/** While the stream is lost. */
const ASK_EVERY_MS = 3_000;

/** Id of the newest event, so that what comes after it can be told apart; '' where there is none. */
export const newestEvent = async (id: string): Promise<string> => (await newestEvents(id))[0]?.id ?? '';

/** @param started what {@link newestEvent} gave when it began; `undefined`: none has begun */
export function useSignInEnd(id: string, started: string | undefined): SignInEnd | undefined {
  const client = useQueryClient();
  const live = useSyncExternalStore(liveState.subscribe, liveState.get);
  const query = queryOptions({
    // Under the connection's key: read again whenever it is told to have changed.
    queryKey: [...queryKeys.connection(id), 'sign-in', started],
    enabled: started !== undefined,
    refetchInterval: live === 'live' ? false : ASK_EVERY_MS,
    async queryFn(): Promise<SignInEnd | null> {
      const items = await newestEvents(id);
      const since = items.findIndex((event) => event.id === started);
      const end = items.slice(0, since < 0 ? undefined : since).find(({ kind }) => kind === 'sign-in');
      if (!end) return null;
      // What is shown beside it is of after the sign-in, never of before.
      await client.fetchQuery({ ...connectionQuery(id), staleTime: 0 });
      return end.status === 'refused' && end.problem
        ? { is: 'refused', problem: end.problem }
        : { is: 'done' };
    },
  });
  return useQuery(query).data ?? undefined;
}
