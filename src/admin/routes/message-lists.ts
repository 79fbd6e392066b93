/** GET /messages over all connectors, and of one connector: filtered, searched, or what waits to be sent. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { ConnectionId, ConnectorId } from '../../contract/ids.js';
import { type MessageQuery, positionText, readPosition } from '../../messages/message-query.js';
import { INBOUND_STATUSES, OUTBOUND_STATUSES } from '../../messages/where-messages-lie.js';
import { isoTime, timeOrNullSchema } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { listedMessageSchema, shownListed } from '../message-view.js';
import { moment, momentAsked } from '../moments.js';
import { idParams, refusedQuery } from '../route-parts.js';

const ALL_STATUSES: readonly string[] = [...OUTBOUND_STATUSES, ...INBOUND_STATUSES];

const id = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 100, description }));

const connectorMessagesQuery = Type.Object({
  ...listQuery.properties,
  status: Type.Optional(
    Type.String({
      maxLength: 200,
      description: `One or several, with commas: ${ALL_STATUSES.join(', ')}.`,
    }),
  ),
  since: moment('ISO 8601; this moment counts.'),
  until: moment('ISO 8601; this moment counts.'),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Any part of an address, of the subject or of a Message-ID, in any case.',
    }),
  ),
  waiting: Type.Optional(
    Type.Boolean({ description: 'true: what waits to be sent, next due first, instead of everything.' }),
  ),
});

const messagesQuery = Type.Object({
  ...connectorMessagesQuery.properties,
  direction: Type.Optional(Type.Enum(['inbound', 'outbound'])),
  connector: id('Id of a connector.'),
  connection: id('Id of a connection.'),
});

type Asked = Static<typeof messagesQuery>;

const answerSchema = Type.Object({
  ...listOf(listedMessageSchema).properties,
  searchedUntil: Type.Union(timeOrNullSchema.anyOf, {
    description: 'Up to when the messages were looked through, where nextCursor goes on; null at the end.',
  }),
});

const description =
  'What was sent by when it was accepted, what was received by when it was last handled. An answer takes a moment and no longer: it may hold fewer items than its limit, or none, while nextCursor goes on from searchedUntil.';

export const messageListRoutes =
  ({ connectors, listMessages }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const answer = async (asked: Asked, statuses: readonly string[] = ALL_STATUSES) => {
      const { items, next } = await listMessages(queryOf(asked, statuses));
      return {
        ...listAnswer({ items, next: next && positionText(next) }, shownListed),
        searchedUntil: next ? isoTime(next.at) : null,
      };
    };

    app.get(
      '/messages',
      {
        config: { scope: 'read' },
        schema: {
          ...{ tags: ['messages'], summary: 'List, newest first', description },
          querystring: messagesQuery,
          response: { 200: answerSchema },
        },
      },
      async ({ query }) => answer(query),
    );
    app.get(
      '/connectors/:id/messages',
      {
        config: { scope: 'read' },
        schema: {
          ...{ tags: ['messages'], summary: 'List, newest first', description },
          params: idParams,
          querystring: connectorMessagesQuery,
          response: { 200: answerSchema },
        },
      },
      async ({ params, query }) => {
        const connector = await connectors.read(params.id as ConnectorId);
        const { direction } = connectors.typeOf(connector);
        return answer(
          { ...query, connector: connector.id },
          direction === 'send' ? OUTBOUND_STATUSES : INBOUND_STATUSES,
        );
      },
    );
  };

/** @throws ProblemError `invalid-request` */
function queryOf(asked: Asked, known: readonly string[]): MessageQuery {
  const { status, since, until, q, waiting, direction, connector, connection } = asked;
  const { limit, after } = pageOptions(asked);
  return {
    limit,
    ...(after !== undefined && {
      after: readPosition(after) ?? refuse('cursor', 'is no cursor of this list'),
    }),
    ...(waiting !== undefined && { waiting }),
    ...(status !== undefined && { statuses: new Set(statusesIn(status, known)) }),
    ...(direction !== undefined && { direction }),
    ...(connector !== undefined && { connector: connector as ConnectorId }),
    ...(connection !== undefined && { connection: connection as ConnectionId }),
    ...(since !== undefined && { since: momentAsked('since', since) }),
    ...(until !== undefined && { until: momentAsked('until', until) }),
    ...(q !== undefined && q.trim() !== '' && { text: q.trim() }),
  };
}

function statusesIn(text: string, known: readonly string[]): string[] {
  const named = text.split(',').map((each) => each.trim());
  if (named.every((each) => known.includes(each))) return named;
  return refuse('status', `must be one or several of ${known.join(', ')}`);
}

function refuse(name: string, message: string): never {
  throw refusedQuery(name, message);
}
