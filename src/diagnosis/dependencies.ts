/** What Test Connection stands on; wiring/diagnosis hands it over. */
import type { Clock } from '../contract/clock.js';
import type { ConnectorType } from '../contract/connector-type.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { MailContexts } from '../oauth/mail-context.js';
import type { DestinationParts } from '../receive/destinations/index.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Connection } from '../setup/model.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import type { StepDeadlines } from './steps.js';

export interface DiagnosisDependencies extends Pick<DestinationParts, 'webhookDeadlineMs'> {
  redis: RedisClient;
  connections: Pick<Connections, 'read' | 'connectors'>;
  connectors: Pick<Connectors, 'read' | 'typeOf' | 'settingsWithSecrets'>;
  connectorTypes: readonly ConnectorType[];
  mailContext: MailContexts['mailContext'];
  /** Of outgoing: the addresses of a host that may be connected to. */
  addresses(host: string): Promise<string[]>;
  /** The preset of the connection's application. */
  presetOf(connection: Connection): Promise<ProviderPreset>;
  dispatcher: DestinationParts['dispatcher'];
  clock: Clock;
  log: Log;
  /** By step, in ms; tests shorten them. */
  deadlinesMs?: StepDeadlines;
}
