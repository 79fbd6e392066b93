/** /connectors: configured Email Receives and Email Sends. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ConnectorId } from '../../contract/ids.js';
import { connectorSchema } from '../../setup/connector-schema.js';
import { type ConnectorView, connectorViewSchema } from '../../setup/connector-view.js';
import type { Connector } from '../../setup/model.js';
import { shownConnectors } from '../connector-answers.js';
import type { AdminDependencies } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { bodyCheckedByService, idParams, ifMatchHeaders, nothing, patchOf } from '../route-parts.js';

const tags = ['connectors'];

export const connectorRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { connectors, runNow } = deps;
    const idOf = (params: { id: string }): ConnectorId => params.id as ConnectorId;
    const shown = async (connector: Connector): Promise<ConnectorView> => {
      const [view] = await shownConnectors(deps, [connector]);
      return view as ConnectorView;
    };
    const read = { params: idParams, response: { 200: connectorViewSchema } };

    app.get(
      '/connectors',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List',
          querystring: listQuery,
          response: { 200: listOf(connectorViewSchema) },
        },
      },
      async ({ query }) => {
        const page = await connectors.list(pageOptions(query));
        const items = await shownConnectors(deps, page.items);
        return listAnswer({ items, next: page.next }, (each) => each);
      },
    );
    app.post(
      '/connectors',
      {
        config: { scope: 'admin' },
        schema: { tags, summary: 'Create', body: connectorSchema, response: { 201: connectorViewSchema } },
        validatorCompiler: bodyCheckedByService,
      },
      async ({ body }, reply) =>
        reply.code(201).send(versioned(reply, await shown(await connectors.create(body)))),
    );
    app.get(
      '/connectors/:id',
      { config: { scope: 'read' }, schema: { tags, summary: 'Read', ...read } },
      async ({ params }, reply) => versioned(reply, await shown(await connectors.read(idOf(params)))),
    );
    app.patch(
      '/connectors/:id',
      {
        config: { scope: 'admin' },
        schema: {
          tags,
          summary: 'Change',
          description: 'A secret that is left out is kept. Ends backoff and a pause.',
          headers: ifMatchHeaders,
          body: patchOf(connectorSchema),
          ...read,
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request, reply) => {
        const changed = await connectors.patch(idOf(request.params), ifMatchVersion(request), request.body);
        return versioned(reply, await shown(changed));
      },
    );
    app.delete(
      '/connectors/:id',
      {
        config: { scope: 'admin' },
        schema: {
          tags,
          summary: 'Delete',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await connectors.delete(idOf(request.params), ifMatchVersion(request));
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/connectors/:id/run',
      {
        config: { scope: 'operate' },
        schema: { tags, summary: 'Run now', params: idParams, response: { 202: nothing } },
      },
      async ({ params }, reply) => {
        const { id } = await connectors.read(idOf(params));
        await connectors.recordHealth(id, { failures: 0 });
        await runNow(id);
        return reply.code(202).send(null);
      },
    );
    app.post(
      '/connectors/:id/reset',
      {
        config: { scope: 'operate' },
        schema: {
          tags,
          summary: 'Reset backoff',
          description: 'Clears backoff, problem and pause, and runs.',
          ...read,
        },
      },
      async ({ params }, reply) => {
        const { id } = await connectors.read(idOf(params));
        await connectors.recordHealth(id, { failures: 0, problem: undefined, paused: false });
        await runNow(id);
        return versioned(reply, await shown(await connectors.read(id)));
      },
    );
    app.post(
      '/connectors/:id/copy',
      {
        config: { scope: 'admin' },
        schema: {
          tags,
          summary: 'Copy',
          description: 'The copy is switched off.',
          params: idParams,
          body: Type.Object(
            { name: Type.String({ minLength: 1, maxLength: 200 }) },
            { additionalProperties: false },
          ),
          response: { 201: connectorViewSchema },
        },
      },
      async ({ params, body }, reply) => {
        const copy = await connectors.copy(idOf(params), body.name);
        return reply.code(201).send(versioned(reply, await shown(copy)));
      },
    );
  };
