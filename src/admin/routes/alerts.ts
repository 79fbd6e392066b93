/** /alerts and /alert-channels: what an operator has to know, and whom it is told to. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { alertViewSchema } from '../../alerts/alert-view.js';
import { type AlertChannelView, alertChannelViewSchema } from '../../alerts/channel-view.js';
import type { AlertChannelId } from '../../contract/ids.js';
import type { AlertChannel } from '../../setup/alert-channel-record.js';
import { alertChannelSchema } from '../../setup/alert-channel-schema.js';
import { problemOrNullSchema, problemView } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { bodyCheckedByService, idParams, ifMatchHeaders, nothing, patchOf } from '../route-parts.js';

const tags = ['alerts'];

const alertsQuery = Type.Object({
  ...listQuery.properties,
  status: Type.Optional(Type.Enum(['open', 'resolved'], { description: 'Both unless given.' })),
});

const testAnswer = Type.Object({
  id: Type.String({ description: 'webhook-id of the notice' }),
  message: Type.Union([Type.String(), Type.Null()], {
    description: 'Message that it goes out as; mail only.',
  }),
  problem: problemOrNullSchema,
});

export const alertRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { alerts, alertChannels } = deps;
    const idOf = (params: { id: string }): AlertChannelId => params.id as AlertChannelId;
    const shown = (channel: AlertChannel): Promise<AlertChannelView> => alerts.view(channel);
    const read = { params: idParams, response: { 200: alertChannelViewSchema } };

    app.get(
      '/alerts',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List',
          description: 'Alerts that are open and those that were resolved last, newest first.',
          querystring: alertsQuery,
          response: { 200: listOf(alertViewSchema) },
        },
      },
      async ({ query }) => {
        const status = query.status as 'open' | 'resolved' | undefined;
        const page = await alerts.list({ ...pageOptions(query), ...(status && { status }) });
        return listAnswer(page, (each) => each);
      },
    );

    app.get(
      '/alert-channels',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List channels',
          querystring: listQuery,
          response: { 200: listOf(alertChannelViewSchema) },
        },
      },
      async ({ query }) => {
        const page = await alertChannels.list(pageOptions(query));
        return listAnswer(
          { items: await Promise.all(page.items.map(shown)), next: page.next },
          (each) => each,
        );
      },
    );
    app.post(
      '/alert-channels',
      {
        config: { scope: 'admin', audit: 'alert-channel.create' },
        schema: {
          tags,
          summary: 'Create a channel',
          body: alertChannelSchema,
          response: { 201: alertChannelViewSchema },
        },
        validatorCompiler: bodyCheckedByService,
      },
      async ({ body }, reply) =>
        reply.code(201).send(versioned(reply, await shown(await alertChannels.create(body)))),
    );
    app.get(
      '/alert-channels/:id',
      { config: { scope: 'read' }, schema: { tags, summary: 'Read a channel', ...read } },
      async ({ params }, reply) => versioned(reply, await shown(await alertChannels.read(idOf(params)))),
    );
    app.patch(
      '/alert-channels/:id',
      {
        config: { scope: 'admin', audit: 'alert-channel.update' },
        schema: {
          tags,
          summary: 'Change a channel',
          description: 'A secret that is left out is kept. What waits for it is tried at once.',
          headers: ifMatchHeaders,
          body: patchOf(alertChannelSchema),
          ...read,
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request, reply) => {
        const id = idOf(request.params);
        const changed = await alertChannels.patch(id, ifMatchVersion(request), request.body);
        await alerts.channelChanged(id);
        return versioned(reply, await shown(changed));
      },
    );
    app.delete(
      '/alert-channels/:id',
      {
        config: { scope: 'admin', audit: 'alert-channel.delete' },
        schema: {
          tags,
          summary: 'Delete a channel',
          description: 'What waits for it is forgotten.',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        const id = idOf(request.params);
        await alertChannels.delete(id, ifMatchVersion(request));
        await alerts.channelChanged(id);
        return reply.code(204).send(null);
      },
    );
    app.post(
      '/alert-channels/:id/test',
      {
        config: { scope: 'operate', audit: 'alert-channel.test' },
        schema: {
          tags,
          summary: 'Send a test alert',
          description: 'Past whatever waits for the channel; its type is alert.test.',
          params: idParams,
          response: { 200: testAnswer },
        },
      },
      async ({ params }) => {
        const { id, message, problem } = await alerts.test(await alertChannels.read(idOf(params)));
        return { id, message: message ?? null, problem: problem ? problemView(problem) : null };
      },
    );
  };
