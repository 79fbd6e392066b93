/** Who is signed in, and what they may do. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answerOf, api } from './client.js';
import { queryKeys } from './keys.js';

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: () => answerOf(api.GET('/api/v1/session')),
  staleTime: 60_000,
});

/** A wider one covers the narrower ones. */
const SCOPES = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** @returns whether the person may do what needs the scope; not, until it is known */
export function useMay(scope: Scope): boolean {
  const { data } = useQuery(sessionQuery);
  return SCOPES.slice(SCOPES.indexOf(scope)).some((each) => data?.scopes.includes(each));
}
