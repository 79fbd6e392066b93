/** Applications, connections and connectors, as the other modules read them. Secrets are never part of these types. */
import { createHash } from 'node:crypto';
import { normalizedAddress } from '../contract/address.js';
import type { Endpoint } from '../contract/connector-type.js';
import type { ApplicationId, ConnectionId, ConnectorId, MailboxKey } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { ProviderName } from '../contract/provider.js';

/** Where a client secret travels (RFC 6749 §2.3.1); automatic: as the server's metadata offers it. */
export type SecretTransport = 'automatic' | 'body' | 'basic';
export type AssertionAlgorithm = 'PS256' | 'RS256';

/** How an application proves itself; its secrets and its private key are sealed apart (application-record). */
export type ClientAuth =
  | {
      method: 'clientSecret';
      /** ISO 8601 date the secret ends on, as the admin knows it. */
      expiresAt?: string;
      /** The same of the second secret, while there is one. */
      secondExpiresAt?: string;
      transport?: SecretTransport;
    }
  | {
      method: 'certificate';
      algorithm?: AssertionAlgorithm;
      /** PEM; nothing secret. */
      certificate: string;
      subject: string;
      /** `x5t#S256`: SHA-256 of the certificate, base64url. */
      thumbprint: string;
      /** ISO 8601, from the certificate. */
      expiresAt: string;
    }
  | { method: 'none' }
  /** Access tokens come from the identity endpoint itself; userAssigned: the Client Id names the identity. */
  | { method: 'managedIdentity'; identity?: 'systemAssigned' | 'userAssigned' }
  | {
      method: 'federatedCredential';
      source: 'managedIdentity' | 'file';
      /** absolute; absent: AZURE_FEDERATED_TOKEN_FILE */
      file?: string;
      audience?: string;
      /** Client ID of the user-assigned identity, where the machine has several. */
      identityClientId?: string;
    };

export interface ApplicationSettings {
  name: string;
  provider: ProviderName;
  tenant?: string;
  issuer?: string;
  authUrl?: string;
  accessTokenUrl?: string;
  clientId: string;
  clientAuth: ClientAuth;
  /** Override of the service's own Callback URL. */
  callbackUrl?: string;
}

export interface Application {
  id: ApplicationId;
  version: number;
  settings: ApplicationSettings;
  /** What stops every connection of it (law 5); cleared by the first refresh that succeeds. */
  failure: Problem | undefined;
  /** kept: there is one for the day that the first is refused; inUse: that day has come. Absent: there is none. */
  secondSecret?: 'kept' | 'inUse';
  /** ms since the epoch */
  createdAt: number;
}

export type ConnectionGrant = 'authorizationCode' | 'deviceCode' | 'clientCredentials';

/**
 * getAndRefresh: signed in here and refreshed by us; refresh: tokens supplied once and refreshed by us, no sign-in is
 * started here; off: tokens supplied by hand and never refreshed (InitiateOAuth GETANDREFRESH, REFRESH, OFF).
 */
export type TokenMode = 'getAndRefresh' | 'refresh' | 'off';

export interface ConnectionSettings {
  name: string;
  authentication: 'oauth2' | 'basic';
  /** Always there with oauth2. */
  application?: ApplicationId;
  /** The mailbox address, as entered. */
  user: string;
  /** As entered; empty: what the preset needs for the protocols that have an endpoint. The base scopes are always added. */
  scope: string[];
  /** How its access tokens are first obtained: by a person in a browser, there or on another device, or by the application. */
  grant: ConnectionGrant;
  /** What of it Mailgrant does by itself. */
  tokenMode: TokenMode;
  imap?: Endpoint;
  smtp?: Endpoint;
}

/**
 * unauthorized → authorized (sign-in) → reauthorization-required (the grant ended, with its problem) → authorized.
 * `application-error` is not stored: it is how an authorized connection shows while its application has a failure.
 */
export type ConnectionStatus =
  | 'unauthorized'
  | 'authorized'
  | 'reauthorization-required'
  | 'application-error';

/** What is known of the sign-in; stored in clear beside the sealed token set, and replaced with it in one step. */
export interface Authorization {
  status: Exclude<ConnectionStatus, 'application-error'>;
  problem?: Problem;
  /**
   * What is known of who is behind the tokens (law 1): proved by the server over the back channel; asserted by whoever
   * pasted a bare access token; the application itself, which is nobody. Absent: proved, in records of before.
   */
  identity?: 'proved' | 'asserted' | 'application';
  /** preferred_username (UPN) of the signed-in user. */
  authenticatedUser?: string;
  /** SASL user name for SMTP: the UPN. */
  saslUser?: string;
  /** `tid`+`oid` at Entra, else issuer and `sub`; must be the same on every re-authorization and refresh (law 1). */
  account?: { tenant: string; subject: string };
  /** Client Id that the grant was given to; a refresh token is of no use to another (RFC 6749 §6). */
  clientId?: string;
  grantedScope: string[];
  /** ms since the epoch */
  accessTokenExpiresAt?: number;
  lastRefreshAt?: number;
  /** Last transient failure of a refresh, cleared by the next success; the status stays authorized (law 4). */
  refreshProblem?: Problem;
  mailboxKey: MailboxKey;
}

/** How a grant of a connection ended: what a policy that ends it again and again is recognised by. */
export interface GrantEnd {
  /** code of the problem */
  code: string;
  /** ms since the epoch */
  at: number;
  /** When the sign-in was that it ended, where that is known; ms since the epoch. */
  signedInAt?: number;
}

export interface Connection {
  id: ConnectionId;
  /** Counts settings changes; what If-Match compares. */
  version: number;
  settings: ConnectionSettings;
  /** Counts sign-ins, sign-outs and changes that void the grant; a sign-in attempt belongs to one epoch. */
  epoch: number;
  /** Counts token sets; bumped by whatever bumps the epoch and by each refresh. 0: none yet. */
  tokenVersion: number;
  authorization: Authorization;
  /** The last sign-in; ms since the epoch. */
  signedInAt?: number;
  /** The last few ends of its grants, oldest first. */
  grantEnds?: readonly GrantEnd[];
  createdAt: number;
}

/** Fields of a connection's Redis hash beside `version`: setup/connections writes them all but those of the grant. */
export const CONNECTION_FIELDS = {
  /** JSON, ConnectionSettings */
  settings: 'settings',
  /** sealed text; Basic only */
  password: 'password',
  createdAt: 'createdAt',
  /** integers */
  epoch: 'epoch',
  tokenVersion: 'tokenVersion',
  /** sealed JSON, TokenSet (oauth/token-store) */
  tokens: 'tokens',
  /** JSON, Authorization */
  authorization: 'authorization',
  /** JSON: a refresh that was sent and has not been answered; tells `refresh-interrupted` from a revocation */
  refreshInFlight: 'refreshInFlight',
  /** ms since the epoch */
  signedInAt: 'signedInAt',
  /** JSON, GrantEnd[] */
  grantEnds: 'grantEnds',
} as const;

export interface Connector {
  id: ConnectorId;
  version: number;
  name: string;
  /** connector type */
  type: string;
  connection: ConnectionId;
  enabled: boolean;
  /** With defaults filled in, without secrets. */
  settings: Record<string, unknown>;
  health: ConnectorHealthRecord;
  createdAt: number;
}

/** What workers store of a connector's runs; health shown to people is derived from it (setup/connector-health). */
export interface ConnectorHealthRecord {
  /** ms since the epoch */
  lastSuccessAt?: number;
  lastRunAt?: number;
  nextRunAt?: number;
  /** Runs that failed since the last success. */
  failures: number;
  problem?: Problem;
  /** Of a sender: since when a message has been due, and when that was seen (send/reconcile); ms since the epoch. */
  overdue?: { since: number; at: number };
  /** Set by a 410 of the webhook; cleared by enabling or changing the connector. */
  paused?: boolean;
}

export type HealthStatus = 'ok' | 'paused' | 'waiting' | 'backoff' | 'held' | 'stale' | 'failing';

const mailboxKey = (...parts: string[]): MailboxKey =>
  `mbx_${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24)}` as MailboxKey;

/** The mailbox key of a signed-in account. */
export const accountMailboxKey = (account: { tenant: string; subject: string }): MailboxKey =>
  mailboxKey('account', account.tenant.toLowerCase(), account.subject);

/** The mailbox key before a sign-in, and of Basic: host and User. */
export const hostMailboxKey = (host: string, user: string): MailboxKey =>
  mailboxKey('host', host.toLowerCase(), normalizedAddress(user) ?? user);

/** Told when something changed that workers must look at; app.ts wires it to the wake-up queues. */
export interface ChangeListener {
  /** Settings or authorization of a connection changed: look at its grant, its polls and its outbox. */
  connectionChanged(id: ConnectionId): Promise<void>;
  connectorChanged(id: ConnectorId): Promise<void>;
  /** Its health was written down. @param isNews whether it shows as something else than before */
  connectorRan?(id: ConnectorId, isNews: boolean): void;
  /** Probe it: a repair may have been made (law 5). */
  applicationChanged(id: ApplicationId): Promise<void>;
}
