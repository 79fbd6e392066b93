/** The values behind a form, by JSON pointer (RFC 6901); what a save sends is what changed, as a merge patch (RFC 7396). */
import { isRecord, type SettingSchema, unionOf, type Values, variantOf } from './schema.js';

export const tokenOf = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const namesOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

export function valueAt(values: unknown, pointer: string): unknown {
  return namesOf(pointer).reduce<unknown>(
    (within, name) => (isRecord(within) && Object.hasOwn(within, name) ? within[name] : undefined),
    values,
  );
}

/** @param value `undefined` takes the setting away @returns other values; the argument is not changed */
export function withValue(values: Values, pointer: string, value: unknown): Values {
  const [name, ...rest] = namesOf(pointer);
  if (name === undefined) return values;
  const { [name]: before, ...others } = values;
  const inner =
    rest.length === 0
      ? value
      : withValue(isRecord(before) ? before : {}, `/${rest.map(tokenOf).join('/')}`, value);
  if (inner === undefined) return others;
  return name in values ? { ...values, [name]: inner } : { ...others, [name]: inner };
}

/** What a new record begins with: every default of the schema, those within objects too. */
export function initialValues({ properties = {} }: SettingSchema): Values {
  const found = Object.entries(properties).flatMap(([name, schema]): [string, unknown][] => {
    if (schema.const !== undefined) return [[name, schema.const]];
    if (schema.default !== undefined) return [[name, completed(schema, schema.default)]];
    return [];
  });
  return Object.fromEntries(found);
}

function completed(schema: SettingSchema, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const union = unionOf(schema);
  const meant = union ? variantOf(union, value)?.schema : schema;
  return { ...(meant && initialValues(meant)), ...value };
}

const isNothing = (value: unknown): boolean =>
  value === undefined || (isRecord(value) && Object.keys(value).length === 0);

/**
 * What changed.
 * @param schema of both. Where another variant of a union is meant, that object is sent whole: the service begins it anew
 * @returns `undefined` when nothing did; `null` stands for what was taken away
 */
export function changesOf(before: unknown, after: unknown, schema: SettingSchema | undefined): unknown {
  if (isNothing(before) && isNothing(after)) return undefined;
  if (after === undefined) return null;
  if (!isRecord(before) || !isRecord(after)) return isSame(before, after) ? undefined : after;
  const union = schema && unionOf(schema);
  if (union && before[union.by] !== after[union.by]) return after;
  const properties = (union ? variantOf(union, after)?.schema : schema)?.properties;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].flatMap((name): [string, unknown][] => {
    const change = changesOf(before[name], after[name], properties?.[name]);
    return change === undefined ? [] : [[name, change]];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Lays changes over other values than those they were made on: one's own over what somebody else has saved. */
export function withChanges(values: unknown, changes: unknown, schema: SettingSchema | undefined): unknown {
  if (changes === undefined) return values;
  if (!isRecord(changes)) return changes ?? undefined;
  const before = isRecord(values) ? values : {};
  const union = schema && unionOf(schema);
  const isAnother = union && union.by in changes && changes[union.by] !== before[union.by];
  const result: Values = isAnother ? {} : { ...before };
  const properties = (union ? variantOf(union, { ...before, ...changes })?.schema : schema)?.properties;
  for (const [name, change] of Object.entries(changes)) {
    const value = withChanges(result[name], change, properties?.[name]);
    if (value === undefined || value === null) delete result[name];
    else result[name] = value;
  }
  return result;
}

/** Pointers of what changed, as far down as the form has fields. */
export function changedPointers(changes: unknown, pointer = ''): string[] {
  if (!isRecord(changes)) return changes === undefined ? [] : [pointer];
  return Object.entries(changes).flatMap(([name, each]) =>
    changedPointers(each, `${pointer}/${tokenOf(name)}`),
  );
}
