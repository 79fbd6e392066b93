/** What the API answers for an alert channel: its settings without the secret, and how it does. */
import { type Static, Type } from 'typebox';
import type { MessageView } from '../contract/message.js';
import { type Problem, problem } from '../contract/problem.js';
import type { AlertChannel } from '../setup/alert-channel-record.js';
import {
  isoTime,
  isoTimeOrNull,
  problemOrNullSchema,
  problemView,
  timeOrNullSchema,
  timeSchema,
} from '../setup/view-parts.js';
import type { Delivery } from './delivery-store.js';

export const alertChannelViewSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  type: Type.String({ description: 'webhook or mail' }),
  enabled: Type.Boolean(),
  minimumSeverity: Type.String(),
  only: Type.Optional(Type.Array(Type.String())),
  url: Type.Optional(Type.String()),
  connector: Type.Optional(Type.String()),
  to: Type.Optional(Type.Array(Type.String())),
  delivery: Type.Object({
    waiting: Type.Integer({ description: 'News of alerts that it has not been told yet.' }),
    attempts: Type.Integer({ description: 'Of the notice that is told now.' }),
    nextAttemptAt: timeOrNullSchema,
    lastSuccessAt: timeOrNullSchema,
    message: Type.Union([Type.String(), Type.Null()], { description: 'That the last notice went out as.' }),
    problem: problemOrNullSchema,
  }),
  createdAt: timeSchema,
});

export type AlertChannelView = Static<typeof alertChannelViewSchema>;

/** @param state `waiting`: events in its queue; `message`: what became of the mail that was handed over last */
export function alertChannelView(
  { id, version, settings, createdAt }: AlertChannel,
  state: { delivery: Delivery; waiting: number; message: MessageView | undefined },
): AlertChannelView {
  const { delivery, waiting, message } = state;
  const found = shownProblem(delivery, message);
  const { name, type, enabled, minimumSeverity, only, ...where } = settings;
  return {
    ...{ id, version, name, type, enabled, minimumSeverity },
    ...(only && { only: [...only] }),
    ...('to' in where ? { connector: where.connector, to: [...where.to] } : where),
    delivery: {
      waiting: waiting + (delivery.notice?.data.count ?? 0),
      attempts: delivery.attempts,
      nextAttemptAt: isoTimeOrNull(delivery.nextAttemptAt),
      lastSuccessAt: isoTimeOrNull(delivery.lastSuccessAt),
      message: delivery.message ?? null,
      problem: found ? problemView(found) : null,
    },
    createdAt: isoTime(createdAt),
  };
}

/** A mail that was held and has gone out since is no problem any more; one that was not sent is one. */
function shownProblem(
  { problem: stored, attempts }: Delivery,
  message: MessageView | undefined,
): Problem | undefined {
  if (attempts > 0 || !message) return stored;
  if (message.status === 'sent') return undefined;
  const { id, connector } = message;
  const what = message.problem ? `${message.problem.title}. ${message.problem.detail}` : message.status;
  if (message.status === 'held')
    return stored ?? problem('alert-mail-held', { with: { connector, why: what } });
  if (message.status !== 'failed' && message.status !== 'cancelled' && message.status !== 'uncertain')
    return stored;
  return problem('alert-mail-failed', { with: { message: id, connector, what } });
}
