/** What conditions are found from: every application, connection and connector, as far as alerts look at them. */
import type { ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { Applications } from '../setup/applications.js';
import type { shownStatus } from '../setup/connection-view.js';
import type { Connections } from '../setup/connections.js';
import { connectorHealth } from '../setup/connector-health.js';
import type { Connectors } from '../setup/connectors.js';
import type { Application, Connection, ConnectionStatus, Connector, HealthStatus } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import { applicationWarnings, connectionWarnings, type Warning } from '../setup/warnings.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';

export interface ApplicationFacts {
  id: ApplicationId;
  name: string;
  failure: Problem | undefined;
  warnings: Warning[];
}

export interface ConnectionFacts {
  id: ConnectionId;
  name: string;
  user: string;
  /** Whose failure stops it; a pasted access token hangs on none. */
  application: ApplicationId | undefined;
  /** As people see it, but for what its application brings about. */
  status: Exclude<ConnectionStatus, 'application-error'>;
  problem: Problem | undefined;
  refreshProblem: Problem | undefined;
  /** ms since the epoch */
  accessTokenExpiresAt: number | undefined;
  warnings: Warning[];
}

export interface ConnectorFacts {
  id: ConnectorId;
  name: string;
  connection: ConnectionId;
  enabled: boolean;
  status: HealthStatus;
  problem: Problem | undefined;
  failures: number;
  /** ms since the epoch */
  lastSuccessAt: number | undefined;
  quarantined: number;
}

export interface Facts {
  applications: ReadonlyMap<ApplicationId, ApplicationFacts>;
  connections: ReadonlyMap<ConnectionId, ConnectionFacts>;
  connectors: readonly ConnectorFacts[];
  /** What of the service itself is unsafe, in words. */
  service: readonly string[];
}

export interface FactsDeps {
  redis: RedisClient;
  applications: Pick<Applications, 'all'>;
  connections: Pick<Connections, 'all'>;
  connectors: Pick<Connectors, 'all'>;
  providers: Providers;
  /** What of the service itself is unsafe, in words. */
  service: readonly string[];
}

const COUNTED_AT_ONCE = 500;

/**
 * Reads every record once.
 * @param options `now`: ms since the epoch
 * @throws the reason of the signal, between two records
 */
export async function readFacts(
  deps: FactsDeps,
  options: { now: number; signal: AbortSignal },
): Promise<Facts> {
  const { now, signal } = options;
  const applications = new Map<ApplicationId, ApplicationFacts>();
  const idleDays = new Map<ApplicationId, number | undefined>();
  for await (const application of deps.applications.all()) {
    signal.throwIfAborted();
    applications.set(application.id, applicationFacts(application, now));
    idleDays.set(application.id, deps.providers[application.settings.provider].refreshTokenIdleDays);
  }
  const connections = new Map<ConnectionId, ConnectionFacts>();
  for await (const connection of deps.connections.all()) {
    signal.throwIfAborted();
    const { application } = connection.settings;
    const refreshTokenIdleDays = application === undefined ? undefined : idleDays.get(application);
    connections.set(connection.id, connectionFacts(connection, { refreshTokenIdleDays, now }));
  }
  const connectors: ConnectorFacts[] = [];
  for await (const connector of deps.connectors.all()) {
    signal.throwIfAborted();
    connectors.push(connectorFacts(connector, connections.get(connector.connection), now));
  }
  const enabled = connectors.filter((each) => each.enabled);
  for (let from = 0; from < enabled.length; from += COUNTED_AT_ONCE) {
    signal.throwIfAborted();
    const some = enabled.slice(from, from + COUNTED_AT_ONCE);
    const counts = await Promise.all(some.map(({ id }) => deps.redis.zcard(keys.quarantine(id))));
    for (const [index, each] of some.entries()) each.quarantined = counts[index] ?? 0;
  }
  return { applications, connections, connectors, service: deps.service };
}

const applicationFacts = (application: Application, now: number): ApplicationFacts => ({
  id: application.id,
  name: application.settings.name,
  failure: application.failure,
  warnings: applicationWarnings(application, now),
});

function connectionFacts(
  connection: Connection,
  circumstances: { refreshTokenIdleDays: number | undefined; now: number },
): ConnectionFacts {
  const { id, settings, authorization } = connection;
  return {
    id,
    name: settings.name,
    user: settings.user,
    application: authorization.identity === 'asserted' ? undefined : settings.application,
    status: authorization.status,
    problem: authorization.problem,
    refreshProblem: authorization.refreshProblem,
    accessTokenExpiresAt: authorization.accessTokenExpiresAt,
    warnings: connectionWarnings(connection, circumstances),
  };
}

/** @param connection it is bound to; one that has just gone counts as not signed in */
function connectorFacts(
  connector: Connector,
  connection: ConnectionFacts | undefined,
  now: number,
): ConnectorFacts {
  const { id, name, enabled, health } = connector;
  const circumstances = {
    status: connection?.status ?? 'unauthorized',
    problem: connection?.problem,
  } satisfies ReturnType<typeof shownStatus>;
  const { status, problem } = connectorHealth(connector, { connection: circumstances, now });
  return {
    ...{ id, name, enabled, status, problem },
    connection: connector.connection,
    failures: health.failures,
    lastSuccessAt: health.lastSuccessAt,
    quarantined: 0,
  };
}
