/** Starts the background work of the roles that this process plays, and the reconciler's tasks. */
import type { Role } from '../../config/schema.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import { reconcileRefreshes } from '../oauth/refresh/reconcile.js';
import { reconcileReceivers } from '../receive/reconcile.js';
import { reconcileSetup } from '../setup/reconcile.js';
import type { QueueName } from '../storage/keys.js';
import { createReconciler, type Reconciler } from '../storage/reconciler.js';
import { startWorker, type WakeUpWorker, type WorkerOptions } from '../storage/wake-up-worker.js';
import type { AlertServices } from './alerts.js';
import type { MailServices } from './mail.js';
import type { OAuthServices } from './oauth.js';
import type { Parts, Queues } from './parts.js';
import type { SetupServices } from './setup.js';

interface Services {
  setup: SetupServices;
  oauth: OAuthServices;
  mail: MailServices;
  queues: Queues;
  audit: AuditTrail;
  alerting: AlertServices;
}

export function startWorkers({ config, storage, log }: Parts, { oauth, mail }: Services): WakeUpWorker[] {
  const start = (
    queue: QueueName & Role,
    concurrency: number,
    handler: () => WorkerOptions['handle'],
  ): WakeUpWorker[] =>
    config.roles.has(queue)
      ? [
          startWorker(storage.redis, queue, {
            concurrency,
            handle: handler(),
            onCrash: (error, subject) =>
              log.error(
                { err: error, queue, subject },
                'a worker met something unexpected; it looks at this again in half a minute',
              ),
          }),
        ]
      : [];
  return [
    ...start('refresh', config.refreshConcurrency, oauth.refreshHandler),
    ...start('receive', config.receiveConcurrency, mail.receiveHandler),
    ...start('send', config.sendConcurrency, () => mail.drain.handle),
  ];
}

export function wireReconciler({ storage, log }: Parts, services: Services): Reconciler {
  const { setup, mail, queues, audit, alerting } = services;
  const { applications, connections, connectors } = setup;
  const redis = storage.redis.client;
  return createReconciler({
    redis,
    log,
    tasks: [
      { name: 'audit', run: async () => void (await audit.trim()) },
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
          await mail.outboxReconciler.run();
        },
      },
      // Last: it looks at what the others have mended.
      { name: 'alerts', run: alerting.alerts.run },
    ],
  });
}
