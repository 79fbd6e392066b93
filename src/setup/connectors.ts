/** Connectors: configured Email Receives and Email Sends, each bound to one connection. */
import type { ConnectorType } from '../contract/connector-type.js';
import type { ConnectorId } from '../contract/ids.js';
import type { Page } from './applications.js';
import type { Connector, ConnectorHealthRecord } from './model.js';

export interface Connectors {
  /** @throws ProblemError `invalid-settings`, `unknown-reference` */
  create(input: unknown): Promise<Connector>;
  /** @throws ProblemError `not-found` */
  read(id: ConnectorId): Promise<Connector>;
  list(options: { after?: string; limit: number }): Promise<Page<Connector>>;
  all(): AsyncIterable<Connector>;
  /** @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (webhook's origin changed) */
  patch(id: ConnectorId, ifVersion: number, input: unknown): Promise<Connector>;
  delete(id: ConnectorId, ifVersion: number): Promise<void>;
  copy(id: ConnectorId, name: string): Promise<Connector>;
  /** Settings with the secrets in place, for the worker that needs them; never answered, never logged. */
  settingsWithSecrets(id: ConnectorId): Promise<Record<string, unknown>>;
  /** Merges into the health record; `problem: undefined` clears it. Does not touch `version`. */
  recordHealth(id: ConnectorId, patch: Partial<ConnectorHealthRecord>): Promise<void>;
  typeOf(connector: Connector): ConnectorType;
}
