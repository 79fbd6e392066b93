/** Connectors as they are shown: with the health that follows from their runs and their connection. */
import { type Clock, systemClock } from '../contract/clock.js';
import { shownStatus } from '../setup/connection-view.js';
import { connectorHealth } from '../setup/connector-health.js';
import { type ConnectorView, connectorView } from '../setup/connector-view.js';
import type { Connection, Connector } from '../setup/model.js';
import { applicationsOf, failureOf, type KnownApplications } from './connection-answers.js';
import type { AdminDependencies } from './dependencies.js';
import { unlessGone } from './route-parts.js';

type Services = Pick<AdminDependencies, 'applications' | 'connections' | 'connectors' | 'outbox'>;

/**
 * Connectors whose next run is known: a sender's is that of the next message that waits on its connection (law 9). Its
 * record holds one only while it comes again after a failure.
 */
export function withNextRuns(
  { connectors, outbox }: Pick<AdminDependencies, 'connectors' | 'outbox'>,
  found: readonly Connector[],
): Promise<Connector[]> {
  return Promise.all(
    found.map(async (connector) => {
      const { health, connection, enabled } = connector;
      if (!enabled || health.nextRunAt !== undefined) return connector;
      if (connectors.typeOf(connector).direction !== 'send') return connector;
      const nextRunAt = await outbox.nextDueAt(connection);
      return nextRunAt === undefined ? connector : { ...connector, health: { ...health, nextRunAt } };
    }),
  );
}

/** Views of several connectors; each connection and application is read once. */
export async function shownConnectors(
  services: Services,
  asked: readonly Connector[],
  clock: Clock = systemClock,
): Promise<ConnectorView[]> {
  const { applications, connections } = services;
  const connectors = await withNextRuns(services, asked);
  const ids = [...new Set(connectors.map(({ connection }) => connection))];
  const found = await Promise.all(ids.map((id) => connections.read(id).catch(unlessGone)));
  const known = found.filter((each) => each !== undefined);
  const owners = await applicationsOf(applications, known);
  const byId = new Map(known.map((each) => [each.id, each]));
  return connectors.map((connector) =>
    connectorInCircumstances(connector, byId.get(connector.connection), { known: owners, now: clock.now() }),
  );
}

/** @param connection that it is bound to; one that is gone counts as not signed in */
export function connectorInCircumstances(
  connector: Connector,
  connection: Connection | undefined,
  { known, now }: { known: KnownApplications; now: number },
): ConnectorView {
  const shown = connection
    ? shownStatus(connection, failureOf(connection, known))
    : ({ status: 'unauthorized', problem: undefined } as const);
  return connectorView(connector, connectorHealth(connector, { connection: shown, now }), now);
}
