/** Wiring: which part gets which, and the order of start and stop. The only file that knows everybody. */

import type { Config } from '../config/load.js';
import { PROVIDERS } from '../config/providers.js';
import { connectorTypes } from '../connectors/index.js';
import { parseHeaders, parseMessage } from '../connectors/mail/parse.js';
import { createAdminApi, createWatchApi } from './admin/admin-api.js';
import { systemClock } from './contract/clock.js';
import type { ProviderPreset } from './contract/provider.js';
import { createAccessTokens } from './oauth/access-tokens.js';
import { createApplicationFailures } from './oauth/application-failure.js';
import { createOAuthClients } from './oauth/client.js';
import { createMailContexts } from './oauth/mail-context.js';
import { createPace } from './oauth/pace.js';
import { reconcileRefreshes } from './oauth/reconcile.js';
import { createRefreshHandler } from './oauth/refresh-handler.js';
import { createRefreshLock } from './oauth/refresh-lock.js';
import { createSignIn } from './oauth/sign-in.js';
import { createSignOut } from './oauth/sign-out.js';
import { createTokenStore } from './oauth/token-store.js';
import { createOutgoing, type Outgoing, type OutgoingInit } from './outgoing/outgoing.js';
import { createInboundMessages } from './receive/inbound-messages.js';
import { createReceiveControl } from './receive/receive-control.js';
import { createReceiveHandler } from './receive/receive-handler.js';
import { reconcileReceivers } from './receive/reconcile.js';
import { createDrain } from './send/drain.js';
import { createOutbox } from './send/outbox.js';
import { createOutboxReconciler } from './send/reconcile.js';
import { createApplications } from './setup/applications.js';
import { createConnections } from './setup/connections.js';
import { createConnectors } from './setup/connectors.js';
import type { ChangeListener, Connection } from './setup/model.js';
import type { Providers } from './setup/preset.js';
import { createRecentApplications } from './setup/recent-applications.js';
import { reconcileSetup } from './setup/reconcile.js';
import { generatedSecret } from './storage/data-directory.js';
import { type OpenStorage, openStorage } from './storage/open-storage.js';
import { createReconciler } from './storage/reconciler.js';
import { createWakeUpQueue } from './storage/wake-up-queue.js';
import { startWorker, type WakeUpWorker } from './storage/wake-up-worker.js';
import { countPoll, countRefresh, countSent } from './telemetry/count-outcomes.js';
import { createHealth, redisCheck, spoolCheck } from './telemetry/health.js';
import type { Log } from './telemetry/log.js';
import { createMetrics, type Metrics } from './telemetry/metrics.js';

export interface Service {
  /** Where it listens: the admin API and the page with the role admin, else what watches it. */
  url: string;
  /** Takes no more work, finishes or releases what is in flight within the shutdown timeout, closes everything. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  log: Log;
  /** Presets; the sandbox adds its own. */
  providers?: Providers;
}

const API_KEY_FILE = 'api-key';
/** Of the shutdown timeout, what is kept for closing connections and Redis after the workers. */
const CLOSING_SHARE = 0.2;

/**
 * Starts the service in the roles that the configuration names.
 * @throws ProblemError of storage, or what listening throws (EADDRINUSE); nothing is left running then
 */
export async function startService(
  config: Config,
  { log, providers = PROVIDERS }: ServiceParts,
): Promise<Service> {
  const storage = await openStorage({ ...config, log });
  const outgoing = createOutgoing({ allowPrivateNetworks: config.allowPrivateNetworks });
  const closers: (() => Promise<unknown>)[] = [storage.close, outgoing.close];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const metrics = createMetrics({ processMetrics: true });
    const services = createServices({ config, storage, outgoing, providers, metrics, log });
    closers.push(services.close);

    const health = createHealth([redisCheck(storage.redis.client), spoolCheck(storage.spool)]);
    const watch = {
      log,
      metrics: metrics.scrape,
      readiness: async () => [
        ...(await health.readiness()).checks.map(({ name, ok, fault }) => ({
          name,
          ok,
          ...(fault && { detail: fault }),
        })),
        ...storage.warnings.map(({ code, text }) => ({ name: `redis-${code}`, ok: true, detail: text })),
      ],
    };
    const api = config.roles.has('admin')
      ? await createAdminApi({
          ...watch,
          ...services.admin,
          onRequest: metrics.requests.observe,
          publicUrl: config.publicUrl,
          limits: { requestsPerMinute: config.requestsPerMinute },
          apiKey: config.apiKey ?? (await firstApiKey(storage, log)),
          ...(config.adminPassword !== undefined && { adminPassword: config.adminPassword }),
        })
      : await createWatchApi(watch);
    closers.push(() => api.close());
    const url = await api.listen({ host: config.host, port: config.port });

    const workers = services.startWorkers();
    services.reconciler.start();
    log.info(
      { roles: [...config.roles], url, callbackUrl: `${config.publicUrl}/oauth/callback` },
      'Mailgrant is ready',
    );

    return {
      url,
      async stop() {
        health.stopping();
        services.beginStop();
        const deadlineMs = config.shutdownTimeoutMs * (1 - CLOSING_SHARE);
        await Promise.all([
          api.close(),
          services.reconciler.close(),
          ...workers.map((worker) => worker.close(deadlineMs)),
        ]);
        await closeAll();
        log.info({}, 'Mailgrant has stopped');
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The key of the first start, in a file of the data directory: nobody reads it from a log. */
async function firstApiKey({ directory }: OpenStorage, log: Log): Promise<string> {
  const { text, generated } = await generatedSecret(directory, API_KEY_FILE, { bytes: 32 });
  if (generated)
    log.info(
      { file: `${directory.path}/${API_KEY_FILE}` },
      'made an API key with every scope; it is in this file',
    );
  return text;
}

interface WiringParts {
  config: Config;
  storage: OpenStorage;
  outgoing: Outgoing;
  providers: Providers;
  metrics: Metrics;
  log: Log;
}

function createServices({ config, storage, outgoing, providers, metrics, log }: WiringParts) {
  const { vault, spool } = storage;
  const redis = storage.redis.client;
  const queues = {
    refresh: createWakeUpQueue(storage.redis, 'refresh'),
    receive: createWakeUpQueue(storage.redis, 'receive'),
    send: createWakeUpQueue(storage.redis, 'send'),
  };

  // Whoever changes something tells the listener; it is complete only when all services exist.
  const listener: ChangeListener = {
    async connectionChanged(id) {
      await Promise.all([
        queues.refresh.wake(id, Date.now()),
        outbox.connectionChanged(id),
        connections.connectors(id).then((bound) => Promise.all(bound.map(receiveControl.changed))),
      ]);
    },
    async connectorChanged(id) {
      await receiveControl.changed(id);
    },
    async applicationChanged(id) {
      oauthClients.forget(id);
      recent.forget(id);
      await failures.changed(id);
    },
  };

  const setup = { redis, vault, providers, connectorTypes, listener };
  const applications = createApplications(setup);
  const connections = createConnections(setup);
  const connectors = createConnectors(setup);
  const recent = createRecentApplications(applications);
  const presetOf = async ({ settings: { application } }: Connection): Promise<ProviderPreset> =>
    providers[application ? (await recent.read(application)).settings.provider : 'custom'];

  const tokenStore = createTokenStore({ redis, vault });
  const oauthClients = createOAuthClients({
    applications,
    providers,
    fetch: (url, init) => outgoing.fetch(url, init as OutgoingInit),
    callbackUrl: `${config.publicUrl}/oauth/callback`,
  });
  const failures = createApplicationFailures({ redis, applications, connections, listener, log });
  const accessTokens = createAccessTokens({
    tokenStore,
    clients: oauthClients,
    failures,
    lock: createRefreshLock(redis),
    listener,
    log,
    onOutcome: countRefresh(metrics),
  });
  const signIn = createSignIn({
    redis,
    vault,
    connections,
    tokenStore,
    clients: oauthClients,
    failures,
    listener,
    log,
  });
  const signOut = createSignOut({ redis, connections, listener });
  const { mailContext } = createMailContexts({
    accessTokens,
    applications: recent,
    connections,
    providers,
    resolve: outgoing.resolve,
  });

  const receive = {
    redis,
    connections,
    connectors,
    mailContext,
    dispatcher: outgoing.dispatcher,
    parser: { parseMessage, parseHeaders },
    log,
    clock: systemClock,
  };
  const receiveControl = createReceiveControl({ redis, connectors, queue: queues.receive });
  const inboundMessages = createInboundMessages(receive);

  const send = { redis, spool, connections, connectors, presetOf, log };
  const outbox = createOutbox({ ...send, queue: queues.send });
  const drain = createDrain({ ...send, mailContext, onOutcome: countSent(metrics) });
  const outboxReconciler = createOutboxReconciler({
    ...send,
    queue: queues.send,
    retentionMs: config.retentionMs,
  });

  metrics.watchQueues(() =>
    Promise.all(
      Object.values(queues).map(async (queue) => ({ queue: queue.name, ...(await queue.depth()) })),
    ),
  );

  const reconciler = createReconciler({
    redis,
    log,
    tasks: [
      { name: 'setup', run: async () => void (await reconcileSetup({ redis, applications, connections })) },
      {
        name: 'refresh',
        run: async () => void (await reconcileRefreshes({ connections, queue: queues.refresh })),
      },
      {
        name: 'receive',
        run: async () => void (await reconcileReceivers({ connections, connectors, queue: queues.receive })),
      },
      {
        name: 'send',
        run: async () => {
          await queues.send.recover();
          await outboxReconciler.run();
        },
      },
    ],
  });

  return {
    reconciler,
    admin: {
      applications,
      connections,
      connectors,
      connectorTypes,
      signIn,
      signOut,
      accessTokens,
      outbox,
      inbox: inboundMessages,
      runNow: receiveControl.runNow,
      redis,
    },
    startWorkers(): WakeUpWorker[] {
      const onCrash = (queue: string) => (error: unknown, subject: string) =>
        log.error(
          { err: error, queue, subject },
          'a worker met something unexpected; it looks at this again in half a minute',
        );
      const workers: WakeUpWorker[] = [];
      if (config.roles.has('refresh')) {
        workers.push(
          startWorker(storage.redis, 'refresh', {
            concurrency: config.refreshConcurrency,
            handle: createRefreshHandler({
              tokenStore,
              clients: oauthClients,
              failures,
              accessTokens,
              pace: createPace(redis, config.refreshRate),
              connections,
              listener,
            }),
            onCrash: onCrash('refresh'),
          }),
        );
      }
      if (config.roles.has('receive')) {
        workers.push(
          startWorker(storage.redis, 'receive', {
            concurrency: config.receiveConcurrency,
            handle: createReceiveHandler({ ...receive, onPoll: countPoll(metrics) }),
            onCrash: onCrash('receive'),
          }),
        );
      }
      if (config.roles.has('send')) {
        workers.push(
          startWorker(storage.redis, 'send', {
            concurrency: config.sendConcurrency,
            handle: drain.handle,
            onCrash: onCrash('send'),
          }),
        );
      }
      return workers;
    },
    beginStop: () => drain.stop(),
    async close() {
      await accessTokens.settled();
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}
