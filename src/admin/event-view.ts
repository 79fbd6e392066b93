/** An event as the API answers it. */
import { type Static, Type } from 'typebox';
import { type ActivityEvent, EVENT_KINDS } from '../activity/event.js';
import { isoTime, problemViewSchema, timeSchema } from '../setup/view-parts.js';

export const eventSchema = Type.Object({
  id: Type.String({ description: 'Later events have greater ones.' }),
  at: timeSchema,
  kind: Type.Enum([...EVENT_KINDS], {
    description:
      'What to read again. messages: those of a connector; sign-in: how one ended; setup: people, API keys or alert channels.',
  }),
  subject: Type.Union([Type.String(), Type.Null()], {
    description:
      'Id of the record; of messages the connector, of sign-in the connection; null: all of the kind.',
  }),
  status: Type.Optional(
    Type.String({
      description:
        'What it is now: the status of a connection or the health of a connector as their views show it, deleted; ok or failing (application); done or refused (sign-in); open or resolved (alerts).',
    }),
  ),
  problem: Type.Optional(problemViewSchema),
});

export type EventView = Static<typeof eventSchema>;

export const eventView = ({ id, at, kind, subject, status, problem }: ActivityEvent): EventView => ({
  id,
  at: isoTime(at),
  kind,
  subject: subject ?? null,
  ...(status !== undefined && { status }),
  ...(problem && { problem }),
});
