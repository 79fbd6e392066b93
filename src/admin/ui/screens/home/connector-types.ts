/** What each connector type calls itself; its name until that is known. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { connectorTypesQuery } from '../../api/records.js';

/** @returns title by name of the type, such as `email-send` */
export function useTypeTitles(): (type: string) => string {
  const { data } = useQuery(connectorTypesQuery);
  const titles = data?.items;
  return useCallback((type) => titles?.find(({ name }) => name === type)?.title ?? type, [titles]);
}
