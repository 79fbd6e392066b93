/** The schedules of all connectors, from their settings; read again when one of them was changed. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answerOf, api } from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import type { Overview } from '../../api/schema.js';
import { type Schedule, scheduleIn } from './schedule-words.js';

/**
 * @param rows of the overview, which is live; it tells by its versions when settings were changed
 * @returns schedule by connector; those without one are not in it
 */
export function useSchedules(rows: readonly Overview[]) {
  const versions = useMemo(() => versionsOf(rows), [rows]);
  return useQuery({
    queryKey: [...queryKeys.schedules, versions],
    async queryFn(): Promise<ReadonlyMap<string, Schedule>> {
      const connectors = await everyPage((query) =>
        answerOf(api.GET('/api/v1/connectors', { params: { query } })),
      );
      return new Map(
        connectors.flatMap(({ id, settings }) => {
          const schedule = scheduleIn(settings);
          return schedule ? [[id, schedule] as const] : [];
        }),
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

/** Another text whenever a connector was changed, made or deleted. */
export const versionsOf = (rows: readonly Overview[]): string =>
  rows
    .map(({ id, version }) => `${id}:${version}`)
    .sort()
    .join();
