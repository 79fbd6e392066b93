/** Settings of email-send, each declared once: validation, OpenAPI, forms and docs come from here. */
import { type Static, Type } from 'typebox';
import { DURATION_PATTERN } from '../../src/contract/duration.js';
import { hints, type SettingHints } from '../../src/contract/setting-hints.js';

const addresses = (title: string, description: string) =>
  Type.Optional(
    Type.Union([Type.String({ maxLength: 10_000 }), Type.Array(Type.String({ maxLength: 1_000 }))], {
      title,
      description,
      ...hints({ kind: 'addresses' }),
    }),
  );

const limit = (title: string, description: string, given: SettingHints) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, title, description, ...hints(given) }));

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
        title: 'Display Name',
        maxLength: 200,
        default: '',
        description: 'The name shown beside the From address.',
      }),
    ),
    to: addresses('To', 'Recipients of messages that name none.'),
    cc: addresses('Cc', 'Cc recipients of messages that name none.'),
    bcc: addresses('Bcc', 'Bcc recipients of messages that name none; they are never in the headers.'),
    replyTo: addresses('Reply-To', 'Where answers go, for messages that do not say.'),
    subject: Type.Optional(
      Type.String({ title: 'Subject', maxLength: 900, description: 'Subject of messages that have none.' }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 10_000 }), {
        title: 'Headers',
        description: 'Further header fields of every message.',
        ...hints({ tab: 'advanced' }),
      }),
    ),
    onUncertain: Type.Optional(
      Type.Union(
        [
          Type.Literal('hold', { title: 'Hold', description: 'It waits until a person has decided.' }),
          Type.Literal('resend', { title: 'Resend', description: 'It is sent again, and may arrive twice.' }),
        ],
        {
          title: 'When the Outcome Is Unknown',
          default: 'hold',
          description: 'What becomes of a message whose connection broke before the answer came.',
          ...hints({ tab: 'automation' }),
        },
      ),
    ),
    maxAttempts: Type.Optional(
      Type.Integer({
        title: 'Max Attempts',
        minimum: 1,
        maximum: 100,
        default: 15,
        description:
          'How often a message is tried before it is given up. Waiting for a sign-in does not count.',
        ...hints({ tab: 'automation', unit: 'attempts' }),
      }),
    ),
    retryInterval: Type.Optional(
      Type.String({
        title: 'Retry Interval',
        pattern: DURATION_PATTERN,
        default: '1m',
        description: 'Pause before the second attempt; it doubles with each further one, up to an hour.',
        ...hints({ tab: 'automation', kind: 'duration' }),
      }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          smtpConnections: limit('SMTP Connections', 'SMTP connections of the mailbox at once.', {
            unit: 'connections',
          }),
          messagesPerMinute: limit('Messages a Minute', 'Messages of the mailbox in any 60 seconds.', {
            unit: 'messages',
          }),
          recipientsPerDay: limit('Recipients a Day', 'Recipients of the mailbox in any 24 hours.', {
            unit: 'recipients',
          }),
          recipientsPerMessage: limit('Recipients per Message', 'Recipients of one message.', {
            unit: 'recipients',
          }),
          messageBytes: limit('Message Size', 'Bytes of one message as it is sent.', { kind: 'bytes' }),
        },
        {
          title: 'Limits',
          additionalProperties: false,
          description: "Replace the provider's limits, such as 30 messages a minute at Exchange Online.",
          ...hints({ tab: 'advanced' }),
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type EmailSendSettings = Static<typeof emailSendSettings>;
