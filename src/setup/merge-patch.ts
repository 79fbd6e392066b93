/** JSON merge patch (RFC 7396): what is left out is kept, null removes, objects merge, everything else replaces. */
import type { TSchema } from 'typebox';
import { discriminated, isRecord, type JsonObject, type SchemaNode } from './schema-node.js';

/**
 * @param target what is stored; not changed
 * @param patch what the caller sent
 * @param schema of the target. Beyond RFC 7396: a patch that names another variant of a union (another destination
 *   type, say) starts that object anew, since the old variant's settings mean nothing in the new one
 */
export function mergePatch(target: JsonObject, patch: JsonObject, schema?: TSchema): JsonObject {
  return merged(target, patch, schema as SchemaNode | undefined) as JsonObject;
}

function merged(target: unknown, patch: unknown, schema: SchemaNode | undefined): unknown {
  if (!isRecord(patch)) return patch;
  const before = isRecord(target) ? target : {};
  const union = discriminated(schema, { ...before, ...patch });
  const isAnother =
    union !== undefined && patch[union.name] !== undefined && patch[union.name] !== before[union.name];
  const result: JsonObject = isAnother ? {} : { ...before };
  const properties = (union?.variant ?? schema)?.properties;
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value, properties?.[name]);
  }
  return result;
}
