/** The order of start and stop. Which service gets which is in wiring/; these two alone know everybody. */

import type { Config } from '../config/load.js';
import { PROVIDERS } from '../config/providers.js';
import { createAdminApi, createWatchApi } from './admin/admin-api.js';
import { createInstanceMetadata } from './outgoing/instance-metadata.js';
import { createOutgoing } from './outgoing/outgoing.js';
import type { Providers } from './setup/preset.js';
import { generatedSecret } from './storage/data-directory.js';
import { type OpenStorage, openStorage } from './storage/open-storage.js';
import { createHealth, redisCheck, spoolCheck } from './telemetry/health.js';
import type { Log } from './telemetry/log.js';
import { createMetrics } from './telemetry/metrics.js';
import { createServices } from './wiring/services.js';

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
  /** Told of each secret that is made or found in the data directory, before it is used: the log is to know them. */
  onSecret?(secret: string): void;
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
  { log, providers = PROVIDERS, onSecret = () => {} }: ServiceParts,
): Promise<Service> {
  const storage = await openStorage({ ...config, log, onSecret });
  const outgoing = createOutgoing({ allowPrivateNetworks: config.allowPrivateNetworks });
  const instanceMetadata = createInstanceMetadata(config.identity);
  const closers: (() => Promise<unknown>)[] = [storage.close, outgoing.close, instanceMetadata.close];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const metrics = createMetrics({ processMetrics: true });
    const services = createServices({ config, storage, outgoing, instanceMetadata, providers, metrics, log });
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
          trustedProxies: config.trustedProxies,
          limits: { requestsPerMinute: config.requestsPerMinute },
          apiKey: config.apiKey ?? (await firstApiKey(storage, { log, onSecret })),
          sessionLimits: { idleMs: config.sessionIdleMs, lifetimeMs: config.sessionLifetimeMs },
        })
      : await createWatchApi(watch);
    closers.push(() => api.close());
    const url = await api.listen({ host: config.host, port: config.port });

    if (config.roles.has('admin')) await services.admin.firstAdmin.prepare();
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
async function firstApiKey(
  { directory }: OpenStorage,
  { log, onSecret }: { log: Log; onSecret(secret: string): void },
): Promise<string> {
  const { text, generated } = await generatedSecret(directory, API_KEY_FILE, { bytes: 32 });
  onSecret(text);
  if (generated)
    log.info(
      { file: `${directory.path}/${API_KEY_FILE}` },
      'made an API key with every scope; it is in this file',
    );
  return text;
}
