/** /connections: one mailbox signed in, each. The acts on its grant stand in routes/grants. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ApplicationId, ConnectionId } from '../../contract/ids.js';
import { connectionSchema } from '../../setup/connection-schema.js';
import { connectionViewSchema } from '../../setup/connection-view.js';
import { applicationsOf, connectionAnswer, shownConnection } from '../connection-answers.js';
import type { AdminDependencies } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOfRecords, pageOptions } from '../lists.js';
import { bodyCheckedByService, idParams, ifMatchHeaders, nothing, patchOf } from '../route-parts.js';

const tags = ['connections'];

export const connectionRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { applications, connections } = deps;
    const idOf = (params: { id: string }): ConnectionId => params.id as ConnectionId;
    const shown = async (id: ConnectionId) => shownConnection(deps, await connections.read(id));
    const read = { params: idParams, response: { 200: connectionViewSchema } };

    app.get(
      '/connections',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List',
          querystring: Type.Object({
            ...listQuery.properties,
            application: Type.Optional(
              Type.String({ maxLength: 100, description: 'Of this application alone.' }),
            ),
          }),
          response: { 200: listOf(connectionViewSchema) },
        },
      },
      async ({ query }) => {
        const options = pageOptions(query);
        const application = query.application as ApplicationId | undefined;
        const page =
          application === undefined
            ? await connections.list(options)
            : await pageOfRecords(await connections.ofApplication(application), options, connections.read);
        const known = await applicationsOf(applications, page.items);
        return listAnswer(page, (each) => connectionAnswer(deps, each, known));
      },
    );
    app.post(
      '/connections',
      {
        config: { scope: 'admin', audit: 'connection.create' },
        schema: { tags, summary: 'Create', body: connectionSchema, response: { 201: connectionViewSchema } },
        validatorCompiler: bodyCheckedByService,
      },
      async ({ body }, reply) => {
        const { id } = await connections.create(body);
        return reply.code(201).send(versioned(reply, await shown(id)));
      },
    );
    app.get(
      '/connections/:id',
      { config: { scope: 'read' }, schema: { tags, summary: 'Read', ...read } },
      async ({ params }, reply) => versioned(reply, await shown(idOf(params))),
    );
    app.patch(
      '/connections/:id',
      {
        config: { scope: 'admin', audit: 'connection.update' },
        schema: {
          tags,
          summary: 'Change',
          description: 'A new User, Scope, application or host ends the grant: sign in again afterwards.',
          headers: ifMatchHeaders,
          body: patchOf(connectionSchema),
          ...read,
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request, reply) => {
        const id = idOf(request.params);
        await connections.patch(id, ifMatchVersion(request), request.body);
        return versioned(reply, await shown(id));
      },
    );
    app.delete(
      '/connections/:id',
      {
        config: { scope: 'admin', audit: 'connection.delete' },
        schema: {
          tags,
          summary: 'Delete',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await connections.delete(idOf(request.params), ifMatchVersion(request));
        return reply.code(204).send(null);
      },
    );
  };
