/** Settings of email-receive, each declared once: validation, OpenAPI, forms and docs come from here. */
import { type Static, Type } from 'typebox';
import { DURATION_PATTERN } from '../../src/contract/duration.js';
import { hints } from '../../src/contract/setting-hints.js';
import { worded } from '../../src/contract/worded-pattern.js';

/** Standard Webhooks: 24 to 64 bytes are asked for; what is shorter than 16 is no secret. */
const WEBHOOK_SECRET_PATTERN = worded(
  '^(whsec_)?[A-Za-z0-9+/]{22,}={0,2}$',
  '"whsec_" and 24 to 64 random bytes in base64',
);

const closed = { additionalProperties: false } as const;

const filter = (title: string, description: string) =>
  Type.Optional(
    Type.Union(
      [
        Type.String({ minLength: 1, maxLength: 1_000 }),
        Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { maxItems: 100 }),
      ],
      { title, description },
    ),
  );

const webhook = Type.Object(
  {
    type: Type.Literal('webhook'),
    url: Type.String({
      title: 'URL',
      pattern: worded('^https?://', 'a URL with https:// (or http://)'),
      maxLength: 2_000,
      description:
        'Where each message is posted. Any 2xx confirms, 410 pauses the connector, all else retries.',
    }),
    secret: Type.String({
      title: 'Secret',
      pattern: WEBHOOK_SECRET_PATTERN,
      maxLength: 200,
      description: 'Signs each request (Standard Webhooks): "whsec_" and 24 to 64 random bytes in base64.',
      ...hints({ kind: 'webhookSecret' }),
    }),
    format: Type.Optional(
      Type.Union(
        [
          Type.Literal('json', { title: 'JSON', description: 'The parsed message.' }),
          Type.Literal('raw', { title: 'Raw', description: 'The message itself, as message/rfc822.' }),
        ],
        { title: 'Format', default: 'json', description: 'What is posted.' },
      ),
    ),
  },
  { ...closed, title: 'Webhook', description: 'Each message is posted to a URL, signed.' },
);

const directory = Type.Object(
  {
    type: Type.Literal('directory'),
    path: Type.String({
      title: 'Directory',
      pattern: worded('^/', 'a path that begins with a slash'),
      maxLength: 1_000,
      description: 'Absolute path of an existing directory. Files appear there complete, never half written.',
    }),
    fileName: Type.Optional(
      Type.String({
        title: 'File Name',
        maxLength: 200,
        default: '{id}',
        description:
          'Name without extension; {id}, {uid}, {from}, {subject} and {date} are filled in. Without {id} the id is added, so that a repeat overwrites its own file and no other.',
      }),
    ),
  },
  {
    ...closed,
    title: 'Directory',
    description: 'Each message becomes a file on the machine of this service.',
  },
);

const leftInPlace = (action: 'none' | 'markRead' | 'delete', title: string, description: string) =>
  Type.Object({ action: Type.Literal(action) }, { ...closed, title, description });

const broughtElsewhere = (action: 'move' | 'copy', title: string, description: string) =>
  Type.Object(
    {
      action: Type.Literal(action),
      mailbox: Type.String({
        title: 'Mailbox',
        minLength: 1,
        maxLength: 500,
        description: 'The folder that the message is moved or copied to; it must exist.',
      }),
    },
    { ...closed, title, description },
  );

const postProcessing = Type.Union(
  [
    leftInPlace('none', 'None', 'The message stays as it is.'),
    leftInPlace('markRead', 'Mark as read', 'The message stays, and counts as read.'),
    broughtElsewhere('move', 'Move', 'The message goes to another folder.'),
    broughtElsewhere('copy', 'Copy', 'The message stays, and a copy of it lies in another folder.'),
    leftInPlace('delete', 'Delete', 'The message is deleted from the mailbox for good.'),
  ],
  {
    title: 'Post-Processing',
    default: { action: 'none' },
    description:
      'What happens to a message in its mailbox after it was confirmed. move and delete wait until every enabled receiver of the mailbox has it.',
  },
);

export const emailReceiveSettings = Type.Object(
  {
    mailbox: Type.Optional(
      Type.String({
        title: 'Mailbox',
        minLength: 1,
        maxLength: 500,
        default: 'INBOX',
        description: "The folder to read; nested names use the server's separator, such as INBOX/Invoices.",
      }),
    ),
    selection: Type.Optional(
      Type.Union(
        [
          Type.Literal('unprocessed', {
            title: 'Unprocessed',
            description: 'What this connector has not handed over yet.',
          }),
          Type.Literal('unread', {
            title: 'Unread',
            description: 'Of the unprocessed, what nobody has read when it polls.',
          }),
          Type.Literal('all', {
            title: 'All',
            description: 'Whatever lies in the mailbox; needs the post-processing Move or Delete.',
          }),
        ],
        { title: 'Selection', default: 'unprocessed', description: 'Which messages are handed over.' },
      ),
    ),
    startFrom: Type.Optional(
      Type.String({
        title: 'Start From',
        pattern: worded(
          '^(now|all|\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})?)?)$',
          'now, all, or an ISO 8601 date such as 2026-01-31 or 2026-01-31T08:00:00Z',
        ),
        default: 'now',
        description:
          'Where the first poll begins: now (only what arrives from then on), all, or an ISO 8601 date. Looked at once.',
        ...hints({
          kind: 'date',
          choices: [
            { const: 'now', title: 'Now', description: 'Only what arrives from then on.' },
            { const: 'all', title: 'All', description: 'Everything that lies in the mailbox already, too.' },
          ],
          otherwise: 'A date',
        }),
      }),
    ),
    filter: Type.Optional(
      Type.Object(
        {
          from: filter('From', 'Any of these texts occurs in the sender, in upper or lower case.'),
          to: filter('To', 'Any of these texts occurs in To or Cc, in upper or lower case.'),
          subject: filter('Subject', 'Any of these texts occurs in the subject, in upper or lower case.'),
        },
        {
          ...closed,
          title: 'Filter',
          default: {},
          description: 'What does not match is passed over for good. All of the given fields must match.',
        },
      ),
    ),
    schedule: Type.Optional(
      Type.Object(
        {
          every: Type.Optional(
            Type.String({
              title: 'Interval',
              pattern: DURATION_PATTERN,
              description: 'Pause between polls, at least one second; connectors are spread over it.',
              ...hints({ kind: 'duration' }),
            }),
          ),
          cron: Type.Optional(
            Type.String({
              title: 'Cron Expression',
              maxLength: 200,
              description: 'Cron expression of five fields, or six with seconds first.',
            }),
          ),
          timeZone: Type.Optional(
            Type.String({
              title: 'Time Zone',
              maxLength: 100,
              description: 'Time zone of these times (IANA name), such as Europe/Vienna. Blank: UTC.',
            }),
          ),
        },
        {
          ...closed,
          title: 'Receive Interval',
          default: { every: '5m' },
          description:
            'When the mailbox is polled: either every so often, or at the times of a cron expression.',
          ...hints({ tab: 'automation', kind: 'schedule' }),
        },
      ),
    ),
    maxMessagesPerPoll: Type.Optional(
      Type.Integer({
        title: 'Max Messages per Poll',
        minimum: 1,
        maximum: 10_000,
        default: 500,
        description:
          'Messages that one poll hands over at most; when more wait, the next poll follows at once.',
        ...hints({ tab: 'advanced', unit: 'messages' }),
      }),
    ),
    downloadType: Type.Optional(
      Type.Union(
        [
          Type.Literal('message', { title: 'Message', description: 'The whole mail.' }),
          Type.Literal('attachments', { title: 'Attachments', description: 'Its attachments only.' }),
        ],
        { title: 'Download Type', default: 'message', description: 'What of a message is handed over.' },
      ),
    ),
    maxInlineBytes: Type.Optional(
      Type.Integer({
        title: 'Inline Limit',
        minimum: 0,
        maximum: 150 * 1024 * 1024,
        default: 10 * 1024 * 1024,
        description:
          'Size of a message in bytes above which a JSON webhook leaves text, html and attachment content out, and says so.',
        ...hints({ tab: 'advanced', kind: 'bytes' }),
      }),
    ),
    destination: Type.Union([webhook, directory], {
      title: 'Destination',
      description: 'Where messages are handed over.',
    }),
    postProcessing: Type.Optional(postProcessing),
    maxAttempts: Type.Optional(
      Type.Integer({
        title: 'Max Attempts',
        minimum: 1,
        maximum: 100,
        default: 10,
        description:
          'How often a message that its destination refuses is tried before it goes to quarantine. A destination that is down as a whole does not count.',
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
  },
  closed,
);

export type EmailReceiveSettings = Static<typeof emailReceiveSettings>;
