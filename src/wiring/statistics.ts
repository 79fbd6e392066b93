/** Wires what is counted, the overview that shows it, and what is used of budgets. */
import { connectorTypes } from '../../connectors/index.js';
import { createOverview } from '../activity/overview.js';
import { createStatistics } from '../activity/statistics.js';
import { createTally } from '../activity/tally.js';
import { createInboundRecords } from '../receive/inbound-records.js';
import { createMailboxBudgets } from '../send/mailbox-budgets.js';
import { createOutboxIndex } from '../send/outbox-index.js';
import type { Parts } from './parts.js';
import type { SetupServices } from './setup.js';

export function wireStatistics(
  { storage, log }: Parts,
  { connections, connectors, presetOf }: SetupServices,
) {
  const redis = storage.redis.client;
  const outbox = createOutboxIndex(redis);
  const inbox = createInboundRecords(redis);
  return {
    tally: createTally({ redis, log }),
    overview: createOverview({ redis, connectorTypes, outbox, inbox }),
    statistics: createStatistics({ redis }),
    mailboxBudgets: createMailboxBudgets({ redis, connections, connectors, presetOf }),
  };
}

/** Tells several what workers report: metrics, statistics. */
export const each =
  <Told extends unknown[]>(...listeners: ((...told: NoInfer<Told>) => void)[]) =>
  (...told: Told): void => {
    for (const listener of listeners) listener(...told);
  };

export type StatisticsServices = ReturnType<typeof wireStatistics>;
