/** Plans the connections of a set-up, against the applications that it has or finds here. */
import { newApplicationId } from '../contract/ids.js';
import type { ProviderPreset } from '../contract/provider.js';
import { createTurns } from '../contract/turns.js';
import { checkedConnection } from '../setup/connection-settings.js';
import type { Application, Connection, ConnectionSettings } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import type { JsonObject } from '../setup/schema-node.js';
import { putBack } from '../setup/secret-settings.js';
import { NO_PASSWORD } from './missing-secrets.js';
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

/** `checked`: its settings as they will be, for what refers to it; `undefined` where something is wrong with them. */
export interface PlannedConnection {
  plan: PlannedItem<Connection>;
  checked: ConnectionSettings | undefined;
}

/** @returns plans by ref */
export async function planConnections(
  deps: { connections: { all(): AsyncIterable<Connection> }; providers: Providers },
  { document, applications }: { document: SetupDocument; applications: readonly PlannedItem<Application>[] },
  onExisting: OnExisting,
): Promise<Map<string, PlannedConnection>> {
  const { providers } = deps;
  const known = await byKind(deps.connections.all(), ({ settings }) =>
    kindKey(settings.name, settings.user.toLowerCase()),
  );
  const byRef = new Map(applications.map((plan) => [plan.ref, plan]));
  const planned = new Map<string, PlannedConnection>();
  const nextTurn = createTurns();
  for (const item of document.connections) {
    await nextTurn();
    const same = known.get(kindKey(item.name, item.user.toLowerCase()));
    const plan = plannedItem({ list: 'connections', item, onExisting }, same);
    const application = byRef.get(item.application ?? '');
    if (plan.act === 'skip') planned.set(item.ref, { plan, checked: plan.existing?.settings });
    else planned.set(item.ref, { plan, checked: await checkedSettings(plan, application) });
  }
  return planned;

  async function checkedSettings(
    plan: PlannedItem<Connection>,
    application: PlannedItem<Application> | undefined,
  ): Promise<ConnectionSettings | undefined> {
    const password = valuesFor(plan.lacking, () => NO_PASSWORD);
    plan.settings = putBack(plan.settings, password);
    const named = plan.settings.application;
    if (named !== undefined && !application) {
      plan.faults.push(unknownRef('/application', 'application', named));
      return undefined;
    }
    const preset = application && presetOf(application);
    // An application of a provider that does not exist is at fault itself.
    if (application && !preset) return undefined;
    const id = application?.existing?.id ?? newApplicationId();
    const whole: JsonObject = { ...plan.settings, ...(application && { application: id }) };
    const options = {
      providers,
      presetOf: async () => preset ?? providers.custom,
      without: new Set<string>(),
    };
    try {
      const { settings } = await checkedConnection(whole, options);
      plan.faults.push(...changedOrigin.ofConnection(plan, settings));
      return settings;
    } catch (error) {
      plan.faults.push(...faultsIn(error));
      return undefined;
    }
  }

  function presetOf({ settings, existing }: PlannedItem<Application>): ProviderPreset | undefined {
    const provider = String(settings.provider ?? existing?.settings.provider);
    return (providers as Readonly<Record<string, ProviderPreset | undefined>>)[provider];
  }
}
