/** Which fields a change touched: names from what was sent, values only from what any reader of the record may see. */
import type { ChangedField } from './audit-entry.js';

/** What changes by itself, and what stands for it elsewhere. */
const NO_SETTINGS: ReadonlySet<string> = new Set([
  'id',
  'version',
  'health',
  'delivery',
  'warnings',
  'problem',
  'refreshProblem',
  'lastRefreshAt',
  'accessTokenExpiresAt',
  'createdAt',
]);

const MOST_FIELDS = 60;
const LONGEST_VALUE = 200;
const LONGEST_NAME = 120;
const DEEPEST = 6;

type Values = ReadonlyMap<string, string>;

/**
 * @param change `before`, `after`: the record as its readers see it; `sent`: the body of the request
 * @param secrets names of properties whose values are never written, whatever a view says
 */
export function changedFields(
  change: { before?: unknown; after?: unknown; sent?: unknown },
  secrets: ReadonlySet<string>,
): ChangedField[] {
  const [before, after] = [leaves(change.before), leaves(change.after)];
  // Of what was sent the names alone: it may be anything, of any depth.
  const sent = leaves(change.sent, () => '');
  const isNew = change.before === undefined;
  const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
    (field) => before.get(field) !== after.get(field) && (!isNew || sent.has(field)),
  );
  const unseen = [...sent.keys()].filter(
    (field) => isSecret(field, secrets) || !(before.has(field) || after.has(field)),
  );
  return [...new Set([...(change.after === undefined ? [] : touched), ...unseen])]
    .slice(0, MOST_FIELDS)
    .map((field) => ({
      field: field.slice(0, LONGEST_NAME),
      ...(!isSecret(field, secrets) && change.after !== undefined && values(field, before, after)),
    }));
}

function values(field: string, before: Values, after: Values): Pick<ChangedField, 'from' | 'to'> {
  const [from, to] = [before.get(field), after.get(field)];
  return {
    ...(from !== undefined && { from: from.slice(0, LONGEST_VALUE) }),
    ...(to !== undefined && { to: to.slice(0, LONGEST_VALUE) }),
  };
}

const isSecret = (field: string, secrets: ReadonlySet<string>): boolean =>
  field.split('/').some((name) => secrets.has(name));

/** JSON pointer → value as text; a list is one value. */
function leaves(record: unknown, textOf: (value: unknown) => string = JSON.stringify): Values {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string, depth: number): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < DEEPEST) {
      for (const [name, inner] of Object.entries(value)) {
        if (depth === 0 && NO_SETTINGS.has(name)) continue;
        walk(inner, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1);
      }
    } else if (value !== undefined && path !== '') {
      found.set(path, typeof value === 'string' ? value : textOf(value));
    }
  };
  walk(record, '', 0);
  return found;
}

interface SchemaPart {
  writeOnly?: boolean;
  properties?: Record<string, SchemaPart>;
  anyOf?: SchemaPart[];
  items?: SchemaPart;
}

/** Names of the properties that a JSON Schema says are never answered (writeOnly). */
export function writeOnlyNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, anyOf = [], items } = schema as SchemaPart;
  return [
    ...Object.entries(properties).flatMap(([name, part]) => [
      ...(part.writeOnly === true ? [name] : []),
      ...writeOnlyNames(part),
    ]),
    ...anyOf.flatMap(writeOnlyNames),
    ...writeOnlyNames(items),
  ];
}
