/** /connectors: configured Email Receives and Email Sends. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ConnectionId, ConnectorId } from '../../contract/ids.js';
import { problemError } from '../../contract/problem.js';
import { connectorSchema } from '../../setup/connector-schema.js';
import { type ConnectorView, connectorViewSchema } from '../../setup/connector-view.js';
import type { Connector } from '../../setup/model.js';
import { shownConnectors } from '../connector-answers.js';
import type { AdminDependencies } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOfRecords, pageOptions } from '../lists.js';
import { bodyCheckedByService, idParams, ifMatchHeaders, nothing, patchOf } from '../route-parts.js';

const tags = ['connectors'];

export const connectorRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { connectors, outbox } = deps;
    const idOf = (params: { id: string }): ConnectorId => params.id as ConnectorId;
    const shown = async (connector: Connector): Promise<ConnectorView> => {
      const [view] = await shownConnectors(deps, [connector]);
      return view as ConnectorView;
    };
    const read = { params: idParams, response: { 200: connectorViewSchema } };
    /** A receiver polls; a sender forgets what paused it and looks at its outbox. */
    const runNow = (connector: Connector): Promise<void> =>
      connectors.typeOf(connector).direction === 'receive'
        ? deps.runNow(connector.id)
        : outbox.connectionChanged(connector.connection);

    app.get(
      '/connectors',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List',
          querystring: Type.Object({
            ...listQuery.properties,
            connection: Type.Optional(
              Type.String({ maxLength: 100, description: 'Of this connection alone.' }),
            ),
          }),
          response: { 200: listOf(connectorViewSchema) },
        },
      },
      async ({ query }) => {
        const options = pageOptions(query);
        const connection = query.connection as ConnectionId | undefined;
        const page =
          connection === undefined
            ? await connectors.list(options)
            : await pageOfRecords(await deps.connections.connectors(connection), options, connectors.read);
        const items = await shownConnectors(deps, page.items);
        return listAnswer({ items, next: page.next }, (each) => each);
      },
    );
    app.post(
      '/connectors',
      {
        config: { scope: 'admin', audit: 'connector.create' },
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
        config: { scope: 'admin', audit: 'connector.update' },
        schema: {
          tags,
          summary: 'Change',
          description:
            'A secret that is left out is kept. Ends backoff and a pause. A sender whose messages wait keeps its connection.',
          headers: ifMatchHeaders,
          body: patchOf(connectorSchema),
          ...read,
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request, reply) => {
        const ifVersion = ifMatchVersion(request);
        const connector = await connectors.read(idOf(request.params));
        // Waiting messages name the sender that the old connection stands for.
        const { connection } = (request.body ?? {}) as { connection?: unknown };
        if (connection !== undefined && connection !== connector.connection)
          await refuseWaiting(deps, connector);
        const changed = await connectors.patch(connector.id, ifVersion, request.body);
        return versioned(reply, await shown(changed));
      },
    );
    app.delete(
      '/connectors/:id',
      {
        config: { scope: 'admin', audit: 'connector.delete' },
        schema: {
          tags,
          summary: 'Delete',
          description: 'A sender whose messages wait is not deleted: cancel them first.',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        const ifVersion = ifMatchVersion(request);
        await refuseWaiting(deps, await connectors.read(idOf(request.params)));
        await connectors.delete(idOf(request.params), ifVersion);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/connectors/:id/run',
      {
        config: { scope: 'operate', audit: 'connector.run' },
        schema: { tags, summary: 'Run now', params: idParams, response: { 202: nothing } },
      },
      async ({ params }, reply) => {
        await runNow(await connectors.read(idOf(params)));
        return reply.code(202).send(null);
      },
    );
    app.post(
      '/connectors/:id/reset',
      {
        config: { scope: 'operate', audit: 'connector.reset' },
        schema: {
          tags,
          summary: 'Reset backoff',
          description: 'Clears backoff, problem and pause, and runs.',
          ...read,
        },
      },
      async ({ params }, reply) => {
        const connector = await connectors.read(idOf(params));
        await connectors.recordHealth(connector.id, { failures: 0, problem: undefined, paused: false });
        await runNow(connector);
        return versioned(reply, await shown(await connectors.read(connector.id)));
      },
    );
    app.post(
      '/connectors/:id/copy',
      {
        config: { scope: 'admin', audit: 'connector.copy' },
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

/** What has not come to its end yet; nobody would send it or answer for it without its connector (law 5). */
const WAITING = ['sending', 'uncertain', 'held', 'queued', 'scheduled'] as const;

/** @throws ProblemError `still-in-use` naming messages that wait */
async function refuseWaiting({ connectors, outbox }: AdminDependencies, connector: Connector): Promise<void> {
  if (connectors.typeOf(connector).direction !== 'send') return;
  for (const status of WAITING) {
    const { items } = await outbox.list(connector.id, { status, limit: 5 });
    if (items.length === 0) continue;
    const users = `messages that are ${status} (${items.map(({ id }) => id).join(', ')})`;
    throw problemError('still-in-use', { with: { what: 'connector', users } });
  }
}
