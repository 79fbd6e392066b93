/** JSON Schema as setup walks it, and the two questions it asks of values and unions. */

export type JsonObject = Record<string, unknown>;

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keywords that are looked at. */
export interface SchemaNode {
  anyOf?: SchemaNode[];
  properties?: Record<string, SchemaNode>;
  required?: string[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
}

/** Where a union's variants are told apart by a constant: the property, and the variant that a value means. */
export interface Discriminated {
  /** such as `type`, `method`, `action` */
  name: string;
  /** `undefined` when the value means none of them. */
  variant: SchemaNode | undefined;
  known: unknown[];
}

/** @returns `undefined` for a schema that is no such union */
export function discriminated(schema: SchemaNode | undefined, meant: JsonObject): Discriminated | undefined {
  const variants = schema?.anyOf;
  if (!variants) return undefined;
  const name = Object.keys(variants[0]?.properties ?? {}).find((candidate) =>
    variants.every((each) => each.properties?.[candidate]?.const !== undefined),
  );
  if (name === undefined) return undefined;
  const constant = (each: SchemaNode): unknown => each.properties?.[name]?.const;
  return {
    name,
    variant: variants.find((each) => constant(each) === meant[name]),
    known: variants.map(constant),
  };
}
