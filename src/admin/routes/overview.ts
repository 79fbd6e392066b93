/** /overview: a row for each connector, as home shows them all; lean, so that thousands are one answer. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { DAY_MS, HOUR_MS } from '../../activity/hours.js';
import { type Clock, systemClock } from '../../contract/clock.js';
import type { ConnectorId } from '../../contract/ids.js';
import { worded } from '../../contract/worded-pattern.js';
import { healthViewSchema } from '../../setup/connector-view.js';
import type { AdminDependencies } from '../dependencies.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { moment, momentAsked } from '../moments.js';
import { refusedQuery } from '../route-parts.js';

/** "Today" begins at most so long ago: wherever the reader is, yesterday's midnight is within it. */
const LONGEST_TODAY_MS = 48 * HOUR_MS;
const MOST_IDS = 200;

const overviewQuery = Type.Object({
  ...listQuery.properties,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, default: 500, description: 'Rows in one answer.' }),
  ),
  ids: Type.Optional(
    Type.String({
      maxLength: MOST_IDS * 64,
      pattern: worded('^ctr_\\w{1,58}(,ctr_\\w{1,58})*$', 'ids of connectors with commas between them'),
      description: `These connectors alone, at most ${MOST_IDS}; ids with commas between them. One that is gone is left out.`,
    }),
  ),
  since: moment(
    'Begin of today as the reader counts it; whole hours of UTC, at most 48 hours ago. Absent: midnight UTC.',
  ),
});

const count = Type.Integer({ minimum: 0 });

const overviewRowSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  type: Type.String(),
  direction: Type.Enum(['receive', 'send']),
  enabled: Type.Boolean(),
  connection: Type.Object({
    id: Type.String(),
    name: Type.String(),
    user: Type.String(),
    status: Type.String({
      description: 'unauthorized, authorized, reauthorization-required or application-error',
    }),
  }),
  application: Type.Union([Type.String(), Type.Null()]),
  health: healthViewSchema,
  waiting: Type.Integer({
    description: "Messages in the outbox of a sender's connection; of a receiver those in quarantine.",
  }),
  today: Type.Object(
    { sent: count, received: count, failed: count, quarantined: count },
    { description: 'failed: messages that ended failed; of a receiver polls that failed.' },
  ),
});

export const overviewRoutes =
  ({ overview, clock = systemClock }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/overview',
      {
        config: { scope: 'read' },
        schema: {
          tags: ['overview'],
          summary: 'Every connector in a row',
          description: 'How each does, what waits, and what went through it today.',
          querystring: overviewQuery,
          response: { 200: listOf(overviewRowSchema) },
        },
      },
      async ({ query }) => {
        const since = beginOfToday(query.since, clock);
        if (query.ids !== undefined) {
          const items = await overview.rows(idsOf(query.ids), { since });
          return { items, nextCursor: null };
        }
        const page = await overview.page({ ...pageOptions(query), since });
        return listAnswer(page, (each) => each);
      },
    );
  };

/** @throws ProblemError `invalid-request` for more than are answered at once */
function idsOf(text: string): ConnectorId[] {
  const ids = [...new Set(text.split(','))] as ConnectorId[];
  if (ids.length <= MOST_IDS) return ids;
  throw refusedQuery('ids', `are more than ${MOST_IDS}`);
}

/** @throws ProblemError `invalid-request` for what is no moment, lies ahead, or too far back */
function beginOfToday(since: string | undefined, clock: Clock): number {
  const now = clock.now();
  if (since === undefined) return now - (now % DAY_MS);
  const asked = momentAsked('since', since);
  const at = asked - (asked % HOUR_MS);
  if (at <= now && now - asked <= LONGEST_TODAY_MS) return at;
  throw refusedQuery('since', 'must lie within the last 48 hours');
}
