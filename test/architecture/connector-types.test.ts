/** What every registered connector type must keep; the list is connectors/index and no other. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { connectorTypes } from '../../connectors/index.js';
import { ROOT } from './source-files.js';

interface Node {
  description?: string;
  default?: unknown;
  type?: string;
  const?: unknown;
  additionalProperties?: unknown;
  properties?: Record<string, Node>;
  anyOf?: Node[];
  items?: Node;
}

interface Field {
  /** JSON pointer */
  pointer: string;
  schema: Node;
}

/** Every property of an object schema, those of variants and list members too. */
function fieldsOf(schema: Node, pointer = ''): Field[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    { pointer: `${pointer}/${name}`, schema: property },
    ...fieldsOf(property, `${pointer}/${name}`),
  ]);
  const nested = [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  return [...own, ...nested.flatMap((each) => fieldsOf(each, pointer))];
}

function objectsOf(schema: Node, pointer = ''): Field[] {
  const self = schema.properties ? [{ pointer, schema }] : [];
  return [...self, ...fieldsOf(schema, pointer).filter((field) => field.schema.properties)];
}

const readmeOf = (name: string): string =>
  readFileSync(path.join(ROOT, 'connectors', name, 'README.md'), 'utf8');

describe.each(connectorTypes.map((type) => [type.name, type] as const))('%s', (name, type) => {
  const schema = type.settings as unknown as Node;
  const fields = fieldsOf(schema);

  it('describes every setting, constants that tell variants apart excepted', () => {
    const silent = fields.filter((field) => field.schema.const === undefined && !field.schema.description);
    expect(silent.map(({ pointer }) => pointer)).toEqual([]);
  });

  it('has defaults that its own schema accepts', () => {
    const faults = fields
      .filter((field) => field.schema.default !== undefined)
      .filter((field) => !Value.Check(field.schema as TSchema, field.schema.default))
      .map(({ pointer }) => pointer);
    expect(faults).toEqual([]);
  });

  it('refuses unknown settings at every level', () => {
    const open = objectsOf(schema).filter((object) => object.schema.additionalProperties !== false);
    expect(open.map(({ pointer }) => pointer || '/')).toEqual([]);
  });

  it('names as secrets only settings that exist', () => {
    const known = new Set(fields.map(({ pointer }) => pointer));
    expect(type.secrets.filter((pointer) => !known.has(pointer))).toEqual([]);
  });

  it('says in its README what it is for, its limits and how to try it, and names every setting', () => {
    const readme = readmeOf(name);
    const unnamed = Object.keys(schema.properties ?? {}).filter(
      (setting) => !readme.includes(`\`${setting}\``),
    );
    expect(unnamed).toEqual([]);
    expect(readme).toMatch(/^## .*[Ll]imits/m);
    expect(readme).toMatch(/^## .*([Tt]ry)/m);
  });
});
