/** What a sandbox tenant is started with and what it offers: its addresses, its accounts, its mailboxes, its switches. */
import type { Clock } from '../contract/clock.js';
import type { Clients } from './authorization/clients.js';
import type { DeviceCodes } from './authorization/device-codes.js';
import type { RefreshTokenRule } from './authorization/grants.js';
import type { ManagedIdentities } from './authorization/managed-identities.js';
import type { TokenRequest } from './authorization/request-log.js';
import type { RevocationSwitch } from './authorization/revocation.js';
import type { SignInChoice } from './authorization/sign-in.js';
import type { ImapLogEntry } from './imap/context.js';
import type { Delivery } from './mail/compose.js';
import type { Mailbox } from './mail/mailbox.js';
import type { Misbehave } from './misbehave.js';
import type { ServicePrincipals } from './service-principals.js';
import type { Sink } from './smtp/sink.js';
import type { UserOptions, Users } from './users.js';

export interface TenantOptions {
  /** Alice and Bob of the domain when absent. */
  users?: UserOptions[];
  /** Alias of the tenant's GUID, and the domain of the first users. Default `sandbox.example`. */
  domain?: string;
  tenantId?: string;
  /** The first app registration; ids are made up where absent. Without `redirectUris` any loopback URI is registered. */
  client?: { clientId?: string; clientSecret?: string; redirectUris?: string[] };
  /** Default `kept`, Entra's rule. */
  refreshTokens?: RefreshTokenRule;
  /** Offers token revocation (RFC 7009), which Entra does not. */
  revocation?: boolean;
  /** Default: Entra's 60 to 90 minutes at random. */
  accessTokenSeconds?: number;
  /** Keep contents, sent copies, deliveries and issued secrets; false for a bench, where the sink only counts. Default true. */
  keepContent?: boolean;
  /** Enforced at submission; none by default, except the message size of 150 MB. */
  limits?: { smtpConnections?: number; messagesPerMinute?: number; messageBytes?: number };
  /** Free ports by default. */
  ports?: { authorization?: number; imap?: number; smtp?: number };
  /** PEM; makes IMAP and SMTP speak TLS from the first byte. */
  tls?: { key: string; cert: string };
  clock?: Clock;
}

export interface MailEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tlsType: 'None' | 'SSL/TLS';
}

export interface IssuedTokens {
  accessToken: string;
  refreshToken: string | undefined;
  idToken: string | undefined;
  scope: string;
  expiresInSeconds: number;
}

export interface Tenant {
  readonly tenantId: string;
  readonly domain: string;
  /** `http://127.0.0.1:<port>` of the authorization server. */
  readonly origin: string;
  readonly issuer: string;
  readonly authUrl: string;
  readonly accessTokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The union that Email Receive and Email Send ask for. */
  readonly defaultScope: string;
  readonly imap: MailEndpoint & {
    /** Every command since the start. */
    readonly log: readonly ImapLogEntry[];
    openSessions(): number;
  };
  readonly smtp: MailEndpoint & {
    /** Signed-in connections of the account's mailbox now. */
    openConnections(user: string): number;
    peakConnections(user: string): number;
    peakPerMinute(user: string): number;
  };
  readonly users: Users;
  /** Which applications may open which mailboxes by themselves. */
  readonly servicePrincipals: ServicePrincipals;
  readonly deviceCodes: DeviceCodes;
  /** Requests, and the switch that makes it fail. */
  readonly revocation: RevocationSwitch;
  readonly clients: Clients;
  /** Managed identities of the machine; their endpoints are `<origin>/metadata/identity/oauth2/token` (IMDS) and `<origin>/msi/token` (App Service). */
  readonly identities: ManagedIdentities;
  readonly authorization: {
    /** Every request to the token endpoint since the start, without secrets. */
    readonly log: readonly TokenRequest[];
    /** Every code, token, PKCE verifier and client secret so far (not with `keepContent: false`): for a search that must find none of them. */
    secrets(): string[];
  };
  /**
   * Walks the sign-in pages over HTTP, as a person would.
   * @returns the URL that the browser is sent back to; it is not opened
   * @throws Error with the page's text when the server shows an error page instead
   */
  signIn(authorizationUrl: string, choice: SignInChoice): Promise<string>;
  /** A token set without a sign-in, for tests that begin after it. @throws Error for an unknown account */
  issueTokens(user: string, options?: { scope?: string; clientId?: string }): Promise<IssuedTokens>;
  /**
   * Puts messages straight into an INBOX.
   * @param delivery one for all, or made for each index from 0
   * @returns their UIDs
   */
  deliver(user: string, delivery: Delivery | ((index: number) => Delivery), count?: number): number[];
  /** A mailbox with its messages and flags; made when it does not exist. `path` defaults to INBOX. */
  mailbox(user: string, path?: string): Mailbox;
  readonly sink: Sink;
  readonly misbehave: Misbehave;
  /** Closes every socket and server. */
  close(): Promise<void>;
}
