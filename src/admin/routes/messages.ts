/** /connectors/{id}/messages and /messages: what was sent and received, and the acts on it. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ConnectorId, MessageId } from '../../contract/ids.js';
import type { InboundStatus, MessageView, OutboundStatus } from '../../contract/message.js';
import { problemError } from '../../contract/problem.js';
import { messageDraft } from '../../send/draft.js';
import { type AdminDependencies, limitsOf } from '../dependencies.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { messageViewSchema, shownMessage } from '../message-view.js';
import { bodyCheckedByService, idParams } from '../route-parts.js';

const tags = ['messages'];

const INBOUND = ['pending', 'delivered', 'quarantined'] as const satisfies readonly InboundStatus[];
const OUTBOUND = [
  'scheduled',
  'queued',
  'held',
  'sending',
  'sent',
  'uncertain',
  'failed',
  'cancelled',
] as const satisfies readonly OutboundStatus[];

const messageQuery = Type.Object({
  ...listQuery.properties,
  status: Type.Optional(Type.Enum([...OUTBOUND, ...INBOUND])),
});

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

const whoAsks = ({ principal }: FastifyRequest): string => principal?.name ?? 'unknown';

export const messageRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { connectors, inbox, outbox } = deps;
    const idOf = (params: { id: string }): MessageId => params.id as MessageId;
    const read = { params: idParams, response: { 200: messageViewSchema } };
    /** Outbound ids are found at once; for inbound ones receivers are asked. */
    const found = async (id: MessageId): Promise<MessageView> => {
      if (!/^msg_[\w-]{1,60}$/.test(id)) throw problemError('not-found', { with: { what: 'message', id } });
      return (await outbox.read(id)) ?? (await inbox.read(id));
    };

    app.get(
      '/connectors/:id/messages',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List, newest first',
          params: idParams,
          querystring: messageQuery,
          response: { 200: listOf(messageViewSchema) },
        },
      },
      async ({ params, query }) => {
        const connector = await connectors.read(params.id as ConnectorId);
        const page = pageOptions(query);
        const { status } = query;
        if (connectors.typeOf(connector).direction === 'receive') {
          const options = { ...page, ...(status !== undefined && { status: inboundStatus(status) }) };
          return listAnswer(await inbox.list(connector.id, options), shownMessage);
        }
        const options = { ...page, ...(status !== undefined && { status: outboundStatus(status) }) };
        return listAnswer(await outbox.list(connector.id, options), shownMessage);
      },
    );
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
      async ({ params }) => shownMessage(await found(idOf(params))),
    );
    app.post(
      '/messages/:id/retry',
      {
        config: { scope: 'operate', audit: 'message.retry' },
        schema: { tags, summary: 'Try to send it again now', ...read },
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

const inboundStatus = (status: string): InboundStatus => oneOf(INBOUND, status);
const outboundStatus = (status: string): OutboundStatus => oneOf(OUTBOUND, status);

/** @throws ProblemError `invalid-request` for a status of the other direction */
function oneOf<Status extends string>(known: readonly Status[], status: string): Status {
  const found = known.find((each) => each === status);
  if (found !== undefined) return found;
  const message = `must be one of ${known.join(', ')}`;
  throw problemError('invalid-request', { fields: [{ path: 'querystring:/status', message }] });
}
