/** Wires applications, connections and connectors. */
import { connectorTypes } from '../../connectors/index.js';
import type { ProviderPreset } from '../contract/provider.js';
import { createVouchedEndpoint } from '../oauth/server/vouched-endpoint.js';
import type { OutgoingInit } from '../outgoing/outgoing.js';
import { createApplications } from '../setup/applications.js';
import { createConnections } from '../setup/connections.js';
import { createConnectors } from '../setup/connectors.js';
import { createLastReceived } from '../setup/last-received.js';
import type { ChangeListener, Connection } from '../setup/model.js';
import { createRecentApplications } from '../setup/recent-applications.js';
import { createWarnings } from '../setup/warnings.js';
import type { Parts } from './parts.js';

/** @param listener told of every change after it is stored */
export function wireSetup({ storage, outgoing, providers }: Parts, listener: ChangeListener) {
  const deps = { redis: storage.redis.client, vault: storage.vault, providers, connectorTypes, listener };
  const vouched = createVouchedEndpoint({ fetch: (url, init) => outgoing.fetch(url, init as OutgoingInit) });
  const applications = createApplications({ ...deps, vouched });
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
