/** Whether mail is being read over a connection: evidence, when sending over it is refused, of what the server minds. */
import type { ConnectionId } from '../contract/ids.js';
import type { Connections } from './connections.js';
import type { Connectors } from './connectors.js';

/** @returns when a receiver of the connection last succeeded, ms since the epoch; `undefined` where none does now */
export function createLastReceived(deps: {
  connections: Pick<Connections, 'connectors'>;
  connectors: Pick<Connectors, 'read' | 'typeOf'>;
}): (id: ConnectionId) => Promise<number | undefined> {
  return async (id) => {
    const ids = await deps.connections.connectors(id);
    const found = await Promise.all(ids.map((each) => deps.connectors.read(each).catch(() => undefined)));
    const successes = found.flatMap((connector) => {
      if (!connector || deps.connectors.typeOf(connector).direction !== 'receive') return [];
      const { lastSuccessAt, failures } = connector.health;
      return lastSuccessAt === undefined || failures > 0 ? [] : [lastSuccessAt];
    });
    return successes.length > 0 ? Math.max(...successes) : undefined;
  };
}
