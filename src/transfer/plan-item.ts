/** One item of a set-up as an import would treat it, and what the plans of all kinds share. */
import { ProblemError } from '../contract/problem.js';
import type { JsonObject } from '../setup/schema-node.js';
import { putBack, takenOut } from '../setup/secret-settings.js';
import type { Fault } from '../setup/settings-check.js';
import { lackingSecrets, type SetupItem, type SetupList, settingsOf } from './setup-document.js';

export type OnExisting = 'skip' | 'update';
export type PlannedAct = 'create' | 'update' | 'skip';

export interface PlannedItem<Existing = { id: string; version: number }> {
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

/** @param same records here of the same name and kind */
export function plannedItem<Existing extends { id: string }>(
  { list, item, onExisting }: { list: SetupList; item: SetupItem; onExisting: OnExisting },
  same: readonly Existing[] = [],
): PlannedItem<Existing> {
  const [existing] = same;
  const { ref, name } = item;
  const ids = same.map(({ id }) => id).join(', ');
  const message = `several here are called ${name}: ${ids}; rename them or the item`;
  return {
    ...{ list, ref, name, existing },
    act: existing === undefined ? 'create' : onExisting,
    settings: settingsOf(item),
    lacking: lackingSecrets(item),
    faults: [...(same.length > 1 ? [{ path: '/name', message }] : []), ...placeless(item)],
  };
}

/** Pointers at which no secret of the item could stand. */
function placeless(item: SetupItem): Fault[] {
  const settings = settingsOf(item);
  const hasPlace = (pointer: string): boolean =>
    takenOut(putBack(settings, { [pointer]: 'a secret' }), [pointer]).secrets[pointer] !== undefined;
  return lackingSecrets(item)
    .filter((pointer) => !hasPlace(pointer))
    .map((path) => ({ path, message: 'is named in secrets, and there is no place for it' }));
}

/** JSON pointer → what stands there while the secret is missing. */
export const valuesFor = (pointers: readonly string[], value: () => string): Record<string, string> =>
  Object.fromEntries(pointers.map((pointer) => [pointer, value()]));

export const unknownRef = (path: string, what: string, ref: unknown): Fault => ({
  path,
  message: `there is no ${what} with the ref ${String(ref)}`,
});

/** What a check that throws found. @throws what is no problem */
export function faultsIn(error: unknown): Fault[] {
  if (!(error instanceof ProblemError)) throw error;
  const { fields, title, detail } = error.problem;
  return fields && fields.length > 0 ? fields : [{ path: '', message: `${title}: ${detail}` }];
}

/** By what an item of a document is found again here: its name, and what kind it is of. */
export const kindKey = (name: string, kind: unknown): string => JSON.stringify([name, kind]);

export async function byKind<Item>(
  items: AsyncIterable<Item>,
  keyOf: (item: Item) => string,
): Promise<Map<string, Item[]>> {
  const found = new Map<string, Item[]>();
  for await (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return found;
}
