/** Starts a pretend tenant: authorization server, IMAP and SMTP in this process, on loopback. */
import { applicationToken } from './authorization/application-token.js';
import type { AuthorizationContext } from './authorization/context.js';
import { createIdTokenSigner } from './authorization/id-token.js';
import { readScope } from './authorization/scopes.js';
import { type HttpListener, listenHttp } from './authorization/server.js';
import { signInOverHttp } from './authorization/sign-in.js';
import { issueTokens } from './authorization/token.js';
import { listenImap } from './imap/server.js';
import type { Listener } from './listener.js';
import { compose } from './mail/compose.js';
import { createMisbehave } from './misbehave.js';
import { listenSmtp } from './smtp/server.js';
import type { IssuedTokens, Tenant, TenantOptions } from './tenant-model.js';
import { createTenantParts, type TenantParts } from './tenant-parts.js';

const DEFAULT_SCOPE =
  'openid profile email offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send';

/** Entra draws the lifetime of an access token between these (EXCHANGE-ONLINE.md §2). */
const SHORTEST_SECONDS = 3600;
const LONGEST_SECONDS = 5400;

/**
 * @returns once all three servers listen
 * @throws the socket's error when a port that was asked for is taken
 */
export async function startTenant(options: TenantOptions = {}): Promise<Tenant> {
  const parts = createTenantParts(options);
  const tls = options.tls ? { tls: options.tls } : {};
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((each) => each.close()));
  };
  try {
    const http = await listenHttp(options.ports?.authorization ?? 0);
    open.push(http);
    const authorization = await authorizationContext(parts, http);
    http.serve(authorization);
    const imap = await listenImap(parts.imap, { port: options.ports?.imap ?? 0, ...tls });
    open.push(imap);
    const smtp = await listenSmtp(parts.smtp, { port: options.ports?.smtp ?? 0, ...tls });
    open.push(smtp);
    const tlsType = options.tls ? 'SSL/TLS' : 'None';
    return {
      ...addresses(parts, authorization),
      ...mailEndpoints(parts, { imap, smtp, tlsType }),
      ...contents(parts),
      users: parts.users,
      servicePrincipals: parts.servicePrincipals,
      deviceCodes: parts.deviceCodes,
      revocation: parts.revocation,
      clients: parts.clients,
      identities: parts.identities,
      authorization: { log: authorization.log, secrets: () => secretsOf(parts) },
      signIn: signInOverHttp,
      issueTokens: (user, asked) => issueWithoutSignIn(parts, authorization, user, asked),
      sink: parts.smtp.sink,
      misbehave: createMisbehave(parts),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function authorizationContext(parts: TenantParts, http: HttpListener): Promise<AuthorizationContext> {
  const { clock, tenantId, domain, users, clients, grants, identities, faults, lifetime } = parts;
  const issuer = `${http.origin}/${tenantId}/v2.0`;
  const random = (): number =>
    SHORTEST_SECONDS + Math.floor(Math.random() * (LONGEST_SECONDS - SHORTEST_SECONDS));
  const context: AuthorizationContext = {
    clock,
    origin: http.origin,
    issuer,
    tenantId,
    domain,
    users,
    clients,
    grants,
    signer: await createIdTokenSigner({ issuer, tenantId }),
    identities,
    discoveryFault: parts.discoveryFault,
    tokenFaults: faults.token,
    authorizeFaults: faults.authorize,
    log: [],
    accessTokenSeconds: () => lifetime.seconds ?? random(),
    deviceCodes: parts.deviceCodes,
    revocation: parts.revocation,
    applicationToken: (clientId, resource) => applicationToken(context, clientId, resource),
  };
  return context;
}

function addresses({ tenantId, domain, client }: TenantParts, { origin, issuer }: AuthorizationContext) {
  return {
    tenantId,
    domain,
    origin,
    issuer,
    authUrl: `${origin}/${tenantId}/oauth2/v2.0/authorize`,
    accessTokenUrl: `${origin}/${tenantId}/oauth2/v2.0/token`,
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    defaultScope: DEFAULT_SCOPE,
  };
}

function mailEndpoints(
  { imap, smtp, users }: TenantParts,
  listeners: { imap: Listener; smtp: Listener; tlsType: 'None' | 'SSL/TLS' },
): Pick<Tenant, 'imap' | 'smtp'> {
  const { tlsType } = listeners;
  const host = '127.0.0.1';
  return {
    imap: {
      host,
      port: listeners.imap.port,
      tlsType,
      log: imap.log,
      openSessions: () => imap.sessions.size,
    },
    smtp: {
      host,
      port: listeners.smtp.port,
      tlsType,
      openConnections: (user) => smtp.limits.connections(users.get(user).oid),
      peakConnections: (user) => smtp.limits.peakConnections(users.get(user).oid),
      peakPerMinute: (user) => smtp.limits.peakPerMinute(users.get(user).oid),
    },
  };
}

function contents({ store, users, clock }: TenantParts): Pick<Tenant, 'deliver' | 'mailbox'> {
  return {
    deliver(user, delivery, count = 1) {
      const account = users.get(user);
      const inbox = store.open(account, 'INBOX');
      return Array.from({ length: count }, (_, index) => {
        const one = typeof delivery === 'function' ? delivery(index) : delivery;
        return inbox.store(compose(one, account.mail, clock.now()), {
          ...(one.flags ? { flags: one.flags } : {}),
          ...(one.internalDate === undefined ? {} : { internalDate: one.internalDate }),
        }).uid;
      });
    },
    mailbox: (user, path = 'INBOX') => store.open(users.get(user), path),
  };
}

function secretsOf({ grants, clients }: TenantParts): string[] {
  const known = clients
    .all()
    .flatMap(({ clientSecret, secondClientSecret }) => [clientSecret ?? [], secondClientSecret ?? []].flat());
  return [...grants.issuedSecrets(), ...known];
}

async function issueWithoutSignIn(
  { users, grants, client }: TenantParts,
  authorization: AuthorizationContext,
  name: string,
  asked: { scope?: string; clientId?: string } = {},
): Promise<IssuedTokens> {
  const user = users.get(name);
  const { scope = DEFAULT_SCOPE, clientId = client.clientId } = asked;
  const { body } = await issueTokens(authorization, {
    user,
    clientId,
    scope: readScope(scope),
    nonce: undefined,
    family: () => grants.startFamily(user, clientId, scope),
  });
  const optional = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    accessToken: String(body.access_token),
    refreshToken: optional(body.refresh_token),
    idToken: optional(body.id_token),
    scope: String(body.scope),
    expiresInSeconds: Number(body.expires_in),
  };
}
