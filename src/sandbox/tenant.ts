/** Starts a pretend tenant: authorization server, IMAP and SMTP in this process, on loopback. */
import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock } from '../contract/clock.js';
import { createClients } from './authorization/clients.js';
import type { AuthorizationContext, AuthorizeFault } from './authorization/context.js';
import { createGrants } from './authorization/grants.js';
import { createIdTokenSigner } from './authorization/id-token.js';
import { readScope } from './authorization/scopes.js';
import { listenHttp } from './authorization/server.js';
import { signInOverHttp } from './authorization/sign-in.js';
import { issueTokens } from './authorization/token.js';
import type { TokenFault } from './authorization/token-faults.js';
import { createFaults } from './faults.js';
import type { ImapContext } from './imap/context.js';
import type { ImapFault } from './imap/imap-faults.js';
import { listenImap } from './imap/server.js';
import { compose } from './mail/compose.js';
import { createMailStore } from './mail/mail-store.js';
import { createMisbehave } from './misbehave.js';
import type { SmtpContext } from './smtp/context.js';
import { createMailboxLimits } from './smtp/mailbox-limits.js';
import { listenSmtp } from './smtp/server.js';
import { createSink } from './smtp/sink.js';
import type { SmtpFault } from './smtp/smtp-faults.js';
import type { Tenant, TenantOptions } from './tenant-model.js';
import { createUsers } from './users.js';

/** Exchange says so at EHLO (EXCHANGE-ONLINE.md §5). */
const MESSAGE_BYTES = 157_286_400;
const DEFAULT_SCOPE =
  'openid profile email offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send';

/**
 * @returns once all three servers listen
 * @throws the socket's error when a given port is taken
 */
export async function startTenant(options: TenantOptions = {}): Promise<Tenant> {
  const clock = options.clock ?? systemClock;
  const domain = options.domain ?? 'sandbox.example';
  const tenantId = options.tenantId ?? randomUUID();
  const keepContent = options.keepContent ?? true;
  const users = createUsers();
  for (const user of options.users ?? [`alice@${domain}`, `bob@${domain}`]) users.add(user);
  const clients = createClients();
  const firstClient = {
    clientId: options.client?.clientId ?? randomUUID(),
    clientSecret: options.client?.clientSecret ?? `~${randomBytes(30).toString('base64url')}`,
    ...(options.client?.redirectUris ? { redirectUris: options.client.redirectUris } : {}),
  };
  clients.add(firstClient);
  const grants = createGrants({ clock, rule: options.refreshTokens ?? 'kept', rememberSecrets: keepContent });
  const store = createMailStore(clock);
  const faults = {
    token: createFaults<TokenFault>(),
    authorize: createFaults<AuthorizeFault>(),
    imap: createFaults<ImapFault>(),
    smtp: createFaults<SmtpFault>(),
  };
  const lifetime = { seconds: options.accessTokenSeconds };

  const http = await listenHttp(options.ports?.authorization ?? 0);
  const issuer = `${http.origin}/${tenantId}/v2.0`;
  const authorization: AuthorizationContext = {
    clock,
    origin: http.origin,
    issuer,
    tenantId,
    domain,
    users,
    clients,
    grants,
    signer: await createIdTokenSigner({ issuer, tenantId }),
    tokenFaults: faults.token,
    authorizeFaults: faults.authorize,
    log: [],
    accessTokenSeconds: () => lifetime.seconds ?? 3600 + Math.floor(Math.random() * 1800),
  };
  http.serve(authorization);

  const imapContext: ImapContext = {
    clock,
    users,
    grants,
    store,
    faults: faults.imap,
    sessions: new Set(),
    log: [],
  };
  const smtpContext: SmtpContext = {
    clock,
    users,
    grants,
    store,
    faults: faults.smtp,
    sink: createSink(),
    limits: createMailboxLimits(clock, {
      smtpConnections: options.limits?.smtpConnections,
      messagesPerMinute: options.limits?.messagesPerMinute,
    }),
    messageBytes: options.limits?.messageBytes ?? MESSAGE_BYTES,
    keepContent,
  };
  const tls = options.tls ? { tls: options.tls } : {};
  const imap = await listenImap(imapContext, { port: options.ports?.imap ?? 0, ...tls });
  const smtp = await listenSmtp(smtpContext, { port: options.ports?.smtp ?? 0, ...tls });
  const endpoint = (port: number) =>
    ({ host: '127.0.0.1', port, tlsType: options.tls ? 'SSL/TLS' : 'None' }) as const;

  return {
    tenantId,
    domain,
    origin: http.origin,
    issuer,
    authUrl: `${http.origin}/${tenantId}/oauth2/v2.0/authorize`,
    accessTokenUrl: `${http.origin}/${tenantId}/oauth2/v2.0/token`,
    clientId: firstClient.clientId,
    clientSecret: firstClient.clientSecret,
    defaultScope: DEFAULT_SCOPE,
    imap: { ...endpoint(imap.port), log: imapContext.log, openSessions: () => imapContext.sessions.size },
    smtp: {
      ...endpoint(smtp.port),
      openConnections: (user) => smtpContext.limits.connections(users.get(user).oid),
      peakConnections: (user) => smtpContext.limits.peakConnections(users.get(user).oid),
      peakPerMinute: (user) => smtpContext.limits.peakPerMinute(users.get(user).oid),
    },
    users,
    clients,
    authorization: {
      log: authorization.log,
      secrets: () => [
        ...grants.issuedSecrets(),
        ...clients.all().flatMap((client) => client.clientSecret ?? []),
      ],
    },
    signIn: signInOverHttp,
    async issueTokens(user, asked = {}) {
      const { body } = await issueTokens(authorization, {
        user: users.get(user),
        clientId: asked.clientId ?? firstClient.clientId,
        scope: readScope(asked.scope ?? DEFAULT_SCOPE),
        nonce: undefined,
        family: () =>
          grants.startFamily(
            users.get(user),
            asked.clientId ?? firstClient.clientId,
            asked.scope ?? DEFAULT_SCOPE,
          ),
      });
      return {
        accessToken: String(body.access_token),
        refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : undefined,
        idToken: typeof body.id_token === 'string' ? body.id_token : undefined,
        scope: String(body.scope),
        expiresInSeconds: Number(body.expires_in),
      };
    },
    deliver(user, delivery, count = 1) {
      const account = users.get(user);
      const inbox = store.open(account, 'INBOX');
      return Array.from({ length: count }, (_, index) => {
        const numbered = typeof delivery === 'function' ? delivery(index) : delivery;
        const content = compose(numbered, account.mail, clock.now());
        const { flags, internalDate } = numbered;
        return inbox.store(content, {
          ...(flags ? { flags } : {}),
          ...(internalDate === undefined ? {} : { internalDate }),
        }).uid;
      });
    },
    mailbox: (user, path = 'INBOX') => store.open(users.get(user), path),
    sink: smtpContext.sink,
    misbehave: createMisbehave({
      faults,
      users,
      clients,
      grants,
      store,
      lifetime,
      imap: imapContext,
      smtp: smtpContext,
    }),
    async close() {
      await Promise.all([http.close(), imap.close(), smtp.close()]);
    },
  };
}
