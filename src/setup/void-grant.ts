/** Voids the grant of one connection without changing its settings: its application now points to another server. */
import type { ConnectionId } from '../contract/ids.js';
import { connectionOf, reasonToSignInAgain, VOID_COUNTS, voidedFields } from './connection-record.js';
import { moveConnection } from './mailbox-set.js';
import { connectionStore, type SetupDependencies } from './stores.js';

/**
 * Ends as soon as the grant is void; a connection that has gone meanwhile needs nothing.
 * @param change that a new sign-in is needed for; left out at a sign-out
 */
export async function voidGrant(
  { redis, listener }: Pick<SetupDependencies, 'redis' | 'listener'>,
  id: ConnectionId,
  change?: string,
): Promise<void> {
  const store = connectionStore(redis);
  for (;;) {
    const record = await store.read(id);
    if (!record) return;
    const connection = connectionOf(id, record);
    const { settings, authorization } = connection;
    const why = change === undefined ? undefined : reasonToSignInAgain(connection, [change]);
    const result = await store.replace(id, record.version, voidedFields(settings, why), VOID_COUNTS);
    // Stale: somebody changed the settings in between; void the grant that stands with the new ones.
    if (result === 'stale') continue;
    await moveConnection(redis, id, { from: authorization.mailboxKey });
    return listener.connectionChanged(id);
  }
}
