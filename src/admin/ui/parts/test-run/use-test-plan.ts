/** The steps that a test of this connection or connector will have, from what is stored of it. */
import { useQuery } from '@tanstack/react-query';
import { connectionQuery, connectorQuery, connectorTypesQuery } from '../../api/records.js';
import { type PlannedStep, planOfConnection, planOfConnector } from './test-plan.js';
import type { TestedKind } from './test-stream.js';

/** @returns nothing while it is not known: then steps show as they come */
export function useTestPlan({ of, id }: { of: TestedKind; id: string }): PlannedStep[] {
  const isConnector = of === 'connector';
  const { data: connection } = useQuery({ ...connectionQuery(id), enabled: !isConnector });
  const { data: connector } = useQuery({ ...connectorQuery(id), enabled: isConnector });
  const { data: types } = useQuery({ ...connectorTypesQuery, enabled: isConnector });
  if (connection) return planOfConnection(connection);
  const type = types?.items.find(({ name }) => name === connector?.type);
  return connector && type ? planOfConnector(connector, type) : [];
}
