/** Wires alerts and the channels that they are told over. */
import { connectorTypes } from '../../connectors/index.js';
import { createAlerts } from '../alerts/alerts.js';
import { createAlertChannels } from '../setup/alert-channels.js';
import type { ActivityServices } from './activity.js';
import type { MailServices } from './mail.js';
import type { Parts } from './parts.js';
import type { SetupServices } from './setup.js';

export function wireAlerts(
  { config, storage, outgoing, providers, metrics, log }: Parts,
  { setup, mail, activity }: { setup: SetupServices; mail: MailServices; activity: ActivityServices },
) {
  const { applications, connections, connectors } = setup;
  const redis = storage.redis.client;
  const alertChannels = createAlertChannels({ redis, vault: storage.vault, connectorTypes });
  const alerts = createAlerts({
    redis,
    applications,
    connections,
    connectors,
    providers,
    service: storage.warnings.map(({ text }) => text),
    channels: alertChannels,
    outbox: mail.outbox,
    outgoing,
    publicUrl: config.publicUrl,
    onAlert: (subject, status) => activity.tell({ kind: 'alerts', subject, status }),
    log,
  });
  metrics.watchAlerts(alerts.openCounts);
  return { alerts, alertChannels };
}

export type AlertServices = ReturnType<typeof wireAlerts>;
