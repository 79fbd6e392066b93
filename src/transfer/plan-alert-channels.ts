/** Plans the alert channels of a set-up, against its connectors. */
import type { ConnectorType } from '../contract/connector-type.js';
import { newConnectorId } from '../contract/ids.js';
import type { AlertChannel } from '../setup/alert-channel-record.js';
import { alertChannelFaults, alertChannelSchema } from '../setup/alert-channel-schema.js';
import type { Connector } from '../setup/model.js';
import { putBack } from '../setup/secret-settings.js';
import { checkedSettings } from '../setup/settings-check.js';
import { refuseClearTextUrl } from '../setup/transport-rules.js';
import { unknownSecret } from './missing-secrets.js';
import {
  byKind,
  faultsIn,
  kindKey,
  type OnExisting,
  type PlannedItem,
  plannedItem,
  unknownRef,
  valuesFor,
} from './plan-item.js';
import type { SetupDocument } from './setup-document.js';
import { changedOrigin } from './setup-origins.js';

export async function planAlertChannels(
  deps: { alertChannels: { all(): AsyncIterable<AlertChannel> }; connectorTypes: readonly ConnectorType[] },
  { document, connectors }: { document: SetupDocument; connectors: readonly PlannedItem<Connector>[] },
  onExisting: OnExisting,
): Promise<PlannedItem<AlertChannel>[]> {
  const known = await byKind(deps.alertChannels.all(), ({ settings }) =>
    kindKey(settings.name, settings.type),
  );
  const byRef = new Map(connectors.map((plan) => [plan.ref, plan]));
  const sends = ({ settings }: PlannedItem<Connector>): boolean =>
    deps.connectorTypes.some(({ name, direction }) => name === settings.type && direction === 'send');
  return document.alertChannels.map((item) => {
    const same = known.get(kindKey(item.name, item.type));
    const plan = plannedItem({ list: 'alertChannels', item, onExisting }, same);
    if (plan.act === 'skip') return plan;
    plan.settings = putBack(plan.settings, valuesFor(plan.lacking, unknownSecret));
    const { connector: named } = plan.settings;
    const connector = byRef.get(String(named));
    if (named !== undefined && !connector) plan.faults.push(unknownRef('/connector', 'connector', named));
    if (connector && !sends(connector))
      plan.faults.push({ path: '/connector', message: 'does not send; name an Email Send connector' });
    const whole = { ...plan.settings, ...(named !== undefined && { connector: newConnectorId() }) };
    const { value, faults } = checkedSettings(alertChannelSchema, whole);
    plan.faults.push(...faults, ...alertChannelFaults(value));
    if (plan.faults.length === 0 && typeof value.url === 'string') refuseClearText(plan, value.url);
    plan.faults.push(...changedOrigin.ofAlertChannel(plan));
    return plan;
  });
}

function refuseClearText(plan: PlannedItem<AlertChannel>, url: string): void {
  try {
    refuseClearTextUrl('/url', url);
  } catch (error) {
    plan.faults.push(...faultsIn(error));
  }
}
