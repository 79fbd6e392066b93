/** Raw mail to ParsedMessage, with postal-mime: whole messages for destinations, header blocks for filters. */
import PostalMime, {
  type Address,
  addressParser,
  decodeWords,
  type Email,
  type Attachment as ParsedAttachment,
} from 'postal-mime';
import type { Attachment, MailAddress, ParsedMessage } from '../../src/contract/message.js';
import { withRoom } from './parse-room.js';

/**
 * Parses a whole message (RFC 5322, RFC 2045). Attachments are views on what the parser allocated.
 * @param source the message as BODY[] gives it
 * @throws the parser's Error for what exceeds its limits of nesting or header size, or the number of lines
 */
export async function parseMessage(source: Uint8Array): Promise<ParsedMessage> {
  const email = await withRoom(source, () => PostalMime.parse(source, { attachmentEncoding: 'arraybuffer' }));
  return { ...headersOf(email), attachments: email.attachments.map(attachment) };
}

/**
 * Parses a header block alone, as BODY[HEADER] gives it; text, html and attachments stay empty.
 * @throws the parser's Error for headers over its limit
 */
export async function parseHeaders(headers: Uint8Array): Promise<ParsedMessage> {
  const email = await PostalMime.parse(headers);
  return { ...headersOf(email), text: null, html: null, attachments: [] };
}

function headersOf(email: Email): Omit<ParsedMessage, 'attachments'> {
  return {
    messageId: email.messageId ?? null,
    from: senders(email),
    to: addresses(email.to),
    cc: addresses(email.cc),
    subject: email.subject ?? '',
    date: isoDate(email.date),
    text: email.text ?? null,
    html: email.html ?? null,
    headers: email.headers.map(({ key, value }) => ({ name: key, value })),
  };
}

/** From may name several (RFC 5322 §3.6.2), of which the parser gives the first. */
function senders(email: Email): MailAddress[] {
  const field = email.headers.find(({ key }) => key === 'from')?.value;
  const all = addresses(field === undefined ? [] : addressParser(field));
  if (all.length < 2) return addresses(email.from ? [email.from] : []);
  return all.map(({ name, address }) => ({ ...(name && { name: decodeWords(name) }), address }));
}

/** Groups (RFC 5322 §3.4) are unfolded to their members. */
const addresses = (list: Address[] = []): MailAddress[] =>
  list.flatMap((each) => {
    if (each.group) return addresses(each.group);
    return each.address ? [{ ...(each.name && { name: each.name }), address: each.address }] : [];
  });

function isoDate(date: string | undefined): string | null {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function attachment(part: ParsedAttachment): Attachment {
  const content = typeof part.content === 'string' ? Buffer.from(part.content) : new Uint8Array(part.content);
  return {
    filename: part.filename,
    contentType: part.mimeType,
    size: content.byteLength,
    contentId: part.contentId?.replace(/^<|>$/g, '') ?? null,
    inline: part.disposition === 'inline' || part.related === true,
    content,
  };
}
