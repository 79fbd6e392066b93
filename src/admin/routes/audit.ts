/** /audit: who changed what, when, from where. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AuditEntry } from '../../audit/audit-entry.js';
import type { AuditFilter } from '../../audit/read-audit.js';
import { isoTime, timeSchema } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { moment, momentAsked } from '../moments.js';

const asked = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 320, description }));

const auditQuery = Type.Object({
  ...listQuery.properties,
  subject: asked('Id or name of what something was done to.'),
  actor: asked('Id or name of who did it: a person, an API key, environment, or the account that signed in.'),
  action: asked('An action, such as connection.update, or all of a kind: connection.'),
  since: moment('ISO 8601; this moment counts.'),
  until: moment('ISO 8601; this moment counts.'),
});

const named = Type.Object({
  kind: Type.String(),
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
});

const auditEntrySchema = Type.Object({
  id: Type.String(),
  at: timeSchema,
  actor: named,
  from: Type.String({ description: 'Address that the request came from; here: the service by itself.' }),
  action: Type.String(),
  subject: Type.Optional(named),
  outcome: Type.String({ description: 'done, refused or failed' }),
  problem: Type.Optional(Type.String({ description: 'Code of the problem it ended with.' })),
  detail: Type.Optional(Type.String()),
  changes: Type.Optional(
    Type.Array(
      Type.Object({
        field: Type.String({ description: 'JSON pointer' }),
        from: Type.Optional(Type.String()),
        to: Type.Optional(Type.String({ description: 'Never of a secret: of those the name alone.' })),
      }),
    ),
  ),
  requestId: Type.Optional(Type.String()),
});

export const auditRoutes =
  ({ audit }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/audit',
      {
        config: { scope: 'admin' },
        schema: {
          tags: ['audit'],
          summary: 'List, newest first',
          description:
            'Who changed what, when, from where; sign-ins, refusals, exports. With a filter an answer may hold fewer items than its limit, and more may follow.',
          querystring: auditQuery,
          response: { 200: listOf(auditEntrySchema) },
        },
      },
      async ({ query }) => {
        const { subject, actor, action, since, until } = query;
        const filter: AuditFilter = {
          ...(subject !== undefined && { subject }),
          ...(actor !== undefined && { actor }),
          ...(action !== undefined && { action }),
          ...(since !== undefined && { since: momentAsked('since', since) }),
          ...(until !== undefined && { until: momentAsked('until', until) }),
        };
        return listAnswer(await audit.list({ ...filter, ...pageOptions(query) }), shown);
      },
    );
  };

const shown = (entry: AuditEntry) => ({ ...entry, at: isoTime(entry.at) });
