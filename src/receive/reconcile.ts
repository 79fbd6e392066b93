/** Every enabled receiver has a wake-up: what a crash or a lost Redis write took away is set again. */
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { WakeUpQueue } from '../storage/wake-up-queue.js';
import { readOrNone } from './read-or-none.js';
import { heldProblem } from './receive-handler.js';

/** Connectors looked at side by side; their commands share pipelines. */
const AT_ONCE = 100;

/**
 * Wakes enabled receivers that nothing would wake, and rings again for what is overdue.
 * @returns how many it woke
 */
export async function reconcileReceivers(deps: {
  connections: Connections;
  connectors: Connectors;
  queue: WakeUpQueue;
}): Promise<number> {
  const { connections, connectors, queue } = deps;
  let woken = await queue.recover();

  const look = async (connector: Awaited<ReturnType<Connectors['read']>>): Promise<void> => {
    if (connectors.typeOf(connector).direction !== 'receive') return;
    if (!connector.enabled || connector.health.paused) return;
    if ((await queue.dueAt(connector.id)) !== undefined) return;
    const connection = await readOrNone(() => connections.read(connector.connection));
    if (!connection || heldProblem(connection)) return;
    await queue.wake(connector.id, Date.now());
    woken++;
  };

  let together: Promise<void>[] = [];
  for await (const connector of connectors.all()) {
    together.push(look(connector));
    if (together.length < AT_ONCE) continue;
    await Promise.all(together);
    together = [];
  }
  await Promise.all(together);
  return woken;
}
