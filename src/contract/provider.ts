/** What a provider preset says (config/providers holds the data): endpoints, scopes, limits, and how it behaves. */

export type TlsType = 'Automatic' | 'STARTTLS' | 'SSL/TLS' | 'None';

/** Limits of one mailbox at a provider; an operator or connector may set lower ones. */
export interface ProviderLimits {
  smtpConnections: number;
  messagesPerMinute: number;
  /** per rolling 24 hours */
  recipientsPerDay: number;
  recipientsPerMessage: number;
  /** bytes */
  messageBytes: number;
}

export interface ProviderPreset {
  title: string;
  /** Issuer, Auth URL and Access Token URL; `{tenant}` is replaced by the application's tenant. Absent: custom. */
  issuer?: string;
  authUrl?: string;
  accessTokenUrl?: string;
  adminConsentUrl?: string;
  /** Where a device code is asked for (RFC 8628 §3.1); absent: by discovery, or nowhere. */
  deviceAuthorizationUrl?: string;
  /** Where tokens are revoked (RFC 7009); absent: by discovery, or nowhere. */
  revocationUrl?: string;
  /** Tenant that the preset implies (Outlook.com: consumers); absent where the application must or may name one. */
  tenant?: string;
  tenantRequired: boolean;
  /** Tenant names that stand for many tenants: `tid` is then not compared with them. */
  multiTenantNames: readonly string[];
  /** Scope values for what a connector type needs. */
  scopes: { imap?: readonly string[]; smtp?: readonly string[] };
  /** Added to every scope; most of all offline_access. */
  baseScopes: readonly string[];
  /** Asked for by an application of its own (client credentials); empty: Scope says it all; absent: there is no such thing. */
  appOnlyScope?: string;
  /** Further authorize parameters, such as prompt or access_type. */
  authorizeParameters: Readonly<Record<string, string>>;
  imap?: { host: string; port: number; tlsType: TlsType };
  smtp?: { host: string; port: number; tlsType: TlsType };
  limits: ProviderLimits;
  /** What a refresh token goes through (EXCHANGE-ONLINE.md §2): old ones stay good, or are revoked on use. */
  refreshTokens: 'kept' | 'rotated-strictly' | 'unknown';
  /** Days after which a refresh token that nobody used ends; absent where it is not known. */
  refreshTokenIdleDays?: number;
  /** Whether the server itself saves a copy of what is submitted, and how long that may take. */
  sentCopies: { saved: boolean; mailbox?: string; delayMs: number };
  /** Basic is refused at set-up, on the hosts of the preset and on whatever lies under these domains. */
  basicRefused: boolean;
  mailDomains?: readonly string[];
  /** A claim beside preferred_username that is trusted as the user's address (law 1). */
  trustEmailClaim: 'single-tenant-or-verified' | 'verified' | 'never';
}

export type ProviderName =
  | 'exchange-online'
  | 'exchange-online-gcc-high'
  | 'exchange-online-dod'
  | 'exchange-online-21vianet'
  | 'outlook.com'
  | 'gmail'
  | 'yahoo'
  | 'fastmail'
  | 'custom';
