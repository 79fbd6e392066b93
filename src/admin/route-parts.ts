/** Parts that the routes share: ids in paths, If-Match in headers, faults in queries, and bodies that a service checks itself. */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { ProblemError, problemError } from '../contract/problem.js';

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

/** @param name of the query's member @returns an `invalid-request` for what its schema cannot tell */
export const refusedQuery = (name: string, message: string): ProblemError =>
  problemError('invalid-request', { fields: [{ path: `querystring:/${name}`, message }] });

/** A 204. */
export const nothing = Type.Null({ description: 'Done.' });

/** For a record that others refer to, and that may be deleted meanwhile: then it is `undefined`. */
export function unlessGone(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
  throw error;
}
