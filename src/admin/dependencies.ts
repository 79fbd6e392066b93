/** What the admin API calls: the services as it sees them, handed in by app.ts. */
import type { EventFeed } from '../activity/event-feed.js';
import type { EventLog } from '../activity/event-log.js';
import type { Overview } from '../activity/overview.js';
import type { Statistics } from '../activity/statistics.js';
import type { Alerts } from '../alerts/alerts.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { Clock } from '../contract/clock.js';
import type { ConnectorType } from '../contract/connector-type.js';
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import type { BegunTest, TestOptions } from '../diagnosis/begin-test.js';
import type { ListMessages } from '../messages/list-messages.js';
import type { OpenMessage } from '../messages/open-message.js';
import type { DeviceSignIn } from '../oauth/device/device-sign-in.js';
import type { PersonOpenId } from '../oauth/people/person-openid.js';
import type { RefreshNow } from '../oauth/refresh/refresh-now.js';
import type { AdminConsent } from '../oauth/sign-in/admin-consent.js';
import type { PasteTokens } from '../oauth/sign-in/paste-tokens.js';
import type { SignIn } from '../oauth/sign-in/sign-in.js';
import type { SignOut } from '../oauth/sign-out.js';
import type { PeopleServices } from '../people/people-services.js';
import type { InboundMessages } from '../receive/inbound-messages.js';
import type { MailboxBudgets } from '../send/mailbox-budgets.js';
import type { Outbox } from '../send/outbox.js';
import type { AlertChannels } from '../setup/alert-channels.js';
import type { Applications } from '../setup/applications.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Providers } from '../setup/preset.js';
import type { Warnings } from '../setup/warnings.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import type { ExportGrant } from '../transfer/export-grant.js';
import type { ImportGrant } from '../transfer/import-grant.js';
import type { SetupImport, SetupImportOptions } from '../transfer/import-setup.js';
import type { ResealReport } from '../transfer/reseal.js';
import type { SetupDocument } from '../transfer/setup-document.js';
import type { EventStreamTimes } from './event-stream.js';
import type { SessionLimits } from './sessions.js';
import type { StreamLimits } from './stream-seats.js';

/** Of send/outbox. */
export type OutboxService = Pick<
  Outbox,
  'accept' | 'read' | 'source' | 'list' | 'cancel' | 'retry' | 'nextDueAt' | 'connectionChanged'
>;

/** Of receive/inbound-messages. */
export type InboxService = InboundMessages;

/** Of the room transfer. */
export interface TransferService {
  /** @throws ProblemError `reseal-key-not-everywhere` */
  reseal(): Promise<ResealReport>;
  exportGrant: ExportGrant;
  importGrant: ImportGrant;
  exportSetup(): Promise<SetupDocument>;
  /** @throws ProblemError `setup-faulty`, before anything is written */
  importSetup(document: unknown, options: SetupImportOptions): Promise<SetupImport>;
}

export interface ReadinessCheck {
  name: string;
  ok: boolean;
  /** What is wrong, or what is unsafe; never a secret. */
  detail?: string;
}

/** What /livez, /readyz and /metrics answer from; all that a process without the role admin serves. */
export interface WatchDependencies {
  log: Log;
  readiness(): Promise<ReadinessCheck[]>;
  metrics(): Promise<{ contentType: string; text: string }>;
}

export interface AdminDependencies extends WatchDependencies, PeopleServices {
  /** Presets that applications are made from. */
  providers: Providers;
  applications: Applications;
  connections: Connections;
  connectors: Connectors;
  connectorTypes: readonly ConnectorType[];
  /** What will stop an application or a connection and has not yet (setup/warnings). */
  warnings: Warnings;
  signIn: SignIn;
  /** Ends a grant: tokens deleted, status `unauthorized`, and revoked at the provider (oauth/sign-out). */
  signOut: SignOut;
  /** Get New Access Token and Refresh Access Token, without a browser (oauth/refresh-now). */
  refreshNow: RefreshNow;
  pasteTokens: PasteTokens;
  adminConsent: AdminConsent;
  deviceSignIn: Pick<DeviceSignIn, 'start' | 'read'>;
  outbox: OutboxService;
  inbox: InboxService;
  /** Messages of every connector in one list (messages). */
  listMessages: ListMessages;
  /** A message, and what is in it (messages). */
  openMessage: OpenMessage;
  /** Polls a receiver now, past its schedule and its backoff (receive/receive-control). */
  runNow(id: ConnectorId): Promise<void>;
  /** Test Connection (diagnosis); both throw ProblemError `not-found`, `test-running`. */
  testConnection(id: ConnectionId, options: TestOptions): Promise<BegunTest>;
  testConnector(id: ConnectorId, options: TestOptions): Promise<BegunTest>;
  overview: Overview;
  statistics: Statistics;
  mailboxBudgets: MailboxBudgets;
  events: Pick<EventLog, 'list'>;
  eventFeed: EventFeed;
  /** Of streams of events. */
  eventStreams?: Partial<EventStreamTimes & StreamLimits>;
  audit: AuditTrail;
  alerts: Alerts;
  alertChannels: AlertChannels;
  transfer: TransferService;
  /** For API keys and page sessions. */
  redis: RedisClient;
  /** Origin under which browsers reach the service; without a trailing slash. The Host header is never used instead. */
  publicUrl: string;
  /** Where people may sign in through the company's OpenID provider: what it is called, and the way there. */
  openId?: { name: string; provider: PersonOpenId };
  /** People have no passwords. */
  isPasswordSignInOff?: boolean;
  /** Blocks (CIDR) of proxies whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  /** The environment's admin key. */
  apiKey?: string;
  /** How long page sessions last. */
  sessionLimits?: SessionLimits;
  /** Of page sessions. */
  clock?: Clock;
  limits?: Partial<AdminLimits>;
  /** Told of each answer, for metrics; `route` is a pattern. */
  onRequest?(labels: { method: string; route: string; status: string }, ms: number): void;
}

export interface AdminLimits {
  /** Requests of one client per minute. */
  requestsPerMinute: number;
  /** Attempts of one client per minute to sign in to the page. */
  signInsPerMinute: number;
  /** Bytes of a request that carries a message; attachments are base64. */
  messageBodyBytes: number;
}

/** A message of 35 MB is 47 MB in base64; the provider's own limit is applied to what comes out of it. */
export const DEFAULT_LIMITS: AdminLimits = {
  requestsPerMinute: 6_000,
  signInsPerMinute: 10,
  messageBodyBytes: 64 * 1024 * 1024,
};

export const limitsOf = ({ limits }: Pick<AdminDependencies, 'limits'>): AdminLimits => ({
  ...DEFAULT_LIMITS,
  ...limits,
});

/** The service's own Callback URL. */
export const callbackUrlOf = ({ publicUrl }: Pick<AdminDependencies, 'publicUrl'>): string =>
  `${publicUrl}/oauth/callback`;
