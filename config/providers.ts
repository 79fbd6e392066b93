/** Provider presets: data only (EXCHANGE-ONLINE.md §1, §3, §5). A row marked [F] is a field report, kept here so that it can be corrected without touching logic. */
import type { ProviderName, ProviderPreset } from '../src/contract/provider.js';

const EXCHANGE_LIMITS = {
  smtpConnections: 3,
  messagesPerMinute: 30,
  recipientsPerDay: 10_000,
  recipientsPerMessage: 500,
  messageBytes: 35 * 1024 * 1024,
} as const;

const OIDC_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;

/** Under these stand all names of the mail servers, also older ones (smtp-legacy.office365.com, imap-mail.outlook.com). */
const EXCHANGE_MAIL_DOMAINS = [
  'office365.com',
  'outlook.com',
  'outlook.office.com',
  'office365.us', // [F]
  'partner.outlook.cn', // [F]
] as const;

/** One Exchange Online cloud: what differs is login host, mail hosts and the resource that the scope names. */
function exchangeOnline(cloud: {
  title: string;
  login: string;
  imapHost: string;
  smtpHost: string;
  resource: string;
  appOnlyScope?: string;
}): ProviderPreset {
  return {
    title: cloud.title,
    issuer: `https://${cloud.login}/{tenant}/v2.0`,
    authUrl: `https://${cloud.login}/{tenant}/oauth2/v2.0/authorize`,
    accessTokenUrl: `https://${cloud.login}/{tenant}/oauth2/v2.0/token`,
    deviceAuthorizationUrl: `https://${cloud.login}/{tenant}/oauth2/v2.0/devicecode`,
    adminConsentUrl: `https://${cloud.login}/{tenant}/v2.0/adminconsent`,
    tenantRequired: true,
    multiTenantNames: ['common', 'organizations', 'consumers'],
    scopes: {
      imap: [`https://${cloud.resource}/IMAP.AccessAsUser.All`],
      smtp: [`https://${cloud.resource}/SMTP.Send`],
    },
    baseScopes: OIDC_SCOPES,
    ...(cloud.appOnlyScope !== undefined && { appOnlyScope: cloud.appOnlyScope }),
    authorizeParameters: { prompt: 'select_account', response_mode: 'query' },
    imap: { host: cloud.imapHost, port: 993, tlsType: 'SSL/TLS' },
    smtp: { host: cloud.smtpHost, port: 587, tlsType: 'STARTTLS' },
    limits: EXCHANGE_LIMITS,
    refreshTokens: 'kept',
    refreshTokenIdleDays: 90,
    sentCopies: { saved: true, mailbox: 'Sent Items', delayMs: 120_000 },
    basicRefused: true,
    mailDomains: EXCHANGE_MAIL_DOMAINS,
    trustEmailClaim: 'single-tenant-or-verified',
  };
}

const OTHER = {
  tenantRequired: false,
  multiTenantNames: [],
  refreshTokens: 'unknown',
  sentCopies: { saved: false, delayMs: 0 },
  basicRefused: false,
  trustEmailClaim: 'verified',
  limits: {
    ...EXCHANGE_LIMITS,
    recipientsPerDay: 2_000,
    recipientsPerMessage: 100,
    messageBytes: 25 * 1024 * 1024,
  },
} as const;

export const PROVIDERS: Readonly<Record<ProviderName, ProviderPreset>> = {
  'exchange-online': exchangeOnline({
    title: 'Exchange Online',
    login: 'login.microsoftonline.com',
    imapHost: 'outlook.office365.com',
    smtpHost: 'smtp.office365.com',
    resource: 'outlook.office.com',
    appOnlyScope: 'https://outlook.office365.com/.default',
  }),
  'exchange-online-gcc-high': exchangeOnline({
    title: 'Exchange Online (US Government GCC High)',
    login: 'login.microsoftonline.us',
    imapHost: 'outlook.office365.us', // [F]
    smtpHost: 'smtp.office365.us', // [F]
    resource: 'outlook.office365.us', // [F]
    appOnlyScope: 'https://outlook.office365.us/.default', // [F]
  }),
  'exchange-online-dod': exchangeOnline({
    title: 'Exchange Online (US Government DoD)',
    login: 'login.microsoftonline.us',
    imapHost: 'outlook-dod.office365.us', // [F]
    smtpHost: 'outlook-dod.office365.us', // [F]
    resource: 'outlook-dod.office365.us', // [F]
    appOnlyScope: 'https://outlook-dod.office365.us/.default', // [F]
  }),
  'exchange-online-21vianet': exchangeOnline({
    title: 'Exchange Online (China, 21Vianet)',
    login: 'login.partner.microsoftonline.cn',
    imapHost: 'partner.outlook.cn', // [F]
    smtpHost: 'smtp.partner.outlook.cn', // [F]
    resource: 'partner.outlook.cn', // [F]
    appOnlyScope: 'https://partner.outlook.cn/.default', // [F]
  }),
  'outlook.com': {
    ...exchangeOnline({
      title: 'Outlook.com',
      login: 'login.microsoftonline.com',
      imapHost: 'outlook.office365.com',
      smtpHost: 'smtp-mail.outlook.com',
      resource: 'outlook.office.com',
    }),
    tenant: 'consumers',
    tenantRequired: false,
    limits: {
      ...EXCHANGE_LIMITS,
      recipientsPerDay: 300,
      recipientsPerMessage: 100,
      messageBytes: 25 * 1024 * 1024,
    },
    trustEmailClaim: 'verified',
  },
  gmail: {
    ...OTHER,
    title: 'Gmail',
    issuer: 'https://accounts.google.com',
    authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    accessTokenUrl: 'https://oauth2.googleapis.com/token',
    revocationUrl: 'https://oauth2.googleapis.com/revoke',
    scopes: { imap: ['https://mail.google.com/'], smtp: ['https://mail.google.com/'] },
    // Google grants offline access by access_type and refuses the scope offline_access.
    baseScopes: ['openid', 'profile', 'email'],
    authorizeParameters: { access_type: 'offline', prompt: 'consent' },
    imap: { host: 'imap.gmail.com', port: 993, tlsType: 'SSL/TLS' },
    smtp: { host: 'smtp.gmail.com', port: 587, tlsType: 'STARTTLS' },
    refreshTokens: 'kept',
    sentCopies: { saved: true, mailbox: '[Gmail]/Sent Mail', delayMs: 30_000 },
    basicRefused: false,
  },
  yahoo: {
    ...OTHER,
    title: 'Yahoo Mail',
    issuer: 'https://api.login.yahoo.com',
    authUrl: 'https://api.login.yahoo.com/oauth2/request_auth',
    accessTokenUrl: 'https://api.login.yahoo.com/oauth2/get_token',
    scopes: { imap: ['mail-w'], smtp: ['mail-w'] },
    baseScopes: ['openid'],
    authorizeParameters: {},
    imap: { host: 'imap.mail.yahoo.com', port: 993, tlsType: 'SSL/TLS' },
    smtp: { host: 'smtp.mail.yahoo.com', port: 465, tlsType: 'SSL/TLS' },
  },
  fastmail: {
    ...OTHER,
    title: 'Fastmail',
    issuer: 'https://api.fastmail.com',
    authUrl: 'https://api.fastmail.com/oauth/authorize',
    accessTokenUrl: 'https://api.fastmail.com/oauth/refresh',
    revocationUrl: 'https://api.fastmail.com/oauth/revoke',
    scopes: {
      imap: ['https://www.fastmail.com/dev/protocol-imap'],
      smtp: ['https://www.fastmail.com/dev/protocol-smtp'],
    },
    baseScopes: OIDC_SCOPES,
    authorizeParameters: {},
    imap: { host: 'imap.fastmail.com', port: 993, tlsType: 'SSL/TLS' },
    smtp: { host: 'smtp.fastmail.com', port: 465, tlsType: 'SSL/TLS' },
  },
  custom: {
    ...OTHER,
    title: 'Custom',
    scopes: {},
    baseScopes: OIDC_SCOPES,
    appOnlyScope: '',
    authorizeParameters: {},
    trustEmailClaim: 'verified',
  },
};
