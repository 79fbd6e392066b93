/** Which field each fault of the service belongs to: faults name JSON pointers, and fields are drawn for some of them. */
import {
  isRecord,
  type SettingSchema,
  type SettingTab,
  settingsOn,
  shapeOf,
  tabOf,
  variantOf,
} from './schema.js';
import { tokenOf } from './values.js';

export type Faults = ReadonlyMap<string, string>;

/** Pointers that have a field of their own on the form, as the values are now. */
export function drawnPointers(schema: SettingSchema, values: unknown): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    drawnAt(property, `/${tokenOf(name)}`, isRecord(values) ? values[name] : undefined),
  );
}

function drawnAt(schema: SettingSchema, pointer: string, value: unknown): string[] {
  const shape = shapeOf(schema);
  const within =
    shape.is === 'object' ? schema : shape.is === 'union' ? variantOf(shape.union, value)?.schema : undefined;
  if (shape.is === 'schedule')
    return [pointer, ...['every', 'cron', 'timeZone'].map((each) => `${pointer}/${each}`)];
  return [pointer, ...(within ? drawnPointers(within, value).map((each) => pointer + each) : [])];
}

/** The field that shows a fault: its own, or the next one around it. */
function fieldOf(pointer: string, drawn: ReadonlySet<string>): string | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (drawn.has(at)) return at;
  return undefined;
}

export interface PlacedFaults {
  /** By the pointer of the field that shows them. */
  beside: Faults;
  /** Of what the form has no field for. */
  elsewhere: readonly { pointer: string; message: string }[];
}

/**
 * @param faults by pointer into the settings
 * @param drawn of {@link drawnPointers}
 */
export function placedFaults(faults: Faults, drawn: readonly string[]): PlacedFaults {
  const known = new Set(drawn);
  const beside = new Map<string, string>();
  const elsewhere: { pointer: string; message: string }[] = [];
  for (const [pointer, message] of faults) {
    const field = fieldOf(pointer, known);
    if (field === undefined) {
      elsewhere.push({ pointer, message });
      continue;
    }
    const said = field === pointer ? message : `${pointer.slice(field.length + 1)}: ${message}`;
    const before = beside.get(field);
    beside.set(field, before === undefined ? said : `${before}; ${said}`);
  }
  return { beside, elsewhere };
}

/** The tab that a field stands on. */
export function tabOfPointer(schema: SettingSchema, pointer: string): SettingTab {
  const [, token = ''] = pointer.split('/');
  const found = Object.entries(schema.properties ?? {}).find(([name]) => tokenOf(name) === token);
  return tabOf(found?.[1]);
}

/** In the order in which a person meets them: the tabs, and on each the settings of the schema. */
export function firstFault(schema: SettingSchema, { beside }: PlacedFaults): string | undefined {
  const order = (['settings', 'automation', 'advanced'] as const).flatMap((tab) =>
    settingsOn(schema, tab).map(([name]) => `/${tokenOf(name)}`),
  );
  for (const setting of order)
    for (const pointer of beside.keys())
      if (pointer === setting || pointer.startsWith(`${setting}/`)) return pointer;
  return undefined;
}
