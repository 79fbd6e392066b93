/** What a record is now, as an event says it: read as the event is written down, so that the last of several changes counts. */
import type { ApplicationId, ConnectionId, ConnectorId } from '../contract/ids.js';
import { ProblemError } from '../contract/problem.js';
import type { Applications } from '../setup/applications.js';
import { shownStatus } from '../setup/connection-view.js';
import type { Connections } from '../setup/connections.js';
import { connectorHealth } from '../setup/connector-health.js';
import type { Connectors } from '../setup/connectors.js';
import type { Happening } from './event.js';

/** @returns `undefined` for what has no status */
export type Describe = (happening: Happening) => Promise<{ status: string } | undefined>;

export function createDescribe(deps: {
  applications: Pick<Applications, 'read'>;
  connections: Pick<Connections, 'read'>;
  connectors: Pick<Connectors, 'read'>;
}): Describe {
  const { applications, connections, connectors } = deps;

  async function connectionNow(id: ConnectionId) {
    const connection = await connections.read(id);
    const { application } = connection.settings;
    return shownStatus(connection, application && (await applications.read(application)).failure);
  }

  const statusOf: Partial<Record<Happening['kind'], (id: string) => Promise<string>>> = {
    application: async (id) => ((await applications.read(id as ApplicationId)).failure ? 'failing' : 'ok'),
    connection: async (id) => (await connectionNow(id as ConnectionId)).status,
    async connector(id) {
      const connector = await connectors.read(id as ConnectorId);
      const connection = await connectionNow(connector.connection);
      return connectorHealth(connector, { connection, now: Date.now() }).status;
    },
  };

  return async ({ kind, subject }) => {
    const read = statusOf[kind];
    if (!read || subject === undefined) return undefined;
    try {
      return { status: await read(subject) };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'not-found') return { status: 'deleted' };
      throw error;
    }
  };
}
