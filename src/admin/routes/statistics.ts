/** /statistics: what went through, what went wrong and how long it took, hour by hour; and how far budgets are used. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { KEPT_DAYS } from '../../activity/day-counts.js';
import { DAY_MS, type HourSpan, hourOf } from '../../activity/hours.js';
import type { StatisticsOfTime } from '../../activity/statistics.js';
import { type Clock, systemClock } from '../../contract/clock.js';
import type { ConnectorId } from '../../contract/ids.js';
import { isoTime, timeSchema } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { moment, momentAsked } from '../moments.js';
import { refusedQuery } from '../route-parts.js';

const tags = ['statistics'];

const statisticsQuery = Type.Object({
  from: moment(
    `ISO 8601; its whole hour of UTC counts. At most ${KEPT_DAYS} days ago. Absent: 24 hours before to.`,
  ),
  to: moment('ISO 8601; up to it, its hour counts. Absent: now.'),
  connector: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'Id of a connector, for it alone; else of the whole service.',
    }),
  ),
});

const count = Type.Integer({ minimum: 0 });
const ms = Type.Union([Type.Integer(), Type.Null()]);
const percentiles = Type.Object({ p50Ms: ms, p95Ms: ms });

const statisticsSchema = Type.Object({
  hours: Type.Array(
    Type.Object({ at: timeSchema, sent: count, received: count, failed: count, quarantined: count }),
    { description: 'failed: messages that ended failed, and polls that failed.' },
  ),
  problems: Type.Array(Type.Object({ code: Type.String(), title: Type.String(), count }), {
    description: 'Each time that a poll, an attempt to send or a refresh met one; the most frequent first.',
  }),
  latency: Type.Object(
    {
      send: percentiles,
      receive: percentiles,
      hours: Type.Array(
        Type.Object({ at: timeSchema, sendP50Ms: ms, sendP95Ms: ms, receiveP50Ms: ms, receiveP95Ms: ms }),
      ),
    },
    {
      description:
        'send: from when a message was accepted, or was to go, until the server had it. receive: from when it came into the mailbox until its destination confirmed it. Right to a fifth; null where nothing went through.',
    },
  ),
});

const share = Type.Object({ used: count, limit: count });

const budgetSchema = Type.Object({
  user: Type.String(),
  connections: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
    description: 'Connections to the mailbox: they share its budget.',
  }),
  minute: share,
  day: share,
  smtpConnections: share,
});

export const statisticsRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { statistics, mailboxBudgets, connectors, clock = systemClock } = deps;
    app.get(
      '/statistics',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'Hour by hour',
          querystring: statisticsQuery,
          response: { 200: statisticsSchema },
        },
      },
      async ({ query }) => {
        const span = spanOf(query, clock);
        if (query.connector === undefined) return shown(await statistics.read(span));
        const { id } = await connectors.read(query.connector as ConnectorId);
        return shown(await statistics.read(span, { connector: id }));
      },
    );
    app.get(
      '/statistics/budgets',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'How far budgets are used',
          description:
            'Of each mailbox that mail is sent from: messages of the last minute, recipients of the last 24 hours, SMTP connections now. Where senders of a mailbox have different limits, the highest. An answer may hold fewer items than its limit, and more may follow.',
          querystring: listQuery,
          response: { 200: listOf(budgetSchema) },
        },
      },
      async ({ query }) => listAnswer(await mailboxBudgets.page(pageOptions(query)), (each) => each),
    );
  };

/** @throws ProblemError `invalid-request` for what is no time, or one of which nothing is kept */
function spanOf({ from, to }: { from?: string; to?: string }, clock: Clock): HourSpan {
  const now = clock.now();
  const end = to === undefined ? now : momentAsked('to', to);
  const begin = from === undefined ? end - DAY_MS : momentAsked('from', from);
  if (begin > end) throw refusedQuery('from', 'lies after to');
  if (now - begin > KEPT_DAYS * DAY_MS) throw refusedQuery('from', `lies more than ${KEPT_DAYS} days back`);
  const first = hourOf(begin);
  // What ends on the hour does not take the next one in; what is to come has no counts.
  return { first, last: Math.max(first, Math.min(hourOf(end - 1), hourOf(now))) };
}

const shown = ({ hours, problems, latency }: StatisticsOfTime) => ({
  hours: hours.map((each) => ({ ...each, at: isoTime(each.at) })),
  problems,
  latency: {
    send: latency.send,
    receive: latency.receive,
    hours: latency.hours.map(({ at, send, receive }) => ({
      at: isoTime(at),
      sendP50Ms: send.p50Ms,
      sendP95Ms: send.p95Ms,
      receiveP50Ms: receive.p50Ms,
      receiveP95Ms: receive.p95Ms,
    })),
  },
});
