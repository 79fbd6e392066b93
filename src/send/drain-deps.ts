/** What the drain stands on; app.ts hands it over. */
import type { Clock } from '../contract/clock.js';
import type { MailContext, SendConnectorType } from '../contract/connector-type.js';
import type { ConnectorId } from '../contract/ids.js';
import type { OutboundStatus } from '../contract/message.js';
import type { Problem } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Connection } from '../setup/model.js';
import type { RedisClient } from '../storage/redis.js';
import type { Spool } from '../storage/spool.js';
import type { Log } from '../telemetry/log.js';

/** What an attempt to send a message came to. */
export interface AttemptOutcome {
  connector: ConnectorId;
  status: OutboundStatus;
  /** What stopped it. */
  problem: Problem | undefined;
  /** Since it was accepted, or was to go; ms. */
  waitedMs: number;
}

export interface DrainDeps {
  redis: RedisClient;
  spool: Spool;
  connections: Pick<Connections, 'ofMailbox' | 'connectors' | 'all'>;
  connectors: Pick<Connectors, 'read' | 'typeOf' | 'recordHealth'>;
  /** The preset of the connection's application; custom for Basic. */
  presetOf(connection: Connection): Promise<ProviderPreset>;
  mailContext(
    connection: Connection,
    connector: ConnectorId,
    options: { signal: AbortSignal; log: Log; needs: SendConnectorType['needs'] },
  ): MailContext | Promise<MailContext>;
  log: Log;
  clock?: Clock;
  /** Told of each outcome, for metrics and statistics. */
  onOutcome?(outcome: AttemptOutcome): void;
  /** Length of the drain's lease in ms; tests shorten it. */
  leaseMs?: number;
}
