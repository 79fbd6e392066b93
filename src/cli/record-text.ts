/** One application, connection, connector or message as a terminal shows it. */
import type { ShownProblem } from './failures.js';
import { problemText } from './problem-text.js';
import type { ShownApplication, ShownConnection, ShownConnector, ShownMessage } from './shown.js';
import { fields, harmless, indented, paragraphs, time } from './text.js';

export const applicationText = (one: ShownApplication): string =>
  paragraphs(
    fields({
      Id: one.id,
      Name: one.name,
      Provider: one.provider,
      Tenant: one.tenant,
      Issuer: one.issuer,
      'Client Id': one.clientId,
      'Client credential': CREDENTIALS[one.clientAuth.method] ?? one.clientAuth.method,
      ...credentialFields(one.clientAuth),
      'Callback URL': one.callbackUrl,
      Version: one.version,
    }),
    one.problem && problemText(one.problem),
    ...(one.warnings ?? []).map(warningText),
  );

const warningText = (warning: ShownProblem): string => `Warning:\n${indented(problemText(warning))}`;

const CREDENTIALS: Readonly<Record<string, string>> = {
  clientSecret: 'client secret (kept sealed)',
  certificate: 'certificate (its key is kept sealed)',
  managedIdentity: 'managed identity of the machine',
  federatedCredential: 'federated credential',
  none: 'none: a public client with PKCE',
};

const SECOND_SECRETS: Readonly<Record<string, string>> = {
  kept: 'kept for the day that the first is refused',
  inUse: 'in use: the first is refused',
};

function credentialFields(auth: ShownApplication['clientAuth']): Record<string, string | undefined> {
  const isCertificate = auth.method === 'certificate';
  return {
    'Secret ends on': isCertificate ? undefined : auth.expiresAt,
    'Second secret': auth.secondSecret && (SECOND_SECRETS[auth.secondSecret] ?? auth.secondSecret),
    'Second secret ends on': auth.secondExpiresAt,
    'Secret travels in': auth.transport,
    'Certificate of': auth.subject,
    'Certificate ends on': isCertificate ? time(auth.expiresAt) : undefined,
    'Thumbprint (SHA-256)': auth.thumbprint && fingerprint(auth.thumbprint),
    'Signed with': isCertificate ? (auth.algorithm ?? 'PS256') : undefined,
    Identity: auth.identity,
    'Token from': auth.source && (auth.file ?? auth.source),
    'Identity Client ID': auth.identityClientId,
    Audience: auth.audience,
  };
}

/** As certificate stores and `openssl x509 -fingerprint -sha256` write it; the API has it as JWTs do (x5t#S256). */
const fingerprint = (base64url: string): string =>
  (Buffer.from(base64url, 'base64url').toString('hex').toUpperCase().match(/../g) ?? []).join(':');

const endpoint = (at: ShownConnection['imap']): string | undefined =>
  at && `${at.host}:${at.port}, TLS Type ${at.tlsType}`;

export const connectionText = (one: ShownConnection): string =>
  paragraphs(
    fields({
      Id: one.id,
      Name: one.name,
      User: one.user,
      Status: one.status,
      Grant: one.grant === 'authorizationCode' ? undefined : one.grant,
      'Token Mode': one.tokenMode === 'getAndRefresh' ? undefined : one.tokenMode,
      'Signed in as': signedInAs(one),
      'Access token until': time(one.accessTokenExpiresAt),
      'Last refresh': time(one.lastRefreshAt),
      'Granted scope': one.grantedScope.join(' '),
      Application: one.application ?? 'none: Basic',
      IMAP: endpoint(one.imap),
      SMTP: endpoint(one.smtp),
      Version: one.version,
    }),
    one.problem && problemText(one.problem),
    one.refreshProblem && problemText(one.refreshProblem),
    ...(one.warnings ?? []).map(warningText),
    one.status === 'unauthorized' && howToSignIn(one),
  );

const signedInAs = ({ identity, authenticatedUser }: ShownConnection): string | null => {
  if (identity === 'application') return 'nobody: the application itself (app-only)';
  if (identity === 'asserted') return 'nobody: an access token that was pasted; whose it is was not proved';
  return authenticatedUser;
};

/** The command that gets a connection its tokens, for a way in that is its own. */
export function howToSignIn(one: ShownConnection): string {
  const { id, user, grant, tokenMode, authentication } = one;
  if (authentication === 'basic')
    return `Enter its password: mailgrant connections update ${id} --password-file -`;
  if (grant === 'clientCredentials') return `Get New Access Token: mailgrant connections refresh ${id}`;
  if (tokenMode === 'refresh' || tokenMode === 'off')
    return `Supply tokens: mailgrant connections tokens ${id}`;
  return `Sign in as ${harmless(user)}: mailgrant connections ${grant === 'deviceCode' ? 'device' : 'authorize'} ${id}`;
}

export const connectorText = (one: ShownConnector): string =>
  paragraphs(
    fields({
      Id: one.id,
      Name: one.name,
      Type: one.type,
      Connection: one.connection,
      Enabled: one.enabled ? 'yes' : 'no',
      Health: one.health.status,
      'Last success': time(one.health.lastSuccessAt),
      'Last run': time(one.health.lastRunAt),
      'Next run': time(one.health.nextRunAt),
      'Failures since': one.health.failures || undefined,
      Version: one.version,
    }),
    `Settings:\n${indented(harmless(JSON.stringify(one.settings, null, 2)))}`,
    one.health.problem && problemText(one.health.problem),
  );

export const messageText = (one: ShownMessage): string =>
  paragraphs(
    fields({
      Id: one.id,
      Status: one.status,
      From: one.from,
      To: one.to.join(', '),
      Subject: one.subject,
      Direction: one.direction,
      Connector: one.connector,
      Since: time(one.createdAt),
      'Send at': time(one.sendAt),
      'Next attempt': time(one.nextAttemptAt),
      Attempts: one.attempts,
      Size: `${one.size} bytes`,
      'Message-ID': one.messageId,
      "Server's Message-ID": one.serverMessageId,
      Mailbox: one.mailbox && `${one.mailbox}, UID ${one.uid}`,
    }),
    one.problem && problemText(one.problem),
    `Transaction log:\n${one.log.map(logEntry).join('\n')}`,
  );

function logEntry({ at, status, ...entry }: ShownMessage['log'][number]): string {
  const facts = [
    status,
    entry.attempt !== undefined && `attempt ${entry.attempt}`,
    entry.by !== undefined && `by ${entry.by}`,
    entry.retryAt !== undefined && `next try ${time(entry.retryAt)}`,
  ].filter(Boolean);
  const words = [
    entry.reply,
    ...(entry.rejected ?? []).map(({ address, reply }) => `${address}: ${reply}`),
    entry.problem && `${entry.problem.title}: ${entry.problem.detail}`,
  ].filter((each) => typeof each === 'string');
  return harmless(
    [`  ${time(at)}  ${facts.join(', ')}`, ...words.map((each) => indented(each, '      '))].join('\n'),
  );
}
