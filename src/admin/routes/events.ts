/** /events: what happened, as a list, or as it happens. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { isEventId } from '../../activity/event.js';
import { problemError } from '../../contract/problem.js';
import type { AdminDependencies } from '../dependencies.js';
import { EVENT_STREAM, streamEvents } from '../event-stream.js';
import { eventSchema, eventView } from '../event-view.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { type Authentication, stillGood } from '../plugins/authentication.js';
import type { Principal } from '../principal.js';
import { createStreamSeats } from '../stream-seats.js';
import { workSignals } from '../work-signals.js';

const eventsQuery = Type.Object({
  ...listQuery.properties,
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Of the list.' })),
  lastEventId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'Of the stream: as the header Last-Event-ID, for those who cannot set one.',
    }),
  ),
});

const answer = {
  200: {
    description:
      'The list; or with Accept: text/event-stream the stream: an event ready first, then change with an event as its data, and reset where some were missed and everything is to be read anew. A comment every 15 seconds.',
    content: {
      'application/json': { schema: listOf(eventSchema) },
      [EVENT_STREAM]: { schema: Type.String() },
    },
  },
};

export const eventRoutes =
  (deps: AdminDependencies, authentication: Authentication): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { events, eventFeed, eventStreams } = deps;
    const signalOf = workSignals(app);
    const takeSeat = createStreamSeats(eventStreams);

    app.get(
      '/events',
      {
        // A HEAD would open a stream that nobody reads.
        exposeHeadRoute: false,
        config: { scope: 'read' },
        schema: {
          tags: ['events'],
          summary: 'List, newest first; or follow',
          description:
            'What changed, and what to read again for it. The stream goes on after the event that Last-Event-ID names.',
          querystring: eventsQuery,
          headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 40 })) }),
          response: answer,
        },
      },
      async (request, reply) => {
        const { query, headers } = request;
        if (!headers.accept?.includes(EVENT_STREAM)) {
          const { subject } = query;
          const page = await events.list({
            ...pageOptions(query),
            ...(subject !== undefined && { subject }),
          });
          return listAnswer(page, eventView);
        }
        const after = headers['last-event-id'] || query.lastEventId;
        if (after !== undefined && !isEventId(after)) throw noEventId();
        const leave = takeSeat(request.principal as Principal);
        reply.raw.once('close', leave);
        if (reply.raw.destroyed) leave();
        const mayStill = stillGood(request, authentication);
        await streamEvents(reply, eventFeed, {
          ...{ after, mayStill },
          ...{ signal: signalOf(reply), times: eventStreams },
        });
        return reply;
      },
    );
  };

function noEventId() {
  const fields = [{ path: 'headers:/last-event-id', message: 'is no id of an event' }];
  return problemError('invalid-request', { fields });
}
