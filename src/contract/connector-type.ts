/**
 * What a connector type is. A type lives in one folder under connectors/, imports only this contract, connectors/mail
 * and its protocol library, and is listed once in connectors/index. It declares each of its settings once, as JSON
 * Schema (TypeBox): the API validates with it, OpenAPI publishes it, and forms and docs are drawn from it.
 */
import type { TObject } from 'typebox';
import type { ConnectionId, ConnectorId } from './ids.js';
import type { Envelope } from './message.js';
import type { ProviderLimits, TlsType } from './provider.js';
import type { TestSteps } from './test-steps.js';

/** A server to connect to, as the connection names it. */
export interface Endpoint {
  host: string;
  port: number;
  /** Automatic: SSL/TLS on the implicit-TLS ports (993, 465), else STARTTLS required. None: loopback only. */
  tlsType: TlsType;
}

/** A credential for one sign-in at a mail server. Never logged, never stored by a connector. */
export type MailCredentials =
  | {
      kind: 'xoauth2';
      /** SASL user name: the UPN for SMTP on Exchange Online (EXCHANGE-ONLINE.md §1). */
      user: string;
      accessToken: string;
      /** Version of the token set; pass it as `rejected` when the server refuses the token. */
      version: number;
    }
  | { kind: 'basic'; user: string; password: string };

export interface ConnectorLog {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** What a connector gets to work with: one connection's endpoints, its credentials, and nothing of the platform. */
export interface MailContext {
  connection: ConnectionId;
  /** Absent while a connection is tested, which stands for no connector. */
  connector: ConnectorId | undefined;
  /** The mailbox address: the connection's User, exactly as set up. */
  user: string;
  /** Who signed in, for wording; the UPN. */
  authenticatedUser: string | undefined;
  /** How it is known who that is; `application`: the token is the application's own (app-only). Absent: proved. */
  identity?: 'proved' | 'asserted' | 'application' | undefined;
  /** Client Id that the grant was given to, for wording. */
  clientId?: string | undefined;
  /** Granted scopes that are Microsoft Graph's: a token for Graph is refused by IMAP and SMTP. */
  graphScopes?: readonly string[];
  /** When mail was last read over this connection, ms since the epoch; asked for only when SMTP refuses what IMAP may take. */
  lastReceivedAt?(): Promise<number | undefined>;
  /** Told of each reply that no row of a table knows, for metrics. */
  onUnknownReply?(protocol: 'imap' | 'smtp'): void;
  imap: Endpoint | undefined;
  smtp: Endpoint | undefined;
  limits: ProviderLimits;
  /**
   * The credential to sign in with.
   * @param options `rejected`: version of a token the server has just refused; a newer stored one is returned
   *   without a refresh, otherwise exactly one refresh is made. The same version comes back when it was made for a
   *   refusal a moment ago: then the token is not what the server minds.
   * @throws ProblemError where the connection holds no usable grant
   */
  credentials(options?: { rejected?: number }): Promise<MailCredentials>;
  /**
   * Resolves a host under the rules for outgoing connections; connect to what it returns, with `host` as server name.
   * @throws ProblemError `address-refused`
   */
  resolve(host: string): Promise<string>;
  log: ConnectorLog;
  /** Aborted when the work must stop: lease lost, shutdown, deadline. */
  signal: AbortSignal;
}

// ---------------------------------------------------------------- receive

/** A mailbox as SELECT or EXAMINE describes it (RFC 9051 §6.3.2). */
export interface SelectedMailbox {
  /** The name as the server has it. */
  path: string;
  uidValidity: string;
  /** UIDNEXT; `undefined` where the server gives none. */
  uidNext: number | undefined;
  exists: number;
}

/** A message as FETCH gives it. */
export interface FetchedMessage {
  uid: number;
  /** BODY.PEEK[], whole. */
  source: Uint8Array;
}

/** The head of a message: enough to filter and to plan batches without its body. */
export interface FetchedHead {
  uid: number;
  /** RFC822.SIZE; approximate on Exchange. */
  size: number;
  seen: boolean;
  /** INTERNALDATE, ms since the epoch; chooses where the first poll starts, and tells statistics how long it waited. */
  receivedAt?: number;
  /** Raw header block; only when asked for. */
  headers?: Uint8Array;
}

export type PostProcessing =
  | { action: 'none' }
  | { action: 'markRead' }
  | { action: 'delete' }
  | { action: 'move'; mailbox: string }
  | { action: 'copy'; mailbox: string };

/**
 * One IMAP session, signed in. Every method throws ProblemError; one of verdict `hold` concerns the connection.
 * A token refused at sign-in has already led to one refresh and one retry; one refused later (BYE
 * AccessTokenExpired) ends the session with `imap-token-ended`, and the next session refreshes.
 */
export interface ReceiveSession {
  /** @param options `readOnly`: EXAMINE (RFC 9051 §6.3.3), by which nothing of the mailbox changes */
  select(mailbox: string, options?: { readOnly: boolean }): Promise<SelectedMailbox>;
  /** UIDs ≥ `from` that exist, ascending; with `unread`, only those without \Seen. Never searches by date or charset. */
  search(options: { from: number; unread: boolean }): Promise<number[]>;
  /** Heads of the given UIDs; a UID that has gone is left out. */
  heads(uids: readonly number[], options: { headers: boolean }): Promise<FetchedHead[]>;
  /** Whole messages of the given UIDs in one FETCH; a UID that has gone is left out. */
  fetch(uids: readonly number[]): Promise<FetchedMessage[]>;
  /** Applies the action; resolves with the UIDs to which it was really applied or which are gone. */
  postProcess(uids: readonly number[], action: PostProcessing): Promise<number[]>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- send

export interface SendRequest {
  envelope: Envelope;
  /** The message, CRLF lines, complete with headers. */
  content: Uint8Array;
}

/** What became of one SMTP transaction that got a final reply. */
export interface SendOutcome {
  /** The server's reply to the message, whole. */
  reply: string;
  accepted: string[];
  /** Refused for good at RCPT. */
  rejected: { address: string; reply: string }[];
  /** Refused for now at RCPT (4xx), or left over because the server takes fewer at once (452 4.5.3). */
  deferred: { address: string; reply: string }[];
  /** Among the refusals is one that no table knows. */
  unknown?: true;
  /** The Message-ID that the reply names, where it names one. */
  serverMessageId?: string;
}

/**
 * One SMTP connection, signed in.
 *
 * send() throws a ProblemError. With code `outcome-unknown` the content had been handed over entirely and no reply
 * came: the message may have gone. With any other code it has certainly not gone.
 */
export interface Sender {
  send(request: SendRequest): Promise<SendOutcome>;
  /** False once the server closed the connection or asked to (421); open another one. */
  readonly usable: boolean;
  close(): void;
}

// ---------------------------------------------------------------- the type

interface ConnectorTypeBase {
  /** As the API names it, such as `email-receive`. */
  name: string;
  title: string;
  description: string;
  /** Provider scopes it needs, by the preset's key. */
  needs: readonly ('imap' | 'smtp')[];
  /** JSON Schema of the settings, with defaults, units and descriptions; unknown settings are refused. */
  settings: TObject;
  /**
   * Rules between fields that JSON Schema cannot say.
   * @returns faults: JSON pointer and what is wrong; empty when all is well
   */
  check(settings: Record<string, unknown>, connection: { user: string }): { path: string; message: string }[];
  /** JSON pointers of the settings that are secrets: sealed at rest, never answered. */
  secrets: readonly string[];
  /**
   * Test Connection: walks the path that the work takes, by the same code, one step after the other, and changes nothing
   * there. Closes what it opened, also when a step fails or the context's signal aborts.
   * @param settings a connector's, without secrets; when a connection is tested, the defaults alone
   */
  test(context: MailContext, settings: Record<string, unknown>, steps: TestSteps): Promise<void>;
}

export interface ReceiveConnectorType extends ConnectorTypeBase {
  direction: 'receive';
  open(context: MailContext): Promise<ReceiveSession>;
}

export interface SendConnectorType extends ConnectorTypeBase {
  direction: 'send';
  open(context: MailContext): Promise<Sender>;
}

export type ConnectorType = ReceiveConnectorType | SendConnectorType;
