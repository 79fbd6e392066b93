/** What people and changes do to a receiver: poll now, forget its backoff, start it afresh. */
import type { ConnectorId } from '../contract/ids.js';
import type { Connectors } from '../setup/connectors.js';
import type { RedisClient } from '../storage/redis.js';
import type { WakeUpQueue } from '../storage/wake-up-queue.js';
import { createLedgers } from './ledger.js';
import { readOrNone } from './read-or-none.js';
import { settingsOf } from './receive-handler.js';

export interface ReceiveControl {
  /**
   * Polls at once; clears the backoff and a pause.
   * @throws ProblemError `not-found`
   */
  runNow(id: ConnectorId): Promise<void>;
  /** After a change of the connector or its connection: clears the backoff and looks at it; one that is gone is forgotten. */
  changed(id: ConnectorId): Promise<void>;
  /**
   * Forgets what was delivered: the next poll starts by startFrom.
   * @throws ProblemError `not-found`
   */
  reset(id: ConnectorId): Promise<void>;
}

export function createReceiveControl(deps: {
  redis: RedisClient;
  connectors: Connectors;
  queue: WakeUpQueue;
}): ReceiveControl {
  const { connectors, queue } = deps;
  const ledgers = createLedgers(deps.redis);
  return {
    async runNow(id) {
      await connectors.read(id);
      await connectors.recordHealth(id, { failures: 0, paused: false });
      await queue.wake(id, Date.now());
    },
    async changed(id) {
      const connector = await readOrNone(() => connectors.read(id));
      if (!connector) return queue.forget(id);
      if (connectors.typeOf(connector).direction !== 'receive') return;
      if (connector.health.failures > 0) await connectors.recordHealth(id, { failures: 0 });
      await queue.wake(id, Date.now());
    },
    async reset(id) {
      const connector = await connectors.read(id);
      await ledgers.reset(id, settingsOf(connector).mailbox);
      await connectors.recordHealth(id, { failures: 0 });
      await queue.wake(id, Date.now());
    },
  };
}
