/** Wires applications, connections and connectors. */
import { connectorTypes } from '../../connectors/index.js';
import type { ProviderPreset } from '../contract/provider.js';
import { createApplications } from '../setup/applications.js';
import { createConnections } from '../setup/connections.js';
import { createConnectors } from '../setup/connectors.js';
import { createLastReceived } from '../setup/last-received.js';
import type { ChangeListener, Connection } from '../setup/model.js';
import { createRecentApplications } from '../setup/recent-applications.js';
import { createWarnings } from '../setup/warnings.js';
import type { Parts } from './parts.js';

/** @param listener told of every change after it is stored */
export function wireSetup({ storage, providers }: Parts, listener: ChangeListener) {
  const deps = { redis: storage.redis.client, vault: storage.vault, providers, connectorTypes, listener };
  const applications = createApplications(deps);
  const connections = createConnections(deps);
  const connectors = createConnectors(deps);
  const recent = createRecentApplications(applications);
  const presetOf = async ({ settings: { application } }: Connection): Promise<ProviderPreset> =>
    providers[application ? (await recent.read(application)).settings.provider : 'custom'];
  const lastReceivedAt = createLastReceived({ connections, connectors });
  const warnings = createWarnings({ providers });
  return { applications, connections, connectors, recent, presetOf, warnings, lastReceivedAt };
}

export type SetupServices = ReturnType<typeof wireSetup>;
