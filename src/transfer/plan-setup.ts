/** What an import would do with each item of a set-up, and everything that is wrong with it, before anything is written. */
import type { ConnectorType } from '../contract/connector-type.js';
import {
  type ApplicationId,
  type ConnectionId,
  type ConnectorId,
  newApplicationId,
  newConnectionId,
} from '../contract/ids.js';
import { ProblemError } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Applications } from '../setup/applications.js';
import { checkedConnection } from '../setup/connection-settings.js';
import { checkedConnector } from '../setup/connector-schema.js';
import type { Application, Connection, ConnectionSettings, Connector } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import type { JsonObject } from '../setup/schema-node.js';
import { putBack } from '../setup/secret-settings.js';
import type { Fault } from '../setup/settings-check.js';
import { NO_CLIENT_SECRET, NO_PASSWORD, unknownSecret } from './missing-secrets.js';
import {
  lackingSecrets,
  type SetupDocument,
  type SetupItem,
  type SetupList,
  settingsOf,
} from './setup-document.js';
import { changedOrigin } from './setup-origins.js';

export type OnExisting = 'skip' | 'update';
export type PlannedAct = 'create' | 'update' | 'skip';

export interface PlannedItem<Existing = Application | Connection | Connector> {
  list: SetupList;
  ref: string;
  name: string;
  act: PlannedAct;
  existing: Existing | undefined;
  /** As the API takes it; what is missing filled in so that it can be checked. References still name items. */
  settings: JsonObject;
  /** JSON pointers of secrets that it should have and does not bring. */
  lacking: string[];
  faults: Fault[];
}

export interface SetupPlan {
  applications: PlannedItem<Application>[];
  connections: PlannedItem<Connection>[];
  connectors: PlannedItem<Connector>[];
}

export interface PlanDependencies {
  applications: Pick<Applications, 'all' | 'check'>;
  connections: { all(): AsyncIterable<Connection> };
  connectors: { all(): AsyncIterable<Connector> };
  connectorTypes: readonly ConnectorType[];
  providers: Providers;
}

export async function planSetup(
  deps: PlanDependencies,
  document: SetupDocument,
  onExisting: OnExisting,
): Promise<SetupPlan> {
  const [knownApplications, knownConnections, knownConnectors] = await Promise.all([
    byKind(deps.applications.all(), ({ settings }) => kindKey(settings.name, settings.provider)),
    byKind(deps.connections.all(), ({ settings }) => kindKey(settings.name, settings.user.toLowerCase())),
    byKind(deps.connectors.all(), ({ name, type }) => kindKey(name, type)),
  ]);

  const applications = document.applications.map((item) =>
    planned<Application>(
      { list: 'applications', item, onExisting },
      knownApplications.get(kindKey(item.name, item.provider)) ?? [],
      (plan) => {
        plan.settings = withClientSecret(settingsOf(item), plan.lacking);
        plan.faults.push(...faultsOf(() => deps.applications.check(plan.settings)));
        plan.faults.push(...changedOrigin.ofApplication(plan, deps.providers));
      },
    ),
  );

  const byRef = new Map(applications.map((plan) => [plan.ref, plan]));
  const connections = new Map<string, PlannedItem<Connection>>();
  /** What connectors are checked against. */
  const settingsByRef = new Map<string, ConnectionSettings>();
  for (const item of document.connections) {
    const application = byRef.get(item.application ?? '');
    const same = knownConnections.get(kindKey(item.name, item.user.toLowerCase())) ?? [];
    const plan = planned<Connection>({ list: 'connections', item, onExisting }, same, (plan) => {
      plan.settings = putBack(
        settingsOf(item),
        valuesFor(plan.lacking, () => NO_PASSWORD),
      );
    });
    connections.set(item.ref, plan);
    if (plan.existing) settingsByRef.set(item.ref, plan.existing.settings);
    if (plan.act === 'skip') continue;
    if (item.application !== undefined && !application) {
      plan.faults.push({
        path: '/application',
        message: `there is no application with the ref ${item.application}`,
      });
      continue;
    }
    const id = application?.existing?.id ?? newApplicationId();
    const whole = { ...plan.settings, ...(application && { application: id }) };
    const provider = String(application?.settings.provider ?? application?.existing?.settings.provider);
    const preset = deps.providers[provider as keyof Providers] as ProviderPreset | undefined;
    // An application of a provider that does not exist is at fault itself.
    if (application && !preset) continue;
    const options = {
      providers: deps.providers,
      presetOf: async () => preset ?? deps.providers.custom,
      without: new Set<string>(),
    };
    const checked = await checkedConnection(whole, options).catch((error: unknown) => {
      plan.faults.push(...faultsIn(error));
    });
    if (!checked) continue;
    settingsByRef.set(item.ref, checked.settings);
    plan.faults.push(...changedOrigin.ofConnection(plan, checked.settings));
  }

  const connectors: PlannedItem<Connector>[] = [];
  for (const item of document.connectors) {
    const connection = connections.get(item.connection);
    const same = knownConnectors.get(kindKey(item.name, item.type)) ?? [];
    const plan = planned<Connector>({ list: 'connectors', item, onExisting }, same, (plan) => {
      plan.settings = putBack(settingsOf(item), valuesFor(plan.lacking, unknownSecret));
    });
    connectors.push(plan);
    if (plan.act === 'skip') continue;
    if (!connection) {
      plan.faults.push({
        path: '/connection',
        message: `there is no connection with the ref ${item.connection}`,
      });
      continue;
    }
    const its = settingsByRef.get(item.connection);
    const whole = { ...plan.settings, connection: newConnectionId() };
    const { type, faults } = await checkedConnector(whole, deps.connectorTypes, async () => its?.user ?? '');
    plan.faults.push(...faults);
    for (const protocol of its ? (type?.needs ?? []) : []) {
      const message = `the connection has no ${protocol.toUpperCase()} endpoint`;
      if (!its?.[protocol]) plan.faults.push({ path: '/connection', message });
    }
    plan.faults.push(...changedOrigin.ofConnector(plan, type?.secrets ?? []));
  }
  return { applications, connections: [...connections.values()], connectors };
}

/** @param check is done where the item is not skipped */
function planned<Existing extends { id: ApplicationId | ConnectionId | ConnectorId }>(
  { list, item, onExisting }: { list: SetupList; item: SetupItem; onExisting: OnExisting },
  same: Existing[],
  check: (plan: PlannedItem<Existing>) => void,
): PlannedItem<Existing> {
  const [existing, another] = same;
  const act = existing === undefined ? 'create' : onExisting;
  const { ref, name } = item;
  const lacking = lackingSecrets(item);
  const plan: PlannedItem<Existing> = {
    ...{ list, ref, name, act, existing, lacking },
    settings: settingsOf(item),
    faults: [],
  };
  if (another) {
    const message = `several here are called ${name}: ${same.map(({ id }) => id).join(', ')}; rename them or the item`;
    plan.faults.push({ path: '/name', message });
  }
  if (act !== 'skip') check(plan);
  return plan;
}

/** With a client secret that is none where the credential's secret is missing. */
function withClientSecret(settings: JsonObject, lacking: readonly string[]): JsonObject {
  if (lacking.includes('/clientAuth/privateKey'))
    return { ...settings, clientAuth: { method: 'clientSecret', clientSecret: NO_CLIENT_SECRET } };
  return putBack(
    settings,
    valuesFor(lacking, () => NO_CLIENT_SECRET),
  );
}

const valuesFor = (pointers: readonly string[], value: () => string): Record<string, string> =>
  Object.fromEntries(pointers.map((pointer) => [pointer, value()]));

function faultsOf(check: () => void): Fault[] {
  try {
    check();
    return [];
  } catch (error) {
    return faultsIn(error);
  }
}

function faultsIn(error: unknown): Fault[] {
  if (!(error instanceof ProblemError)) throw error;
  const { fields, title, detail } = error.problem;
  return fields && fields.length > 0 ? fields : [{ path: '', message: `${title}: ${detail}` }];
}

/** By what an item of a document is found again here: its name, and what kind it is of. */
const kindKey = (name: string, kind: unknown): string => JSON.stringify([name, kind]);

async function byKind<Item>(
  items: AsyncIterable<Item>,
  keyOf: (item: Item) => string,
): Promise<Map<string, Item[]>> {
  const found = new Map<string, Item[]>();
  for await (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return found;
}
