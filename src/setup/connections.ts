/** Connections: one mailbox signed in, each. Settings are written here, the grant by oauth/token-store. */
import type { ApplicationId, ConnectionId, ConnectorId, MailboxKey } from '../contract/ids.js';
import type { Page } from './applications.js';
import type { Connection } from './model.js';

export interface Connections {
  /** @throws ProblemError `invalid-settings`, `unknown-reference`, `tls-required`, `basic-not-supported` */
  create(input: unknown): Promise<Connection>;
  /** @throws ProblemError `not-found` */
  read(id: ConnectionId): Promise<Connection>;
  list(options: { after?: string; limit: number }): Promise<Page<Connection>>;
  all(): AsyncIterable<Connection>;
  /**
   * A new User, Scope, application or host voids the grant: epoch and tokenVersion count up, the token set is deleted
   * and the status becomes `unauthorized`, all in one step with the settings.
   * @throws ProblemError `version-conflict`, `invalid-settings`, `secret-needed-again` (Basic, new host)
   */
  patch(id: ConnectionId, ifVersion: number, input: unknown): Promise<Connection>;
  /** @throws ProblemError `version-conflict`, `still-in-use` (connectors), `not-found` */
  delete(id: ConnectionId, ifVersion: number): Promise<void>;
  /** The password of a Basic connection, for the one sign-in that needs it. */
  password(id: ConnectionId): Promise<string | undefined>;
  /** Ids of the connectors bound to it. */
  connectors(id: ConnectionId): Promise<ConnectorId[]>;
  /** Ids of the connections of an application. */
  ofApplication(id: ApplicationId): Promise<ConnectionId[]>;
  /** Connections that share a mailbox key, as it stands in their records. */
  ofMailbox(key: MailboxKey): Promise<Connection[]>;
  /** Moves the connection from one mailbox's set to another's, after its mailbox key changed. */
  moveMailbox(id: ConnectionId, from: MailboxKey | undefined, to: MailboxKey | undefined): Promise<void>;
}
