/** What the servers of one tenant share: accounts, applications, grants, mailboxes, faults, limits. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../contract/clock.js';
import { type Clients, createClients, type SandboxClient } from './authorization/clients.js';
import type { AuthorizationContext, AuthorizeFault } from './authorization/context.js';
import { createDeviceCodes, type DeviceCodes } from './authorization/device-codes.js';
import { createGrants, type Grants } from './authorization/grants.js';
import { createManagedIdentities, type ManagedIdentities } from './authorization/managed-identities.js';
import type { RevocationSwitch } from './authorization/revocation.js';
import type { TokenFault } from './authorization/token-faults.js';
import { createFaults, type Faults } from './faults.js';
import type { ImapContext } from './imap/context.js';
import type { ImapFault } from './imap/imap-faults.js';
import { createMailStore, type MailStore } from './mail/mail-store.js';
import { createServicePrincipals, type EntryRule } from './service-principals.js';
import type { SmtpContext } from './smtp/context.js';
import { createMailboxLimits } from './smtp/mailbox-limits.js';
import { createSink } from './smtp/sink.js';
import type { SmtpFault } from './smtp/smtp-faults.js';
import type { TenantOptions } from './tenant-model.js';
import { createUsers, type Users } from './users.js';

/** What Exchange says at EHLO, in bytes (EXCHANGE-ONLINE.md §5). */
const MESSAGE_BYTES = 157_286_400;

export interface TenantFaults {
  token: Faults<TokenFault>;
  authorize: Faults<AuthorizeFault>;
  imap: Faults<ImapFault>;
  smtp: Faults<SmtpFault>;
}

export interface TenantParts {
  clock: Clock;
  domain: string;
  tenantId: string;
  users: Users;
  clients: Clients;
  /** The app registration that the tenant starts with. */
  client: SandboxClient & { clientSecret: string };
  grants: Grants;
  deviceCodes: DeviceCodes;
  revocation: RevocationSwitch;
  servicePrincipals: EntryRule;
  identities: ManagedIdentities;
  discoveryFault: AuthorizationContext['discoveryFault'];
  store: MailStore;
  faults: TenantFaults;
  /** Seconds that access tokens live; `undefined` for Entra's 60 to 90 minutes at random. */
  lifetime: { seconds: number | undefined };
  imap: ImapContext;
  smtp: SmtpContext;
}

export function createTenantParts(options: TenantOptions): TenantParts {
  const clock = options.clock ?? systemClock;
  const domain = options.domain ?? 'sandbox.example';
  const keepContent = options.keepContent ?? true;
  const users = createUsers();
  for (const user of options.users ?? [`alice@${domain}`, `bob@${domain}`]) users.add(user);
  const client = {
    clientId: options.client?.clientId ?? randomUUID(),
    clientSecret: options.client?.clientSecret ?? `~${randomBytes(30).toString('base64url')}`,
    ...(options.client?.redirectUris ? { redirectUris: options.client.redirectUris } : {}),
  };
  const clients = createClients();
  clients.add(client);
  const grants = createGrants({
    clock,
    rule: options.refreshTokens ?? 'kept',
    rememberSecrets: keepContent,
  });
  const store = createMailStore(clock);
  const faults: TenantFaults = {
    token: createFaults(),
    authorize: createFaults(),
    imap: createFaults(),
    smtp: createFaults(),
  };
  const servicePrincipals = createServicePrincipals(users);
  const shared = { clock, users, grants, store, servicePrincipals };
  return {
    ...shared,
    deviceCodes: createDeviceCodes({ clock, remember: grants.remember }),
    revocation: { offered: options.revocation ?? false, log: [] },
    domain,
    tenantId: options.tenantId ?? randomUUID(),
    clients,
    client,
    identities: createManagedIdentities(),
    discoveryFault: {},
    faults,
    lifetime: { seconds: options.accessTokenSeconds },
    imap: { ...shared, faults: faults.imap, sessions: new Set(), log: [] },
    smtp: {
      ...shared,
      faults: faults.smtp,
      sink: createSink(),
      limits: createMailboxLimits(clock, {
        smtpConnections: options.limits?.smtpConnections,
        messagesPerMinute: options.limits?.messagesPerMinute,
      }),
      messageBytes: options.limits?.messageBytes ?? MESSAGE_BYTES,
      keepContent,
    },
  };
}
