/** A message as the API answers it: the services' view with times as ISO 8601. */
import { type Static, Type } from 'typebox';
import type { MessageView, TransactionLogEntry } from '../contract/message.js';
import type { ListedMessage } from '../messages/message-query.js';
import {
  isoTime,
  problemOrNullSchema,
  problemView,
  problemViewSchema,
  timeSchema,
} from '../setup/view-parts.js';

const refusal = Type.Object({ address: Type.String(), reply: Type.String() });

const logEntrySchema = Type.Object({
  at: timeSchema,
  status: Type.String(),
  owner: Type.Optional(Type.String({ description: 'The process that did it.' })),
  attempt: Type.Optional(Type.Integer()),
  reply: Type.Optional(Type.String({ description: "The server's reply, whole." })),
  problem: Type.Optional(problemViewSchema),
  accepted: Type.Optional(Type.Array(Type.String())),
  rejected: Type.Optional(Type.Array(refusal)),
  serverMessageId: Type.Optional(Type.String()),
  retryAt: Type.Optional(timeSchema),
  by: Type.Optional(Type.String({ description: 'Who asked for it: an API key id, environment or page.' })),
});

export const messageViewSchema = Type.Object({
  id: Type.String(),
  connector: Type.String(),
  connection: Type.String(),
  direction: Type.String({ description: 'inbound or outbound' }),
  status: Type.String(),
  createdAt: timeSchema,
  messageId: Type.Union([Type.String(), Type.Null()]),
  serverMessageId: Type.Optional(Type.String()),
  from: Type.String(),
  to: Type.Array(Type.String()),
  subject: Type.String(),
  size: Type.Integer(),
  sendAt: Type.Optional(timeSchema),
  nextAttemptAt: Type.Optional(timeSchema),
  attempts: Type.Integer(),
  problem: problemOrNullSchema,
  mailbox: Type.Optional(Type.String()),
  uid: Type.Optional(Type.Integer()),
  uidValidity: Type.Optional(Type.String()),
  log: Type.Array(logEntrySchema),
});

export const listedMessageSchema = Type.Object({
  ...messageViewSchema.properties,
  dueAt: Type.Optional(
    Type.Unsafe<string>({ ...timeSchema, description: 'When it is looked at next; of what waits alone.' }),
  ),
});

/** A message of a list. */
export const shownListed = ({ dueAt, ...message }: ListedMessage): Static<typeof listedMessageSchema> => ({
  ...shownMessage(message),
  ...(dueAt !== undefined && { dueAt: isoTime(dueAt) }),
});

export function shownMessage(message: MessageView): Static<typeof messageViewSchema> {
  const { createdAt, sendAt, nextAttemptAt, problem, log, ...others } = message;
  return {
    ...others,
    createdAt: isoTime(createdAt),
    ...(sendAt !== undefined && { sendAt: isoTime(sendAt) }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: isoTime(nextAttemptAt) }),
    problem: problem ? problemView(problem) : null,
    log: log.map(shownEntry),
  };
}

function shownEntry({ at, problem, retryAt, ...others }: TransactionLogEntry): Static<typeof logEntrySchema> {
  return {
    ...others,
    at: isoTime(at),
    ...(problem !== undefined && { problem: problemView(problem) }),
    ...(retryAt !== undefined && { retryAt: isoTime(retryAt) }),
  };
}
