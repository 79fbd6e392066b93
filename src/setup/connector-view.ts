/** What the API answers for a connector: settings without their secrets, and its health. */
import { type Static, Type } from 'typebox';
import type { ConnectorHealth } from './connector-health.js';
import type { Connector, ConnectorHealthRecord, HealthStatus } from './model.js';
import {
  isoTime,
  isoTimeOrNull,
  problemOrNullSchema,
  problemView,
  timeOrNullSchema,
  timeSchema,
} from './view-parts.js';

export const healthViewSchema = Type.Object({
  status: Type.String({ description: 'ok, paused, waiting, backoff, held, stale or failing' }),
  lastSuccessAt: timeOrNullSchema,
  lastRunAt: timeOrNullSchema,
  nextRunAt: timeOrNullSchema,
  failures: Type.Integer({ description: 'Runs that failed since the last success.' }),
  problem: problemOrNullSchema,
});

export type HealthView = Static<typeof healthViewSchema>;

export const connectorViewSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  type: Type.String(),
  connection: Type.String(),
  enabled: Type.Boolean(),
  settings: Type.Record(Type.String(), Type.Unknown()),
  health: healthViewSchema,
  createdAt: timeSchema,
});

export type ConnectorView = Static<typeof connectorViewSchema>;

/**
 * @param derived of connectorHealth()
 * @param now ms since the epoch
 */
export function connectorView(connector: Connector, derived: ConnectorHealth, now: number): ConnectorView {
  const { id, version, name, type, connection, enabled, settings, health, createdAt } = connector;
  return {
    id,
    version,
    name,
    type,
    connection,
    enabled,
    settings,
    health: healthView(health, derived, now),
    createdAt: isoTime(createdAt),
  };
}

/**
 * @param derived of connectorHealth()
 * @param now ms since the epoch
 */
export const healthView = (
  health: ConnectorHealthRecord,
  derived: ConnectorHealth,
  now: number,
): HealthView => ({
  status: derived.status,
  lastSuccessAt: isoTimeOrNull(health.lastSuccessAt),
  lastRunAt: isoTimeOrNull(health.lastRunAt),
  nextRunAt: isoTimeOrNull(nextRun(health.nextRunAt, derived.status, now)),
  failures: health.failures,
  problem: derived.problem ? problemView(derived.problem) : null,
});

/** While a connector stands still, a time that was set before and has passed is none at which it runs. */
function nextRun(at: number | undefined, status: HealthStatus, now: number): number | undefined {
  if (status === 'paused') return undefined;
  return status === 'held' && (at ?? 0) <= now ? undefined : at;
}
