/** Wires receiving and sending: inboxes, outbox and drain. */
import { parseHeaders, parseMessage } from '../../connectors/mail/parse.js';
import { tallyPoll, tallySent, tallySettled } from '../activity/tally-outcomes.js';
import { tellingInbox, tellingOutbox } from '../activity/telling-messages.js';
import { systemClock } from '../contract/clock.js';
import { createInboundMessages } from '../receive/inbound-messages.js';
import { createReceiveControl } from '../receive/receive-control.js';
import { createReceiveHandler } from '../receive/receive-handler.js';
import { createDrain } from '../send/drain.js';
import { createOutbox } from '../send/outbox.js';
import { createOutboxReconciler } from '../send/reconcile.js';
import { countPoll, countSent, countSettled } from '../telemetry/count-outcomes.js';
import type { ActivityServices } from './activity.js';
import type { OAuthServices } from './oauth.js';
import type { Parts, Queues } from './parts.js';
import type { SetupServices } from './setup.js';
import { each, type StatisticsServices } from './statistics.js';

export function wireMail(
  { config, storage, outgoing, metrics, log }: Parts,
  {
    setup,
    oauth,
    queues,
    tally,
    activity,
  }: {
    setup: SetupServices;
    oauth: OAuthServices;
    queues: Queues;
    tally: StatisticsServices['tally'];
    activity: ActivityServices;
  },
) {
  const { connections, connectors, presetOf } = setup;
  const { mailContext } = oauth;
  const redis = storage.redis.client;
  const receive = {
    redis,
    connections,
    connectors,
    mailContext,
    dispatcher: outgoing.dispatcher,
    parser: { parseMessage, parseHeaders },
    log,
    clock: systemClock,
  };
  const { mailMoved } = activity;
  const send = { redis, spool: storage.spool, connections, connectors, presetOf, log };
  return {
    receiveControl: createReceiveControl({ redis, connectors, queue: queues.receive }),
    inboundMessages: tellingInbox(createInboundMessages(receive), mailMoved),
    /** The handler of the queue `receive`. */
    receiveHandler: () =>
      createReceiveHandler({
        ...receive,
        onSettled: each(countSettled(metrics), tallySettled(tally), mailMoved),
        onPoll: each(countPoll(metrics), tallyPoll(tally)),
      }),
    outbox: tellingOutbox(createOutbox({ ...send, queue: queues.send }), mailMoved),
    drain: createDrain({
      ...{ ...send, mailContext },
      onOutcome: each(countSent(metrics), tallySent(tally), mailMoved),
    }),
    outboxReconciler: createOutboxReconciler({
      ...send,
      queue: queues.send,
      retentionMs: config.retentionMs,
    }),
  };
}

export type MailServices = ReturnType<typeof wireMail>;
