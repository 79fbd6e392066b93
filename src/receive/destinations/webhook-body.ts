/** The body of a webhook delivery, exactly as DESIGN.md (Webhook delivery) has it. */
import type { Attachment, InboundMessage, MailAddress } from '../../contract/message.js';

/**
 * @param options `maxInlineBytes`: above it text, html and attachment content are left out, and `contentOmitted` says so;
 *   `timestamp`: ISO 8601
 */
export function webhookBody(
  message: InboundMessage,
  options: { maxInlineBytes: number; downloadType: 'message' | 'attachments'; timestamp: string },
): string {
  const { parsed } = message;
  const omitted = message.size > options.maxInlineBytes;
  const whole = options.downloadType === 'message' && !omitted;
  return JSON.stringify({
    type: 'message.received',
    timestamp: options.timestamp,
    data: {
      id: message.id,
      connector: message.connector,
      mailbox: message.mailbox,
      uid: message.uid,
      uidValidity: message.uidValidity,
      messageId: parsed.messageId,
      from: parsed.from.map(shown),
      to: parsed.to.map(shown),
      cc: parsed.cc.map(shown),
      subject: parsed.subject,
      date: parsed.date,
      text: whole ? parsed.text : null,
      html: whole ? parsed.html : null,
      headers: parsed.headers,
      attachments: parsed.attachments.map((attachment) => listed(attachment, omitted)),
      size: message.size,
      ...(omitted && {
        contentOmitted: { reason: 'maxInlineBytes', maxInlineBytes: options.maxInlineBytes },
      }),
    },
  });
}

const shown = ({ name, address }: MailAddress) => ({ name: name ?? '', address });

const listed = (attachment: Attachment, omitted: boolean) => ({
  filename: attachment.filename,
  contentType: attachment.contentType,
  size: attachment.size,
  contentId: attachment.contentId,
  inline: attachment.inline,
  content: omitted ? null : base64(attachment.content),
});

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
