/**
 * Checks settings against their schema: defaults filled in, unknown settings refused, all faults together.
 *
 * TypeBox's own validator is used, uncompiled: settings are checked when a person saves them, never in a hot path, and
 * the schemas that connector types bring need no compilation step of their own. What is added to it here: a union whose
 * variants are told apart by one constant (`type`, `method`, `action`) is first narrowed to the variant meant, so that
 * its faults name the setting at fault instead of "matches no variant".
 */
import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { problemError } from '../contract/problem.js';
import { wordsOf } from '../contract/worded-pattern.js';
import { discriminated, isRecord, type JsonObject, type SchemaNode } from './schema-node.js';

// TypeBox stops after eight errors by itself; an admin is to see all of them at once. More than this is no form.
Settings.Set({ maxErrors: 200 });

/** A JSON pointer (RFC 6901) and what is wrong there. */
export interface Fault {
  path: string;
  message: string;
}

export interface CheckedSettings {
  /** With defaults filled in. */
  value: JsonObject;
  faults: Fault[];
}

/**
 * @param schema JSON Schema of an object
 * @param input anything
 * @returns the settings with defaults, and every fault; nothing is thrown
 */
export function checkedSettings(schema: TSchema, input: unknown): CheckedSettings {
  if (!isRecord(input)) return { value: {}, faults: [{ path: '', message: 'must be an object' }] };
  const complete = completed(schema as SchemaNode, structuredClone(input));
  const errors = Value.Errors(complete.schema as TSchema, complete.value);
  return { value: complete.value as JsonObject, faults: readableFaults(errors) };
}

/** @throws ProblemError `invalid-settings`, naming all of them, when there are any */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length > 0) throw problemError('invalid-settings', { fields: [...faults] });
}

/** Narrows unions to the variants meant and fills defaults in, from the outside in. */
function completed(schema: SchemaNode, value: unknown): { schema: SchemaNode; value: unknown } {
  if (schema.anyOf && isRecord(value)) {
    const union = discriminated(schema, value);
    if (!union) return { schema, value };
    if (union.variant) return completed(union.variant, value);
    const only = { required: [union.name], properties: { [union.name]: { enum: union.known } } };
    return { schema: only, value };
  }
  if (!schema.properties || !isRecord(value)) return { schema, value };
  const properties: Record<string, SchemaNode> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    if (value[name] === undefined && property.default !== undefined)
      value[name] = structuredClone(property.default);
    const inner = completed(property, value[name]);
    properties[name] = inner.schema;
    if (inner.value !== undefined) value[name] = inner.value;
  }
  return { schema: { ...schema, properties }, value };
}

/** An error as TypeBox and Ajv report it. */
export interface SchemaError {
  keyword: string;
  instancePath: string;
  message?: string;
  params: object;
}

/** What a validator found, as a person reads it: one fault a path. */
export const readableFaults = (errors: readonly SchemaError[]): Fault[] => together(errors.flatMap(faultsOf));

/** What one error of the validator says to a person. */
function faultsOf({ keyword, instancePath, message = 'is not valid', params }: SchemaError): Fault[] {
  const named = (name: string): string =>
    `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const about = params as {
    requiredProperties?: string[];
    additionalProperties?: string[];
    allowedValues?: unknown[];
    allowedValue?: unknown;
    pattern?: string | RegExp;
    limit?: number;
  };
  switch (keyword) {
    case 'required':
      return (about.requiredProperties ?? []).map((name) => ({ path: named(name), message: 'is required' }));
    case 'additionalProperties':
      return (about.additionalProperties ?? []).map((name) => ({
        path: named(name),
        message: 'there is no such setting',
      }));
    case 'enum':
      return [
        {
          path: instancePath,
          message: `must be one of ${(about.allowedValues ?? []).map(String).join(', ')}`,
        },
      ];
    case 'pattern':
      return [{ path: instancePath, message: `must be ${patternWords(about.pattern)}` }];
    case 'minLength':
      return [{ path: instancePath, message: about.limit === 1 ? 'must not be empty' : message }];
    case 'const':
      return [{ path: instancePath, message: `must be ${String(about.allowedValue)}` }];
    // Said by the keyword beside it: additionalProperties, or the variants of the union.
    case 'boolean':
    case 'anyOf':
      return [];
    default:
      return [{ path: instancePath, message }];
  }
}

/** A pattern without words shows itself; a test finds it before anybody meets it. */
const patternWords = (pattern: string | RegExp | undefined): string => {
  const source = String(pattern);
  return wordsOf(source) ?? `text that matches ${source}`;
};

/** One fault a path; the variants of an undiscriminated union are alternatives. */
function together(faults: readonly Fault[]): Fault[] {
  const byPath = new Map<string, string[]>();
  for (const { path, message } of faults) {
    const said = byPath.get(path) ?? [];
    if (!said.includes(message)) byPath.set(path, [...said, message]);
  }
  return [...byPath].map(([path, said]) => ({ path, message: said.join(', or ') }));
}
