/** Every environment variable of Mailgrant, once: type, default, secrecy, meaning. load.ts parses them; the README's table is checked against this. */

export type VariableKind =
  | 'text'
  | 'port'
  | 'url'
  | 'path'
  | 'boolean'
  | 'integer'
  | 'list'
  | 'key-list'
  | 'addresses'
  | 'duration';

export interface Variable {
  kind: VariableKind;
  /** As an operator would write it; absent: unset. */
  default?: string;
  secret?: true;
  /** For `list`: what its members may be. For `text`: what it may be. */
  allowed?: readonly string[];
  /** For `integer` and `port`. */
  minimum?: number;
  maximum?: number;
  /** For `url`. */
  protocols?: readonly string[];
  meaning: string;
}

export const ROLES = ['admin', 'refresh', 'receive', 'send'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Each may also be given as `<NAME>_FILE`, the path of a file whose content is the value. */
export const VARIABLES = {
  MAILGRANT_HOST: {
    kind: 'text',
    default: '127.0.0.1',
    meaning: 'Address that the admin API and the page listen on.',
  },
  MAILGRANT_PORT: {
    kind: 'port',
    default: '8025',
    minimum: 0,
    maximum: 65535,
    meaning: 'Port that the admin API and the page listen on; 0 chooses a free one.',
  },
  MAILGRANT_PUBLIC_URL: {
    kind: 'url',
    default: 'http://localhost:8025',
    protocols: ['http:', 'https:'],
    meaning:
      'Origin under which browsers reach this service; the Callback URL is this and /oauth/callback. Plain http is for localhost only. Unset with another MAILGRANT_PORT: localhost with that port.',
  },
  MAILGRANT_TRUSTED_PROXIES: {
    kind: 'addresses',
    meaning:
      'Addresses and CIDR blocks of the proxies before this service, separated by commas. Only from these is X-Forwarded-For believed, for the audit trail, the limits and the brake on sign-ins; other headers never are. Unset: none, and a client counts by the address that it connects from.',
  },
  MAILGRANT_DATA_DIR: {
    kind: 'path',
    default: './data',
    meaning:
      'Directory of the spool, the embedded Redis and the generated key. Processes that share work share it.',
  },
  MAILGRANT_REDIS_URL: {
    kind: 'url',
    protocols: ['redis:', 'rediss:', 'redis+cluster:', 'unix:'],
    secret: true,
    meaning:
      'Redis to use: redis://, rediss://, unix:/path, or redis+cluster://host:port,host:port. Unset: a redis-server of our own.',
  },
  MAILGRANT_SECRET_KEY: {
    kind: 'key-list',
    secret: true,
    meaning:
      'Encryption key, 32 bytes in base64; after a comma, previous keys that still open what they sealed. Unset with the embedded Redis: generated into the data directory.',
  },
  MAILGRANT_API_KEY: {
    kind: 'text',
    secret: true,
    meaning:
      'An API key with every scope, at least 20 characters. Unset: generated into the data directory at the first start.',
  },
  MAILGRANT_ADMIN_PASSWORD: {
    kind: 'text',
    secret: true,
    meaning:
      'Password of the first admin, who is called admin, at least 12 characters. It counts only while nobody is stored: later changes are made in the page and win. Unset: the first start logs a one-time set-up link.',
  },
  MAILGRANT_PASSWORD_SIGN_IN: {
    kind: 'boolean',
    default: 'true',
    meaning:
      'Whether people may have passwords. false: they come through OpenID alone; an API key with the scope admin still signs in to the page, should the provider fail.',
  },
  MAILGRANT_OPENID_ISSUER: {
    kind: 'url',
    protocols: ['https:', 'http:'],
    meaning:
      'Issuer of the OpenID provider that people may sign in through, as it calls itself, such as https://login.microsoftonline.com/<tenant>/v2.0. Its client has the redirect URI MAILGRANT_PUBLIC_URL and /sign-in/callback. Unset: no such sign-in.',
  },
  MAILGRANT_OPENID_CLIENT_ID: {
    kind: 'text',
    meaning: 'Client Id at that provider.',
  },
  MAILGRANT_OPENID_CLIENT_SECRET: {
    kind: 'text',
    secret: true,
    meaning: 'Client secret at that provider. Unset: a public client, with PKCE alone.',
  },
  MAILGRANT_OPENID_ROLES: {
    kind: 'text',
    meaning:
      'Which claim gives which role: claim:value=role, separated by commas, such as groups:mail-admins=admin,groups:staff=viewer. The highest that fits counts, anew at every sign-in; whom none fits is refused. A dot leads into a claim (realm_access.roles:mail=operator); a colon of a claim’s name is written \\:.',
  },
  MAILGRANT_OPENID_SCOPE: {
    kind: 'text',
    default: 'openid profile email',
    meaning: 'Scope that is asked for; some providers want one more for the claim with the groups.',
  },
  MAILGRANT_OPENID_NAME: {
    kind: 'text',
    default: 'your company account',
    meaning: 'What the button on the sign-in page calls that provider: Sign in with ….',
  },
  MAILGRANT_SESSION_IDLE: {
    kind: 'duration',
    default: '30m',
    meaning: 'How long a page session lasts that nobody uses.',
  },
  MAILGRANT_SESSION_LIFETIME: {
    kind: 'duration',
    default: '12h',
    meaning: 'How long a page session lasts at most.',
  },
  MAILGRANT_ROLES: {
    kind: 'list',
    default: 'admin,refresh,receive,send',
    allowed: ROLES,
    meaning: 'Which of the roles this process plays.',
  },
  MAILGRANT_LOG_LEVEL: {
    kind: 'text',
    default: 'info',
    allowed: LOG_LEVELS,
    meaning: 'Least severe level that is logged.',
  },
  MAILGRANT_ALLOW_PRIVATE_NETWORKS: {
    kind: 'boolean',
    meaning:
      'Whether connections to private ranges and loopback are allowed. Unset: yes while MAILGRANT_HOST is loopback, else no. Link-local and metadata addresses never are.',
  },
  MAILGRANT_REQUESTS_PER_MINUTE: {
    kind: 'integer',
    default: '6000',
    minimum: 1,
    maximum: 1_000_000,
    meaning: 'Requests that one client address may make to the admin API in a minute.',
  },
  MAILGRANT_SHUTDOWN_TIMEOUT: {
    kind: 'duration',
    default: '20s',
    meaning: 'How long a stop waits for what is in flight.',
  },
  MAILGRANT_RETENTION: {
    kind: 'duration',
    default: '30d',
    meaning: 'How long a sent, failed or cancelled message and its transaction log are kept.',
  },
  MAILGRANT_AUDIT_RETENTION: {
    kind: 'duration',
    default: '400d',
    meaning:
      'How long an entry of the audit trail is kept, while there are no more than 100,000 (changes), 50,000 (operations) and 10,000 (refusals).',
  },
  MAILGRANT_RECEIVE_CONCURRENCY: {
    kind: 'integer',
    default: '50',
    minimum: 1,
    maximum: 1000,
    meaning: 'Mailboxes that one process polls at once.',
  },
  MAILGRANT_SEND_CONCURRENCY: {
    kind: 'integer',
    default: '50',
    minimum: 1,
    maximum: 1000,
    meaning: 'Mailboxes that one process sends from at once.',
  },
  MAILGRANT_REFRESH_CONCURRENCY: {
    kind: 'integer',
    default: '50',
    minimum: 1,
    maximum: 1000,
    meaning: 'Token refreshes that one process has in flight at once.',
  },
  MAILGRANT_REFRESH_RATE: {
    kind: 'integer',
    default: '50',
    minimum: 1,
    maximum: 10000,
    meaning: 'Scheduled refreshes a second at one token endpoint, over all processes.',
  },
  AZURE_POD_IDENTITY_AUTHORITY_HOST: {
    kind: 'url',
    protocols: ['http:', 'https:'],
    meaning:
      'Origin of the instance metadata service that managed identities come from, as the Azure SDKs have it. Unset: http://169.254.169.254.',
  },
  IDENTITY_ENDPOINT: {
    kind: 'url',
    protocols: ['http:', 'https:'],
    meaning:
      'Where managed identities come from on App Service, Functions and Container Apps, which set it and IDENTITY_HEADER by themselves.',
  },
  IDENTITY_HEADER: {
    kind: 'text',
    secret: true,
    meaning: 'What IDENTITY_ENDPOINT wants to be shown.',
  },
  AZURE_FEDERATED_TOKEN_FILE: {
    kind: 'path',
    meaning:
      'File of the token that federated credentials with source file use where the application names none; AKS workload identity sets it by itself.',
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
