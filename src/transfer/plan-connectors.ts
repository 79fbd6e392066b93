/** Plans the connectors of a set-up, against its connections. */
import type { ConnectorType } from '../contract/connector-type.js';
import { newConnectionId } from '../contract/ids.js';
import { createTurns } from '../contract/turns.js';
import { checkedConnector } from '../setup/connector-schema.js';
import type { Connector } from '../setup/model.js';
import { putBack } from '../setup/secret-settings.js';
import { unknownSecret } from './missing-secrets.js';
import type { PlannedConnection } from './plan-connections.js';
import {
  byKind,
  kindKey,
  type OnExisting,
  type PlannedItem,
  plannedItem,
  unknownRef,
  valuesFor,
} from './plan-item.js';
import type { SetupDocument } from './setup-document.js';
import { changedOrigin } from './setup-origins.js';

export async function planConnectors(
  deps: { connectors: { all(): AsyncIterable<Connector> }; connectorTypes: readonly ConnectorType[] },
  { document, connections }: { document: SetupDocument; connections: ReadonlyMap<string, PlannedConnection> },
  onExisting: OnExisting,
): Promise<PlannedItem<Connector>[]> {
  const known = await byKind(deps.connectors.all(), ({ name, type }) => kindKey(name, type));
  const plans: PlannedItem<Connector>[] = [];
  const nextTurn = createTurns();
  for (const item of document.connectors) {
    await nextTurn();
    const same = known.get(kindKey(item.name, item.type));
    const plan = plannedItem({ list: 'connectors', item, onExisting }, same);
    if (plan.act !== 'skip') await check(plan, connections.get(item.connection));
    plans.push(plan);
  }
  return plans;

  async function check(
    plan: PlannedItem<Connector>,
    connection: PlannedConnection | undefined,
  ): Promise<void> {
    plan.settings = putBack(plan.settings, valuesFor(plan.lacking, unknownSecret));
    if (!connection) {
      plan.faults.push(unknownRef('/connection', 'connection', plan.settings.connection));
      return;
    }
    const its = connection.checked;
    const whole = { ...plan.settings, connection: newConnectionId() };
    const { type, faults } = await checkedConnector(whole, deps.connectorTypes, async () => its?.user ?? '');
    plan.faults.push(...faults);
    for (const protocol of its ? (type?.needs ?? []) : []) {
      const message = `the connection has no ${protocol.toUpperCase()} endpoint`;
      if (!its?.[protocol]) plan.faults.push({ path: '/connection', message });
    }
    plan.faults.push(...changedOrigin.ofConnector(plan, type?.secrets ?? []));
  }
}
