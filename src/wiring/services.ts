/** Wires all services, and what they tell one another of changes. */
import { connectorTypes } from '../../connectors/index.js';
import type { ChangeListener } from '../setup/model.js';
import { createWakeUpQueue } from '../storage/wake-up-queue.js';
import { wireActivity } from './activity.js';
import { wireAlerts } from './alerts.js';
import { wireAudit } from './audit.js';
import { wireDiagnosis } from './diagnosis.js';
import { wireMail } from './mail.js';
import { wireMessages } from './messages.js';
import { wireOAuth } from './oauth.js';
import type { Parts, Queues } from './parts.js';
import { wirePeople } from './people.js';
import { wireSetup } from './setup.js';
import { wireStatistics } from './statistics.js';
import { wireTransfer } from './transfer.js';
import { startWorkers, wireReconciler } from './workers.js';

export function createServices(parts: Parts) {
  const { storage, metrics } = parts;
  const queues: Queues = {
    refresh: createWakeUpQueue(storage.redis, 'refresh'),
    receive: createWakeUpQueue(storage.redis, 'receive'),
    send: createWakeUpQueue(storage.redis, 'send'),
  };

  // Whoever changes something tells the listener; it is complete only when all services exist.
  const listener: ChangeListener = {
    async connectionChanged(id) {
      alerting.alerts.changed();
      activity.tell({ kind: 'connection', subject: id });
      const boundChanged = async (): Promise<void> => {
        const bound = await setup.connections.connectors(id);
        for (const subject of bound) activity.tell({ kind: 'connector', subject });
        await Promise.all(bound.map(mail.receiveControl.changed));
      };
      await Promise.all([
        queues.refresh.wake(id, Date.now()),
        mail.outbox.connectionChanged(id),
        boundChanged(),
      ]);
    },
    async connectorChanged(id) {
      alerting.alerts.changed();
      activity.tell({ kind: 'connector', subject: id });
      await mail.receiveControl.changed(id);
    },
    connectorRan: (id, isNews) => activity.connectorRan(id, isNews),
    async applicationChanged(id) {
      alerting.alerts.changed();
      activity.tell({ kind: 'application', subject: id });
      oauth.clients.forget(id);
      setup.recent.forget(id);
      await transfer.applicationChanged(id);
      await oauth.failures.changed(id);
    },
  };

  const activity = wireActivity(parts, () => setup);
  const audit = activity.told(wireAudit(parts));
  const setup = wireSetup(parts, listener);
  const { tally, ...counted } = wireStatistics(parts, setup);
  const oauth = wireOAuth(parts, setup, { listener, queues, audit, tally, activity });
  const mail = wireMail(parts, { setup, oauth, queues, tally, activity });
  const alerting = wireAlerts(parts, { setup, mail, activity });
  const transfer = wireTransfer(parts, { setup, oauth, alerting, listener });
  const services = { setup, oauth, mail, queues, audit, alerting };

  metrics.watchQueues(() =>
    Promise.all(
      Object.values(queues).map(async (queue) => ({ queue: queue.name, ...(await queue.depth()) })),
    ),
  );

  return {
    reconciler: wireReconciler(parts, services),
    /** What the admin API calls. */
    admin: {
      providers: parts.providers,
      applications: setup.applications,
      connections: setup.connections,
      connectors: setup.connectors,
      warnings: setup.warnings,
      connectorTypes,
      signIn: oauth.signIn,
      signOut: oauth.signOut,
      refreshNow: oauth.refreshNow,
      pasteTokens: oauth.pasteTokens,
      adminConsent: oauth.adminConsent,
      deviceSignIn: oauth.deviceSignIn,
      outbox: mail.outbox,
      inbox: mail.inboundMessages,
      ...wireMessages(parts, mail),
      runNow: mail.receiveControl.runNow,
      ...wireDiagnosis(parts, { setup, oauth }),
      events: activity.events,
      eventFeed: activity.eventFeed,
      audit,
      ...counted,
      ...alerting,
      transfer,
      ...wirePeople(parts),
      redis: storage.redis.client,
    },
    startWorkers: () => startWorkers(parts, services),
    beginStop: () => mail.drain.stop(),
    async close() {
      await alerting.alerts.close();
      await oauth.accessTokens.settled();
      await activity.close();
      await tally.close();
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}
