/** What an import would do with each item of a set-up, and everything that is wrong with it, before anything is written. */
import type { ConnectorType } from '../contract/connector-type.js';
import type { AlertChannel } from '../setup/alert-channel-record.js';
import type { Applications } from '../setup/applications.js';
import type { Application, Connection, Connector } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import { planAlertChannels } from './plan-alert-channels.js';
import { planApplications } from './plan-applications.js';
import { planConnections } from './plan-connections.js';
import { planConnectors } from './plan-connectors.js';
import type { OnExisting, PlannedItem } from './plan-item.js';
import type { SetupDocument } from './setup-document.js';

export interface SetupPlan {
  applications: PlannedItem<Application>[];
  connections: PlannedItem<Connection>[];
  connectors: PlannedItem<Connector>[];
  alertChannels: PlannedItem<AlertChannel>[];
}

export interface PlanDependencies {
  applications: Pick<Applications, 'all' | 'check'>;
  connections: { all(): AsyncIterable<Connection> };
  connectors: { all(): AsyncIterable<Connector> };
  alertChannels: { all(): AsyncIterable<AlertChannel> };
  connectorTypes: readonly ConnectorType[];
  providers: Providers;
}

/** In the order in which they refer to one another. */
export async function planSetup(
  deps: PlanDependencies,
  document: SetupDocument,
  onExisting: OnExisting,
): Promise<SetupPlan> {
  const applications = await planApplications(deps, document, onExisting);
  const byRef = await planConnections(deps, { document, applications }, onExisting);
  const connectors = await planConnectors(deps, { document, connections: byRef }, onExisting);
  const alertChannels = await planAlertChannels(deps, { document, connectors }, onExisting);
  const connections = [...byRef.values()].map(({ plan }) => plan);
  for (const plans of [applications, connections, connectors, alertChannels]) refuseDoubles(plans);
  return { applications, connections, connectors, alertChannels };
}

/** Of two items that would update one record the second would meet what the first has made of it. */
function refuseDoubles(plans: readonly PlannedItem[]): void {
  const refs = new Map<string, string>();
  for (const { act, existing, ref, faults } of plans) {
    if (act !== 'update' || !existing) continue;
    const other = refs.get(existing.id);
    if (other === undefined) refs.set(existing.id, ref);
    else faults.push({ path: '/name', message: `would update what the item with the ref ${other} updates` });
  }
}
