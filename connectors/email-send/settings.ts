/** Settings of email-send, each declared once: validation, OpenAPI, forms and docs come from here. */
import { type Static, Type } from 'typebox';
import { DURATION_PATTERN } from '../../src/contract/duration.js';

const addresses = (description: string) =>
  Type.Optional(
    Type.Union([Type.String({ maxLength: 10_000 }), Type.Array(Type.String({ maxLength: 1_000 }))], {
      description,
    }),
  );

const limit = (title: string, description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, title, description }));

export const emailSendSettings = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        title: 'From',
        maxLength: 1_000,
        default: '',
        description: "The sender. Blank: the connection's User. Anything else than the User is refused.",
      }),
    ),
    displayName: Type.Optional(
      Type.String({
        title: 'Display name',
        maxLength: 200,
        default: '',
        description: 'The name shown beside the From address.',
      }),
    ),
    to: addresses('Recipients of messages that name none.'),
    cc: addresses('Cc recipients of messages that name none.'),
    bcc: addresses('Bcc recipients of messages that name none; they are never in the headers.'),
    replyTo: addresses('Where answers go, for messages that do not say.'),
    subject: Type.Optional(
      Type.String({ title: 'Subject', maxLength: 900, description: 'Subject of messages that have none.' }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 10_000 }), {
        title: 'Headers',
        description: 'Further header fields of every message.',
      }),
    ),
    onUncertain: Type.Optional(
      Type.Union([Type.Literal('hold'), Type.Literal('resend')], {
        title: 'When the outcome is unknown',
        default: 'hold',
        description:
          'What to do with a message whose connection broke before the answer came. hold: ask a person. resend: send it again; it may then arrive twice.',
      }),
    ),
    maxAttempts: Type.Optional(
      Type.Integer({
        title: 'Attempts',
        minimum: 1,
        maximum: 100,
        default: 15,
        description:
          'How often a message is tried before it is given up. Waiting for a sign-in does not count.',
      }),
    ),
    retryInterval: Type.Optional(
      Type.String({
        title: 'Retry interval',
        pattern: DURATION_PATTERN,
        default: '1m',
        description: 'Pause before the second attempt; it doubles with each further one, up to an hour.',
      }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          smtpConnections: limit('SMTP connections', 'SMTP connections of the mailbox at once.'),
          messagesPerMinute: limit('Messages a minute', 'Messages of the mailbox in any 60 seconds.'),
          recipientsPerDay: limit('Recipients a day', 'Recipients of the mailbox in any 24 hours.'),
          recipientsPerMessage: limit('Recipients per message', 'Recipients of one message.'),
          messageBytes: limit('Message size', 'Bytes of one message as it is sent.'),
        },
        {
          title: 'Limits',
          additionalProperties: false,
          description: "Replace the provider's limits, such as 30 messages a minute at Exchange Online.",
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type EmailSendSettings = Static<typeof emailSendSettings>;
