/** POST /messages/bulk: one act on many messages, each answered, and written down, by itself. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { MessageId } from '../../contract/ids.js';
import type { MessageView } from '../../contract/message.js';
import { httpStatusOf, ProblemError, problemError } from '../../contract/problem.js';
import { type ActOutcome, actOnMany } from '../../messages/act-on-many.js';
import { problemOrNullSchema, problemView } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { actorOf, outcomeOf } from '../plugins/audit.js';
import { whoAsks } from '../route-parts.js';

const ACTS = ['retry', 'cancel', 'redeliver'] as const;
/** As `not-in-that-status` says them. */
const DONE = { retry: 'retried', cancel: 'cancelled', redeliver: 'redelivered' } as const;

const bodySchema = Type.Object(
  {
    action: Type.Enum([...ACTS]),
    ids: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 200 }),
    statuses: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 20 }), {
        maxProperties: 200,
        description: 'By id, as the asker saw it: what has another status by now is refused.',
      }),
    ),
  },
  { additionalProperties: false },
);

const answerSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      status: Type.Union([Type.String(), Type.Null()], { description: 'null where it failed' }),
      problem: problemOrNullSchema,
    }),
    { description: 'One for each id, in their order.' },
  ),
});

export const messageBulkRoutes =
  ({ outbox, inbox, openMessage, audit, log }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const acts: Record<(typeof ACTS)[number], (id: MessageId, by: string) => Promise<MessageView>> = {
      retry: outbox.retry,
      cancel: outbox.cancel,
      redeliver: inbox.redeliver,
    };
    async function asSeen(id: MessageId, action: (typeof ACTS)[number], seen?: string): Promise<void> {
      if (seen === undefined) return;
      const { status } = await openMessage.read(id);
      if (status === seen) return;
      const detail = `It was ${seen} when that was asked for, and is ${status} by now.`;
      throw problemError('not-in-that-status', { with: { status, operation: DONE[action] }, detail });
    }
    app.post(
      '/messages/bulk',
      {
        config: { scope: 'operate', audit: 'message.bulk' },
        schema: {
          ...{ tags: ['messages'], summary: 'Act on many' },
          description: 'Each by itself: what fails of one stops no other.',
          body: bodySchema,
          response: { 200: answerSchema },
        },
      },
      async (request) => {
        const { action, ids, statuses = {} } = request.body;
        const by = whoAsks(request);
        const outcomes = await actOnMany(ids as MessageId[], async (id) => {
          try {
            await asSeen(id, action, statuses[id]);
            return await acts[action](id, by);
          } catch (error) {
            if (!(error instanceof ProblemError))
              log.error({ requestId: request.id, message: id, err: error }, `${action} crashed`);
            throw error;
          }
        });
        const report = {
          actor: actorOf(request.principal),
          from: request.clientAddress,
          requestId: request.id,
        };
        await Promise.all(
          outcomes.map(({ id, problem }) =>
            audit.record('operations', {
              ...report,
              action: `message.${action}`,
              subject: { kind: 'message', id },
              outcome: outcomeOf(problem ? httpStatusOf(problem.code) : 200),
              ...(problem && { problem: problem.code, detail: problem.detail }),
            }),
          ),
        );
        const failed = outcomes.filter(({ problem }) => problem !== undefined).length;
        request.audited = { detail: `${action}: ${outcomes.length - failed} done, ${failed} not` };
        return { items: outcomes.map(shown) };
      },
    );
  };

const shown = ({ id, message, problem }: ActOutcome) => ({
  id,
  status: message?.status ?? null,
  problem: problem ? problemView(problem) : null,
});
