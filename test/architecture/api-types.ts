/** The types of the web app's API client, made from the OpenAPI document. Run this file to write them. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { problemViewSchema } from '../../src/setup/view-parts.js';
import { type OpenApiDocument, type Operation, openApiDocument } from './openapi-document.js';
import { ROOT } from './source-files.js';

export const API_TYPES = 'src/admin/ui/api/schema.d.ts';

const BANNER = `/**
 * What the admin API takes and answers, for the typed client.
 * Made from /api/openapi.json by \`npx tsx test/architecture/api-types.ts\`; do not edit.
 */`;

/** What decides about the shape; limits and patterns are the server's to check. */
const SHAPE = new Set([
  ...['type', 'properties', 'required', 'items', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'],
  ...['additionalProperties', 'patternProperties', 'description'],
]);

/** Schemas that get a name of their own, by where the document has them. */
const NAMED: Readonly<Record<string, readonly [path: string, at: 'itself' | 'item']>> = {
  Application: ['/api/v1/applications/{id}', 'itself'],
  Connection: ['/api/v1/connections/{id}', 'itself'],
  DeviceSignIn: ['/api/v1/connections/{id}/device', 'itself'],
  Connector: ['/api/v1/connectors/{id}', 'itself'],
  ConnectorType: ['/api/v1/connector-types', 'item'],
  Provider: ['/api/v1/providers', 'item'],
  Overview: ['/api/v1/overview', 'item'],
  Statistics: ['/api/v1/statistics', 'itself'],
  MailboxBudget: ['/api/v1/statistics/budgets', 'item'],
  Message: ['/api/v1/messages/{id}', 'itself'],
  MessageContent: ['/api/v1/messages/{id}/content', 'itself'],
  ChangeEvent: ['/api/v1/events', 'item'],
  Alert: ['/api/v1/alerts', 'item'],
  AlertChannel: ['/api/v1/alert-channels/{id}', 'itself'],
  ApiKey: ['/api/v1/api-keys', 'item'],
  Person: ['/api/v1/people/{id}', 'itself'],
  Session: ['/api/v1/session', 'itself'],
  AuditEntry: ['/api/v1/audit', 'item'],
};

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param isSent whether the client writes it: what has a default may be left out then */
function shape(schema: unknown, isSent: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((each) => shape(each, isSent));
  if (!isNode(schema)) return schema;
  const found: Node = {};
  for (const [name, value] of Object.entries(schema)) {
    if (!SHAPE.has(name)) continue;
    if (name === 'properties' || name === 'patternProperties')
      found[name] = Object.fromEntries(
        Object.entries(value as Node).map(([key, each]) => [key, shape(each, isSent)]),
      );
    else if (name === 'enum' || name === 'const' || name === 'required' || name === 'description')
      found[name] = value;
    else found[name] = shape(value, isSent);
  }
  if (isSent && Array.isArray(found.required) && isNode(schema.properties)) {
    const given = schema.properties;
    found.required = found.required.filter((name) => {
      const property = given[name];
      return !(isNode(property) && 'default' in property);
    });
  }
  return found;
}

const object = (properties: Node, required: readonly string[] = Object.keys(properties)): Node => ({
  type: 'object',
  properties,
  required: [...required],
  additionalProperties: false,
});

type Media = Record<string, { schema?: object }> | undefined;

const content = (media: Media, of: (schema: object) => unknown): Node =>
  object(
    Object.fromEntries(Object.entries(media ?? {}).map(([type, { schema }]) => [type, of(schema ?? {})])),
  );

/** Names what an answer has wherever it occurs. */
function named(schema: unknown, names: ReadonlyMap<string, string>): unknown {
  const name = names.get(JSON.stringify(schema));
  if (name !== undefined) return { $ref: `#/definitions/${name}` };
  if (Array.isArray(schema)) return schema.map((each) => named(each, names));
  if (!isNode(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, named(each, names)]));
}

function operation(
  { parameters = [], requestBody, responses }: Operation,
  names: ReadonlyMap<string, string>,
): Node {
  const places = ['query', 'path', 'header'].flatMap((place) => {
    const found = parameters.filter((parameter) => parameter.in === place);
    if (found.length === 0) return [];
    const needed = found.filter(({ required }) => required).map(({ name }) => name);
    const properties = Object.fromEntries(found.map(({ name, schema }) => [name, shape(schema, true)]));
    return [{ place, isNeeded: needed.length > 0, schema: object(properties, needed) }];
  });
  const answers = Object.entries(responses).map(([status, answer]) => [
    status,
    object({ content: content(answer.content, (schema) => named(shape(schema, false), names)) }),
  ]);
  return object({
    parameters: object(
      Object.fromEntries(places.map(({ place, schema }) => [place, schema])),
      places.filter(({ isNeeded }) => isNeeded).map(({ place }) => place),
    ),
    ...(requestBody && {
      requestBody: object({ content: content(requestBody.content, (schema) => shape(schema, true)) }),
    }),
    responses: object(Object.fromEntries(answers)),
  });
}

/** The schemas of {@link NAMED} and the problem that every answer may be, by name. */
function definitions({ paths }: OpenApiDocument): Map<string, Node> {
  const found = new Map<string, Node>([
    ['ProblemView', shape(JSON.parse(JSON.stringify(problemViewSchema)), false) as Node],
  ]);
  for (const { responses } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const problem = responses.default?.content?.['application/problem+json']?.schema;
    if (problem !== undefined) found.set('Problem', shape(problem, false) as Node);
  }
  for (const [name, [at, which]] of Object.entries(NAMED)) {
    const answer = paths[at]?.get?.responses['200']?.content?.['application/json']?.schema as
      | Node
      | undefined;
    if (answer === undefined) continue;
    const items = (answer.properties as Node | undefined)?.items as Node | undefined;
    const schema = which === 'item' ? items?.items : answer;
    if (isNode(schema)) found.set(name, shape(schema, false) as Node);
  }
  return found;
}

/** @returns the text of {@link API_TYPES} */
export async function apiTypes(document: OpenApiDocument): Promise<string> {
  const known = definitions(document);
  const names = new Map([...known].map(([name, schema]) => [JSON.stringify(schema), name]));
  const paths = Object.entries(document.paths).map(([at, methods]) => {
    const each = Object.entries(methods).map(([method, found]) => [method, operation(found, names)]);
    return [at, object(Object.fromEntries(each))];
  });
  const schema = {
    title: 'paths',
    ...object(Object.fromEntries(paths)),
    definitions: Object.fromEntries(known),
  } as JSONSchema;
  const text = await compile(schema, 'paths', {
    ...{ bannerComment: BANNER, format: false, additionalProperties: false, unreachableDefinitions: true },
  });
  // openapi-fetch looks statuses up as numbers.
  return text.replace('export interface Paths', 'export interface paths').replace(/^"(\d{3})":/gm, '$1:');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path.join(ROOT, API_TYPES), await apiTypes(await openApiDocument()));
}
