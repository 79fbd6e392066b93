/** The steps that a test of this connection or connector will have, from what is stored of it. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { type PlannedStep, planOfConnection, planOfConnector } from './test-plan.js';
import type { TestedKind } from './test-stream.js';

/** @returns nothing while it is not known: then steps show as they come */
export function useTestPlan({ of, id }: { of: TestedKind; id: string }): PlannedStep[] {
  const params = { path: { id } };
  const { data: connection } = useQuery({
    queryKey: queryKeys.connection(id),
    queryFn: () => answerOf(api.GET('/api/v1/connections/{id}', { params })),
    enabled: of === 'connection',
  });
  const { data: connector } = useQuery({
    queryKey: queryKeys.connector(id),
    queryFn: () => answerOf(api.GET('/api/v1/connectors/{id}', { params })),
    enabled: of === 'connector',
  });
  const { data: types } = useQuery({
    queryKey: queryKeys.connectorTypes,
    queryFn: () => answerOf(api.GET('/api/v1/connector-types')),
    enabled: of === 'connector',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (connection) return planOfConnection(connection);
  const type = types?.items.find(({ name }) => name === connector?.type);
  return connector && type ? planOfConnector(connector, type) : [];
}
