/** Parts that the routes share: ids in paths, If-Match in headers, and bodies that a service checks itself. */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { ProblemError } from '../contract/problem.js';
import { worded } from '../contract/worded-pattern.js';

export const TIME = worded(
  '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})?)?$',
  'an ISO 8601 date such as 2026-01-31 or 2026-01-31T08:00:00Z',
);

/** Who asks, as transaction logs name them. */
export const whoAsks = ({ principal }: FastifyRequest): string => principal?.name ?? 'unknown';

/** An id of any form: one that is not ours is simply not found. */
export const idParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

export const ifMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description: 'Version of the record that the change was made against, from its ETag. Required.',
    }),
  ),
});

/** A merge patch (RFC 7396) of what a schema describes, for the OpenAPI document. */
export const patchOf = (schema: TSchema): TSchema =>
  Type.Unsafe({
    type: 'object',
    description: 'Merge patch (RFC 7396): null removes.',
    properties: (schema as { properties?: object }).properties ?? {},
  });

/**
 * For routes whose body the service behind checks against the very schema that the route publishes: there, all faults
 * are told together with what the schema cannot say, as `invalid-settings`. Checked here as well, half of them would be
 * answered first.
 */
export const bodyCheckedByService: FastifySchemaCompiler<TSchema> = (route) =>
  route.httpPart === 'body' ? (value: unknown) => ({ value }) : TypeBoxValidatorCompiler(route);

/** A 204. */
export const nothing = Type.Null({ description: 'Done.' });

/** For a record that others refer to, and that may be deleted meanwhile: then it is `undefined`. */
export function unlessGone(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
  throw error;
}
