/** What each connector type calls itself; its name until that is known. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';

/** @returns title by name of the type, such as `email-send` */
export function useTypeTitles(): (type: string) => string {
  const { data } = useQuery({
    queryKey: queryKeys.connectorTypes,
    queryFn: () => answerOf(api.GET('/api/v1/connector-types')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const titles = data?.items;
  return useCallback((type) => titles?.find(({ name }) => name === type)?.title ?? type, [titles]);
}
