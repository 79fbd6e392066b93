/** What every registered connector type must keep; the list is connectors/index and no other. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../config/providers.js';
import { connectorTypes } from '../../connectors/index.js';
import type { MailContext } from '../../src/contract/connector-type.js';
import type { ConnectionId } from '../../src/contract/ids.js';
import { asProblem, problemError } from '../../src/contract/problem.js';
import { SETTING_KINDS, SETTING_TABS } from '../../src/contract/setting-hints.js';
import type { MailProtocol, TestSteps } from '../../src/contract/test-steps.js';
import { silentLog } from '../../src/telemetry/log.js';
import { ROOT } from './source-files.js';

interface Node {
  title?: string;
  description?: string;
  tab?: string;
  kind?: string;
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

/** A context that hands out nothing, and writes down what it was asked for. */
function emptyContext(asked: string[]): MailContext {
  const never = (what: string) => () => {
    asked.push(what);
    return Promise.reject(new Error(`${what} was asked for`));
  };
  const endpoint = { host: 'mail.example', port: 993, tlsType: 'Automatic' as const };
  return {
    connection: 'con_1' as ConnectionId,
    connector: undefined,
    user: 'ada@mail.example',
    authenticatedUser: undefined,
    imap: endpoint,
    smtp: endpoint,
    limits: PROVIDERS.custom.limits,
    credentials: never('credentials'),
    resolve: never('resolve'),
    log: silentLog,
    signal: new AbortController().signal,
  };
}

describe.each(connectorTypes.map((type) => [type.name, type] as const))('%s', (name, type) => {
  const schema = type.settings as unknown as Node;
  const fields = fieldsOf(schema);

  it('describes every setting, constants that tell variants apart excepted', () => {
    const silent = fields.filter((field) => field.schema.const === undefined && !field.schema.description);
    expect(silent.map(({ pointer }) => pointer)).toEqual([]);
  });

  it('titles every setting, every variant and every value to choose, as a form shows them', () => {
    const isTold = (schema: Node): boolean =>
      Object.values(schema.properties ?? {}).some((each) => each.const !== undefined);
    const shown = fields.flatMap(({ pointer, schema: { anyOf = [], ...field } }) => [
      ...(field.const === undefined ? [{ pointer, schema: field as Node }] : []),
      ...anyOf
        .filter((each) => each.const !== undefined || isTold(each))
        .map((each) => ({ pointer: `${pointer} (variant)`, schema: each })),
    ]);
    expect(shown.filter(({ schema: { title } }) => !title).map(({ pointer }) => pointer)).toEqual([]);
  });

  it('hints to forms nothing that they do not know', () => {
    const known = (hinted: string | undefined, names: readonly string[]): boolean =>
      hinted === undefined || names.includes(hinted);
    const onTop = new Set(Object.keys(schema.properties ?? {}).map((setting) => `/${setting}`));
    const odd = fields
      .filter(
        ({ pointer, schema: { tab, kind } }) =>
          !known(tab, SETTING_TABS) ||
          !known(kind, SETTING_KINDS) ||
          (tab !== undefined && !onTop.has(pointer)),
      )
      .map(({ pointer }) => pointer);
    expect(odd).toEqual([]);
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

  it('tests itself by steps of the protocols that it needs, and ends with the step that fails', async () => {
    const asked: string[] = [];
    const steps: { protocol: MailProtocol; step: string }[] = [];
    const unknown = problemError('host-not-found', { with: { host: 'mail.example', what: 'ENOTFOUND' } });
    const failing: TestSteps = {
      authentication: 'oauth2',
      async run({ protocol, step }, act) {
        steps.push({ protocol, step });
        return (await act()).value;
      },
      async resolve(protocol) {
        steps.push({ protocol, step: 'resolve' });
        throw unknown;
      },
      async token(protocol) {
        steps.push({ protocol, step: 'token' });
      },
    };
    const defaults = Value.Default(type.settings, {}) as Record<string, unknown>;
    const thrown: unknown = await type.test(emptyContext(asked), defaults, failing).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(asProblem(thrown).code).toBe('host-not-found');
    // The name comes first; nothing is connected to, and no credential is asked for, before it is known.
    expect(steps.map(({ step }) => step)).toEqual(['resolve']);
    for (const { protocol } of steps) expect(type.needs).toContain(protocol);
    expect(asked).toEqual([]);
  });

  it('says in its README what it is for, its limits and how to try it, and names every setting', () => {
    const readme = readmeOf(name);
    const unnamed = Object.keys(schema.properties ?? {}).filter(
      (setting) => !readme.includes(`\`${setting}\``),
    );
    expect(unnamed).toEqual([]);
    expect(readme).toMatch(/^## .*[Ll]imits/m);
    expect(readme).toMatch(/^## .*([Tt]ry)/m);
    expect(readme).toMatch(/Test Connection/);
  });
});
