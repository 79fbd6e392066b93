/** Sign-out: Mailgrant forgets the grant. What is in flight for it comes to nothing; the mailbox itself is not touched. */
import type { ConnectionId } from '../contract/ids.js';
import type { Connections } from '../setup/connections.js';
import type { ChangeListener } from '../setup/model.js';
import { voidGrant } from '../setup/void-grant.js';
import type { RedisClient } from '../storage/redis.js';

/** @returns a function that signs a connection out; it throws ProblemError `not-found` */
export function createSignOut(deps: {
  redis: RedisClient;
  connections: Pick<Connections, 'read'>;
  listener: ChangeListener;
}): (id: ConnectionId) => Promise<void> {
  return async (id) => {
    await deps.connections.read(id);
    await voidGrant(deps, id);
  };
}
