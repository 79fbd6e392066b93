/** A connector type's JSON Schema as the form reads it: what each setting is, by its shape and its hints, never by its name. */
import type { SettingHints } from '../../../../contract/setting-hints.js';

/** The keywords that are looked at. */
export interface SettingSchema extends SettingHints {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: SettingSchema;
  anyOf?: SettingSchema[];
  properties?: Record<string, SettingSchema>;
  patternProperties?: Record<string, SettingSchema>;
  required?: string[];
}

/** Settings by name. */
export type Values = Record<string, unknown>;

export const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a setting is drawn as. */
export type Shape =
  | { is: 'schedule' | 'duration' | 'bytes' | 'number' | 'boolean' | 'texts' | 'record' | 'text' }
  | { is: 'object'; properties: Readonly<Record<string, SettingSchema>> }
  | { is: 'choice'; choices: readonly Choice[] }
  | { is: 'choiceOrText'; choices: readonly Choice[]; otherwise: string }
  | { is: 'union'; union: Union };

/** One of the values that a setting may have. */
export interface Choice {
  value: string;
  title: string;
  description?: string;
}

/** Objects of which one is meant, told apart by a constant in the property `by`. */
export interface Union {
  by: string;
  variants: readonly (Choice & { schema: SettingSchema })[];
}

export function shapeOf(schema: SettingSchema): Shape {
  const { kind, choices, otherwise = '', properties, anyOf } = schema;
  if (kind === 'schedule' || kind === 'duration' || kind === 'bytes') return { is: kind };
  if (choices !== undefined)
    return { is: 'choiceOrText', otherwise, choices: choices.map((each) => choiceOf(each.const, each)) };
  const union = unionOf(schema);
  if (union) return { is: 'union', union };
  if (anyOf?.every((each) => each.const !== undefined))
    return { is: 'choice', choices: anyOf.map((each) => choiceOf(each.const, each)) };
  if (schema.items || anyOf?.some(({ items }) => items)) return { is: 'texts' };
  if (properties) return { is: 'object', properties };
  if (schema.patternProperties) return { is: 'record' };
  if (schema.type === 'integer' || schema.type === 'number') return { is: 'number' };
  if (schema.type === 'boolean') return { is: 'boolean' };
  return { is: 'text' };
}

/** @returns `undefined` for a schema that is no union of objects */
export function unionOf({ anyOf }: SettingSchema): Union | undefined {
  if (!anyOf) return undefined;
  const by = Object.keys(anyOf[0]?.properties ?? {}).find((name) =>
    anyOf.every(({ properties }) => properties?.[name]?.const !== undefined),
  );
  if (by === undefined) return undefined;
  const variants = anyOf.map((schema) => ({ ...choiceOf(schema.properties?.[by]?.const, schema), schema }));
  return { by, variants };
}

/** The variant that a value means. */
export const variantOf = ({ by, variants }: Union, value: unknown) =>
  isRecord(value) ? variants.find((each) => each.value === value[by]) : undefined;

/** The settings of a variant, without the constant that tells it apart. */
export const ownSettings = ({ properties = {} }: SettingSchema, by: string): Record<string, SettingSchema> =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => name !== by));

const choiceOf = (
  value: unknown,
  { title, description }: { title?: string; description?: string },
): Choice => ({
  value: String(value),
  title: title ?? String(value),
  ...(description !== undefined && { description }),
});

/** The tab that each setting on top stands on. */
export type SettingTab = 'settings' | NonNullable<SettingHints['tab']>;

export const tabOf = (schema: SettingSchema | undefined): SettingTab => schema?.tab ?? 'settings';

/** In the order of the schema. */
export const settingsOn = (schema: SettingSchema, tab: SettingTab): [string, SettingSchema][] =>
  Object.entries(schema.properties ?? {}).filter(([, each]) => tabOf(each) === tab);
