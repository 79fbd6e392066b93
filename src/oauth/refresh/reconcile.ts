/** Recreates missing wake-ups of the refresh queue: every connection that holds a grant has one. */
import type { Connections } from '../../setup/connections.js';
import type { Connection } from '../../setup/model.js';
import type { WakeUpQueue } from '../../storage/wake-up-queue.js';

/** Connections looked at together. */
const BATCH = 200;

/**
 * One pass; at start and each minute, in one process at a time.
 * @returns how many wake-ups were missing or overdue
 */
export async function reconcileRefreshes(deps: {
  connections: Pick<Connections, 'all'>;
  queue: Pick<WakeUpQueue, 'recover' | 'dueAt' | 'wake'>;
}): Promise<number> {
  const { connections, queue } = deps;
  let woken = await queue.recover();
  let batch: Connection[] = [];

  const look = async (connection: Connection): Promise<void> => {
    if (connection.settings.authentication !== 'oauth2' || connection.authorization.status !== 'authorized')
      return;
    if ((await queue.dueAt(connection.id)) !== undefined) return;
    // The handler finds out when the refresh is due, and is woken then.
    await queue.wake(connection.id, Date.now());
    woken++;
  };
  for await (const connection of connections.all()) {
    batch.push(connection);
    if (batch.length < BATCH) continue;
    await Promise.all(batch.map(look));
    batch = [];
  }
  await Promise.all(batch.map(look));
  return woken;
}
