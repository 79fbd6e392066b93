/** Everything that a sign-in and a refresh run on, wired as the app wires it, over a real Redis and a sandbox tenant. */
import { randomBytes } from 'node:crypto';
import { PROVIDERS } from '../../config/providers.js';
import { type Clock, systemClock } from '../../src/contract/clock.js';
import type { ConnectionId } from '../../src/contract/ids.js';
import type { ProviderName } from '../../src/contract/provider.js';
import { createApplicationFailures } from '../../src/oauth/application-failure.js';
import { createOAuthClients } from '../../src/oauth/client/client.js';
import { createManagedIdentityToken } from '../../src/oauth/client/managed-identity.js';
import { createDeviceSignIn } from '../../src/oauth/device/device-sign-in.js';
import { createAccessTokens } from '../../src/oauth/refresh/access-tokens.js';
import { createPace } from '../../src/oauth/refresh/pace.js';
import { createRefreshHandler } from '../../src/oauth/refresh/refresh-handler.js';
import { createRefreshLock, type RefreshLock } from '../../src/oauth/refresh/refresh-lock.js';
import { createRefreshNow } from '../../src/oauth/refresh/refresh-now.js';
import { createRenewals } from '../../src/oauth/refresh/renewal.js';
import { createVouchedEndpoint } from '../../src/oauth/server/vouched-endpoint.js';
import { createAcceptGrant } from '../../src/oauth/sign-in/accept-grant.js';
import { createAdminConsent } from '../../src/oauth/sign-in/admin-consent.js';
import { createFirstToken } from '../../src/oauth/sign-in/first-token.js';
import { createPasteTokens } from '../../src/oauth/sign-in/paste-tokens.js';
import { createSignIn } from '../../src/oauth/sign-in/sign-in.js';
import { createSignOut } from '../../src/oauth/sign-out.js';
import { createTokenStore, type TokenStore } from '../../src/oauth/token-store.js';
import { createInstanceMetadata, type IdentityEnvironment } from '../../src/outgoing/instance-metadata.js';
import { createOutgoing, type OutgoingInit } from '../../src/outgoing/outgoing.js';
import type { Lookup } from '../../src/outgoing/resolve.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';
import { createApplications } from '../../src/setup/applications.js';
import { createConnections } from '../../src/setup/connections.js';
import { type Application, accountMailboxKey, type ChangeListener } from '../../src/setup/model.js';
import { openRedis } from '../../src/storage/redis.js';
import { createVault } from '../../src/storage/vault.js';
import { type Log, silentLog } from '../../src/telemetry/log.js';

export interface WorldOptions {
  redisUrl: string;
  secretKey?: Buffer;
  /** In the place of `secretKey`: the first seals, all open. */
  secretKeys?: readonly Buffer[];
  /** Puts something else in the place of the lock. */
  lock?: RefreshLock;
  /** Named in the token requests of this world. */
  userAgent?: string;
  requestDeadlineMs?: number;
  /** Where managed identities come from; away from Azure unless given. */
  identity?: IdentityEnvironment;
  federatedTokenFile?: string;
  /** Of device sign-ins. */
  clock?: Clock;
  log?: Log;
  /** Puts something around the token store of the refreshes. */
  around?: (store: TokenStore) => TokenStore;
  /** What outgoing resolves names with, and whom it trusts (PEM). */
  outgoing?: { lookup?: Lookup; certificateAuthority?: string };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export const CALLBACK_URL = 'http://localhost:8025/oauth/callback';

/** The lock taken out: everybody gets it. */
export const noLock: RefreshLock = {
  acquire: async () => ({ owner: undefined, remainingMs: () => 15_000, release: async () => {} }),
};

export async function openWorld(options: WorldOptions) {
  const { secretKey = randomBytes(32), log = silentLog } = options;
  const storage = await openRedis(options.redisUrl);
  const redis = storage.client;
  const vault = createVault(options.secretKeys ?? [secretKey]);
  const outgoing = createOutgoing({ allowPrivateNetworks: true, ...options.outgoing });
  const changed: string[] = [];
  const listener: ChangeListener = {
    connectionChanged: async (id) => void changed.push(id),
    connectorChanged: async () => {},
    applicationChanged: async (id) => failures.changed(id),
  };
  const setup = { redis, vault, providers: PROVIDERS, connectorTypes: [], listener };
  const vouched = createVouchedEndpoint({ fetch: (url, init) => outgoing.fetch(url, init as OutgoingInit) });
  const applications = createApplications({ ...setup, vouched });
  const connections = createConnections(setup);
  const failures = createApplicationFailures({ redis, applications, connections, listener, log });
  const instanceMetadata = createInstanceMetadata(options.identity ?? {});
  const managedIdentityToken = createManagedIdentityToken({
    metadata: instanceMetadata,
    providers: PROVIDERS,
  });
  const clients = createOAuthClients({
    applications,
    federated: { managedIdentityToken, federatedTokenFile: options.federatedTokenFile },
    providers: PROVIDERS,
    callbackUrl: CALLBACK_URL,
    fetch: (url, init) =>
      outgoing.fetch(url, {
        ...init,
        headers: { ...init.headers, ...(options.userAgent && { 'user-agent': options.userAgent }) },
      } as OutgoingInit),
  });
  const tokenStore = createTokenStore({ redis, vault });
  const renewals = createRenewals({ managedIdentityToken });
  const accessTokens = createAccessTokens({
    tokenStore: options.around?.(tokenStore) ?? tokenStore,
    clients,
    failures,
    listener,
    log,
    lock: options.lock ?? createRefreshLock(redis),
    renewals,
    ...(options.requestDeadlineMs !== undefined && { requestDeadlineMs: options.requestDeadlineMs }),
  });
  const deadline = options.requestDeadlineMs !== undefined && {
    requestDeadlineMs: options.requestDeadlineMs,
  };
  const acceptGrant = createAcceptGrant({ connections, tokenStore, clients, failures, listener, log });
  const signIn = createSignIn({ redis, vault, connections, clients, acceptGrant, failures, ...deadline });
  const handler = createRefreshHandler({
    tokenStore,
    clients,
    failures,
    accessTokens,
    connections,
    listener,
    pace: createPace(redis, 1_000),
  });
  const signOut = createSignOut({ redis, connections, tokenStore, clients, listener, log });
  const ways = { connections, clients, renewals, acceptGrant };
  const firstToken = createFirstToken(ways);
  const refreshNow = createRefreshNow({ connections, accessTokens, firstToken });
  const pasteTokens = createPasteTokens(ways);
  /** Wake-ups that were asked for, by subject. */
  const woken = new Map<string, number>();
  const deviceSignIn = createDeviceSignIn({
    ...ways,
    redis,
    vault,
    wake: async (subject, at) => void woken.set(subject, at),
    log,
    clock: options.clock ?? systemClock,
  });

  return {
    redis,
    secretKey,
    vault,
    applications,
    connections,
    clients,
    failures,
    tokenStore,
    accessTokens,
    acceptGrant,
    signIn,
    signOut,
    refreshNow,
    firstToken,
    pasteTokens,
    adminConsent: createAdminConsent({ clients }),
    deviceSignIn,
    woken,
    /** Ids of the connections that were reported as changed. */
    changed,
    /** The refresh queue's handler. */
    handle: (id: ConnectionId) => handler(id, new AbortController().signal),
    /** The connection's hash, as bytes in base64, without what marks a refresh in flight. */
    async snapshot(id: ConnectionId): Promise<Record<string, string>> {
      const hash = await redis.hgetallBuffer(`mg:{${id}}`);
      return Object.fromEntries(
        Object.entries(hash).map(([name, value]) => [name, value.toString('base64')]),
      );
    },
    async close() {
      await accessTokens.settled();
      await outgoing.close();
      await instanceMetadata.close();
      await storage.close();
    },
  };
}

/** An application of the tenant; with the Exchange Online preset unless told otherwise. */
export function applicationOf(
  world: World,
  tenant: Tenant,
  {
    provider = 'exchange-online',
    ...others
  }: { provider?: ProviderName; tenant?: string; clientId?: string; accessTokenUrl?: string } = {},
): Promise<Application> {
  return world.applications.create({
    name: 'Mail app',
    provider,
    issuer: tenant.issuer,
    authUrl: tenant.authUrl,
    accessTokenUrl: tenant.accessTokenUrl,
    ...(provider === 'exchange-online' && { tenant: tenant.tenantId }),
    clientId: tenant.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
    ...others,
  });
}

export async function connectionOf(
  world: World,
  tenant: Tenant,
  { application, user, scope }: { application: Application; user: string; scope?: string },
): Promise<ConnectionId> {
  const { imap, smtp, defaultScope } = tenant;
  const created = await world.connections.create({
    name: user,
    application: application.id,
    user,
    scope: scope ?? (application.settings.provider === 'custom' ? defaultScope : []),
    imap: { host: imap.host, port: imap.port, tlsType: imap.tlsType },
    smtp: { host: smtp.host, port: smtp.port, tlsType: smtp.tlsType },
  });
  return created.id;
}

/** A connection that is signed in, without walking the pages. @param expiresAt of its access token, ms since the epoch */
export async function signedIn(
  world: World,
  tenant: Tenant,
  options: { application: Application; user: string; expiresAt?: number },
): Promise<ConnectionId> {
  const id = await connectionOf(world, tenant, options);
  const issued = await tenant.issueTokens(options.user);
  const { oid, upn } = tenant.users.get(options.user);
  const account = { tenant: tenant.tenantId, subject: oid };
  const mailboxKey = accountMailboxKey(account);
  const now = Date.now();
  const expiresAt = options.expiresAt ?? now + issued.expiresInSeconds * 1_000;
  const { epoch } = await world.tokenStore.read(id);
  await world.tokenStore.saveSignIn(
    id,
    { epoch },
    {
      tokens: {
        accessToken: issued.accessToken,
        refreshToken: issued.refreshToken ?? '',
        issuedAt: Math.min(now, expiresAt - 1_000),
        expiresAt,
      },
      authorization: {
        status: 'authorized',
        authenticatedUser: upn,
        saslUser: upn,
        account,
        grantedScope: issued.scope.split(' '),
        accessTokenExpiresAt: expiresAt,
        mailboxKey,
      },
    },
  );
  await world.connections.moveMailbox(id, undefined, mailboxKey);
  return id;
}

/** Refreshes that took effect, by the tenant's own log. */
export const refreshesOf = (tenant: Tenant, user?: string): Tenant['authorization']['log'] =>
  tenant.authorization.log.filter(
    (entry) => entry.grantType === 'refresh_token' && (user === undefined || entry.user === user),
  );
