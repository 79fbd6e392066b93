/** Wires sign-in, the token store and what keeps grants fresh. */
import { tallyRefresh } from '../activity/tally-outcomes.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import { createApplicationFailures } from '../oauth/application-failure.js';
import { createOAuthClients } from '../oauth/client/client.js';
import { createManagedIdentityToken } from '../oauth/client/managed-identity.js';
import { connectionOfDevice, createDeviceSignIn } from '../oauth/device/device-sign-in.js';
import { createMailContexts } from '../oauth/mail-context.js';
import { createAccessTokens } from '../oauth/refresh/access-tokens.js';
import { createPace } from '../oauth/refresh/pace.js';
import { createRefreshHandler } from '../oauth/refresh/refresh-handler.js';
import { createRefreshLock } from '../oauth/refresh/refresh-lock.js';
import { createRefreshNow } from '../oauth/refresh/refresh-now.js';
import { createRenewals } from '../oauth/refresh/renewal.js';
import { createAcceptGrant } from '../oauth/sign-in/accept-grant.js';
import { createAdminConsent } from '../oauth/sign-in/admin-consent.js';
import { createFirstToken } from '../oauth/sign-in/first-token.js';
import { createPasteTokens } from '../oauth/sign-in/paste-tokens.js';
import { createSignIn } from '../oauth/sign-in/sign-in.js';
import { createSignOut } from '../oauth/sign-out.js';
import { createTokenStore } from '../oauth/token-store.js';
import type { OutgoingInit } from '../outgoing/outgoing.js';
import type { ChangeListener } from '../setup/model.js';
import { countRefresh } from '../telemetry/count-outcomes.js';
import type { ActivityServices } from './activity.js';
import { auditDeviceSignIns } from './audit.js';
import type { Parts, Queues } from './parts.js';
import type { SetupServices } from './setup.js';
import type { StatisticsServices } from './statistics.js';

export function wireOAuth(
  { config, storage, outgoing, instanceMetadata, providers, metrics, log }: Parts,
  { applications, connections, recent, lastReceivedAt }: SetupServices,
  {
    listener,
    queues,
    audit,
    tally,
    activity,
  }: {
    listener: ChangeListener;
    queues: Pick<Queues, 'refresh'>;
    audit: AuditTrail;
    tally: StatisticsServices['tally'];
    activity: ActivityServices;
  },
) {
  const { vault } = storage;
  const redis = storage.redis.client;
  const tokenStore = createTokenStore({ redis, vault });
  const managedIdentityToken = createManagedIdentityToken({ metadata: instanceMetadata, providers });
  const { federatedTokenFile } = config.identity;
  const clients = createOAuthClients({
    applications,
    federated: { managedIdentityToken, federatedTokenFile },
    providers,
    fetch: (url, init) => outgoing.fetch(url, init as OutgoingInit),
    callbackUrl: `${config.publicUrl}/oauth/callback`,
    onUnknownReply: () => metrics.unknownReplies.add({ protocol: 'oauth' }),
  });
  const renewals = createRenewals({ managedIdentityToken });
  const refreshLock = createRefreshLock(redis);
  const failures = createApplicationFailures({
    ...{ redis, connections, listener, log },
    applications: {
      ...applications,
      async setFailure(id, ...change) {
        const isNew = await applications.setFailure(id, ...change);
        if (isNew) activity.tell({ kind: 'application', subject: id });
        return isNew;
      },
    },
  });
  const accessTokens = createAccessTokens({
    tokenStore,
    clients,
    failures,
    lock: refreshLock,
    renewals,
    listener,
    log,
    onOutcome(outcome, found, connection) {
      countRefresh(metrics)(outcome, found);
      tallyRefresh(tally)(outcome, found);
      activity.refreshed(connection, outcome);
    },
  });
  const acceptGrant = createAcceptGrant({ connections, tokenStore, clients, failures, listener, log });
  const { signInEnded: onEnded } = activity;
  const signIn = createSignIn({ redis, vault, connections, clients, acceptGrant, failures, onEnded });
  const signOut = createSignOut({ redis, connections, tokenStore, clients, listener, log });
  const ways = { connections, clients, renewals, acceptGrant };
  const refreshNow = createRefreshNow({ connections, accessTokens, firstToken: createFirstToken(ways) });
  const adminConsent = createAdminConsent({ clients });
  const pasteTokens = createPasteTokens({ ...ways, onEnded });
  const deviceSignIn = createDeviceSignIn({
    ...{ ...ways, redis, vault, log },
    wake: queues.refresh.wake,
    async onEnded(id, end) {
      onEnded(id, end.problem);
      await auditDeviceSignIns(audit)(id, end);
    },
  });
  const { mailContext } = createMailContexts({
    accessTokens,
    applications: recent,
    connections,
    providers,
    resolve: outgoing.resolve,
    lastReceivedAt,
    onUnknownReply: (protocol) => metrics.unknownReplies.add({ protocol }),
  });
  /** The handler of the queue `refresh`. */
  const refreshHandler = () => {
    const pace = createPace(redis, config.refreshRate);
    const services = { tokenStore, clients, failures, accessTokens, connections, listener };
    const refresh = createRefreshHandler({ ...services, pace });
    return (subject: string, signal: AbortSignal): Promise<number | undefined> => {
      const device = connectionOfDevice(subject);
      return device === undefined ? refresh(subject, signal) : deviceSignIn.poll(device);
    };
  };
  return {
    ...{ clients, failures, accessTokens, signIn, signOut, mailContext, refreshHandler },
    ...{ tokenStore, refreshLock, acceptGrant, refreshNow, pasteTokens, adminConsent, deviceSignIn },
  };
}

export type OAuthServices = ReturnType<typeof wireOAuth>;
