/**
 * Imports a set-up: everything is checked before anything is written. Items are found again by name and kind, so an import
 * that broke off is repeated; what it wrote is then skipped, or updated.
 */
import type { ApplicationId, ConnectionId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import type { AlertChannels } from '../setup/alert-channels.js';
import type { Applications } from '../setup/applications.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { JsonObject } from '../setup/schema-node.js';
import type { Fault } from '../setup/settings-check.js';
import { counted } from '../setup/time-left.js';
import type { MissingSecrets } from './missing-secrets.js';
import type { OnExisting, PlannedItem } from './plan-item.js';
import { type PlanDependencies, planSetup } from './plan-setup.js';
import { readSetup, SETUP_LISTS, type SetupList } from './setup-document.js';
import { withoutLacking } from './without-lacking.js';

export interface ImportedItem {
  list: SetupList;
  ref: string;
  name: string;
  /** created, updated, skipped, or faulty; of a dry run what it would be */
  status: 'created' | 'updated' | 'skipped' | 'faulty';
  /** Here; absent where it does not exist yet. */
  id?: string;
  /** JSON pointers of secrets that are to be entered now. */
  secrets: string[];
  faults: Fault[];
}

export interface SetupImport {
  dryRun: boolean;
  items: ImportedItem[];
}

export interface SetupImportOptions {
  dryRun: boolean;
  onExisting: OnExisting;
  /** Told of each record as soon as it was made or changed; the import may break off after it. */
  onWritten(item: ImportedItem & { id: string }): Promise<void>;
}

export interface SetupImportDependencies extends PlanDependencies {
  applications: PlanDependencies['applications'] & Pick<Applications, 'create' | 'patch'>;
  connections: PlanDependencies['connections'] & Pick<Connections, 'read' | 'create' | 'patch'>;
  connectors: PlanDependencies['connectors'] & Pick<Connectors, 'create' | 'patch'>;
  alertChannels: PlanDependencies['alertChannels'] & Pick<AlertChannels, 'create' | 'patch'>;
  missingSecrets: Pick<MissingSecrets, 'holdApplication' | 'holdConnection'>;
}

const STATUS = { create: 'created', update: 'updated', skip: 'skipped' } as const;

/** @returns a function that throws ProblemError `setup-faulty` with every fault, before it has written anything */
export function createSetupImport(
  deps: SetupImportDependencies,
): (input: unknown, options: SetupImportOptions) => Promise<SetupImport> {
  const { applications, connections, connectors, alertChannels, missingSecrets } = deps;

  return async (input, { dryRun, onExisting, onWritten }) => {
    const read = readSetup(input);
    if ('faults' in read) throw faulty(read.faults);
    const plan = await planSetup(deps, read.document, onExisting);
    const faults = SETUP_LISTS.flatMap((list) =>
      plan[list].flatMap((item, index) =>
        item.faults.map(({ path, message }) => ({ path: `/${list}/${index}${path}`, message })),
      ),
    );
    if (faults.length > 0 && !dryRun) throw faulty(faults);

    const items: ImportedItem[] = [];
    const ids = new Map<string, string>();
    const done = async <Item extends PlannedItem>(item: Item, write: (item: Item) => Promise<string>) => {
      const isWritten = !dryRun && item.act !== 'skip';
      const id = isWritten ? await write(item) : item.existing?.id;
      if (id !== undefined) ids.set(`${item.list} ${item.ref}`, id);
      const imported: ImportedItem = {
        ...{ list: item.list, ref: item.ref, name: item.name, faults: item.faults },
        status: item.faults.length > 0 ? 'faulty' : STATUS[item.act],
        ...(id !== undefined && { id }),
        secrets: item.act === 'create' ? item.lacking : [],
      };
      items.push(imported);
      if (isWritten && id !== undefined) await onWritten({ ...imported, id });
    };

    for (const item of plan.applications)
      await done(item, async ({ existing, settings, lacking, name }) => {
        if (existing) {
          const patch = withoutLacking(settings, lacking);
          return (await applications.patch(existing.id, existing.version, patch)).id;
        }
        const { id } = await applications.create(settings);
        const what = lacking.includes('/clientAuth/privateKey')
          ? 'certificate with its private key (clientAuth)'
          : 'client secret';
        if (lacking.length > 0) await missingSecrets.holdApplication(id, { name, what });
        return id;
      });
    for (const item of plan.connections)
      await done(item, async ({ existing, settings, lacking, name }) => {
        const application = ids.get(`applications ${settings.application}`) as ApplicationId | undefined;
        const whole: JsonObject = { ...settings, ...(application && { application }) };
        if (existing) {
          // Once more: its application, changed a moment ago, may have voided its grant, which is a change of it.
          const { version } = await connections.read(existing.id);
          return (await connections.patch(existing.id, version, withoutLacking(whole, lacking))).id;
        }
        const { id } = await connections.create(whole);
        if (lacking.length > 0) await missingSecrets.holdConnection(id, { name });
        return id;
      });
    for (const item of plan.connectors)
      await done(item, async ({ existing, settings, lacking }) => {
        const connection = ids.get(`connections ${settings.connection}`) as ConnectionId;
        const whole: JsonObject = { ...settings, connection };
        if (existing)
          return (await connectors.patch(existing.id, existing.version, withoutLacking(whole, lacking))).id;
        // Without its secret it would deliver what nobody can verify.
        const isOff = lacking.length > 0 && { enabled: false };
        return (await connectors.create({ ...whole, ...isOff })).id;
      });
    for (const item of plan.alertChannels)
      await done(item, async ({ existing, settings, lacking }) => {
        const connector = ids.get(`connectors ${settings.connector}`);
        const whole: JsonObject = { ...settings, ...(connector !== undefined && { connector }) };
        if (existing)
          return (await alertChannels.patch(existing.id, existing.version, withoutLacking(whole, lacking)))
            .id;
        const isOff = lacking.length > 0 && { enabled: false };
        return (await alertChannels.create({ ...whole, ...isOff })).id;
      });
    return { dryRun, items };
  };
}

/** So many of the faults are named. */
const MOST_NAMED = 200;

const faulty = (faults: Fault[]) =>
  problemError('setup-faulty', {
    with: { faults: counted(faults.length, 'fault') },
    fields: faults.slice(0, MOST_NAMED),
  });
