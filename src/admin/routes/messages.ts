/** POST /connectors/{id}/messages, and /messages/{id}: sending, a message with its log, and the acts on it. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ConnectorId, MessageId } from '../../contract/ids.js';
import { messageDraft } from '../../send/draft.js';
import { type AdminDependencies, limitsOf } from '../dependencies.js';
import { messageViewSchema, shownMessage } from '../message-view.js';
import { bodyCheckedByService, idParams, whoAsks } from '../route-parts.js';

const tags = ['messages'];

const acceptedSchema = Type.Object({
  id: Type.String(),
  status: Type.String(),
  messageId: Type.String({ description: 'The proposed Message-ID; the server may assign its own.' }),
});

const idempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'For 24 hours the same key with the same body makes one message.',
    }),
  ),
});

export const messageRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { inbox, openMessage, outbox } = deps;
    const idOf = (params: { id: string }): MessageId => params.id as MessageId;
    const read = { params: idParams, response: { 200: messageViewSchema } };
    app.post(
      '/connectors/:id/messages',
      {
        config: { scope: 'operate', audit: { elsewhere: 'the transaction log of the message' } },
        bodyLimit: limitsOf(deps).messageBodyBytes,
        schema: {
          tags,
          summary: 'Send',
          description:
            '202 once the message is durable. Held, not refused, while the connection needs a person.',
          params: idParams,
          headers: idempotencyHeaders,
          body: messageDraft,
          response: { 202: acceptedSchema },
        },
        validatorCompiler: bodyCheckedByService,
      },
      async ({ params, headers, body }, reply) => {
        const idempotencyKey = headers['idempotency-key'];
        const options = idempotencyKey === undefined ? {} : { idempotencyKey };
        return reply.code(202).send(await outbox.accept(params.id as ConnectorId, body, options));
      },
    );
    app.get(
      '/messages/:id',
      { config: { scope: 'read' }, schema: { tags, summary: 'Read, with its transaction log', ...read } },
      async ({ params }) => shownMessage(await openMessage.read(idOf(params))),
    );
    app.post(
      '/messages/:id/retry',
      {
        config: { scope: 'operate', audit: 'message.retry' },
        schema: { tags, summary: 'Try to send it now: again, or ahead of its time', ...read },
      },
      async (request) => shownMessage(await outbox.retry(idOf(request.params), whoAsks(request))),
    );
    app.post(
      '/messages/:id/cancel',
      {
        config: { scope: 'operate', audit: 'message.cancel' },
        schema: { tags, summary: 'Do not send it', ...read },
      },
      async (request) => shownMessage(await outbox.cancel(idOf(request.params), whoAsks(request))),
    );
    app.post(
      '/messages/:id/redeliver',
      {
        config: { scope: 'operate', audit: 'message.redeliver' },
        schema: { tags, summary: 'Hand it over again', ...read },
      },
      async (request) => shownMessage(await inbox.redeliver(idOf(request.params), whoAsks(request))),
    );
  };
