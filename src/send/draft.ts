/** The draft of a message, as POST /connectors/{id}/messages takes it. */
import { type Static, Type } from 'typebox';

const addresses = Type.Union([Type.String(), Type.Array(Type.String())], {
  description: 'One or more addresses, each bare or as `Name <address>`.',
});

export const messageDraft = Type.Object(
  {
    to: Type.Optional(addresses),
    cc: Type.Optional(addresses),
    bcc: Type.Optional(addresses),
    replyTo: Type.Optional(addresses),
    from: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], {
        description: "Blank, or the connection's User; anything else is refused (from-mismatch).",
      }),
    ),
    subject: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    html: Type.Optional(Type.String()),
    attachments: Type.Optional(
      Type.Array(
        Type.Object(
          {
            filename: Type.String({ minLength: 1, maxLength: 255 }),
            contentType: Type.Optional(Type.String({ maxLength: 255 })),
            content: Type.String({ description: 'base64' }),
            contentId: Type.Optional(Type.String({ maxLength: 255, description: 'For `cid:` in the HTML.' })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 1_000 },
      ),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), {
        description:
          'Further header fields. From, recipients, dates, ids and MIME fields have their own place.',
      }),
    ),
    inReplyTo: Type.Optional(Type.String()),
    references: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    sendAt: Type.Optional(Type.String({ description: 'ISO 8601 with a time zone; not before then.' })),
  },
  { additionalProperties: false },
);

export type MessageDraft = Static<typeof messageDraft>;
