/** Names of connectors and connections for lists that know their ids: of those that are shown, or of all to choose from. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { everyOverviewRow } from '../../api/records.js';
import type { Overview } from '../../api/schema.js';

/** As many as the service takes. */
const IDS_AT_ONCE = 200;
/** Names seldom change. */
const KEPT_MS = 60_000;

async function rowsOf(ids: readonly string[]): Promise<Overview[]> {
  const rows: Overview[] = [];
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const query = { ids: ids.slice(from, from + IDS_AT_ONCE).join(), limit: IDS_AT_ONCE };
    rows.push(...(await answerOf(api.GET('/api/v1/overview', { params: { query } }))).items);
  }
  return rows;
}

/** @param ids of the connectors that are shown @returns name by id; empty until they are known */
export function useConnectorNames(ids: Iterable<string>): ReadonlyMap<string, string> {
  const wanted = [...new Set(ids)].sort();
  const { data } = useQuery({
    queryKey: [...queryKeys.connectorNames, wanted],
    queryFn: () => rowsOf(wanted),
    enabled: wanted.length > 0,
    staleTime: KEPT_MS,
    placeholderData: keepPreviousData,
  });
  return new Map(data?.map(({ id, name }) => [id, name]));
}

export interface Choice {
  value: string;
  label: string;
}

/** @param enabled whether somebody is about to choose */
export function useChoices(enabled: boolean): { connectors: Choice[]; connections: Choice[] } | undefined {
  const { data } = useQuery({
    queryKey: [...queryKeys.connectorNames, 'all'],
    enabled,
    staleTime: KEPT_MS,
    queryFn: () => everyOverviewRow(),
  });
  if (!data) return undefined;
  const connections = new Map(data.map(({ connection }) => [connection.id, connection.name]));
  return {
    connectors: data.map(({ id, name }) => ({ value: id, label: name })),
    connections: [...connections].map(([value, label]) => ({ value, label })),
  };
}
