/** Names of the files a message becomes: made of its id, so that a repeat overwrites them, and safe whatever the mail says. */
import type { InboundMessage } from '../../contract/message.js';

/** Most file systems take 255 bytes; this leaves room for suffixes and for the temporary name. */
const MOST_BYTES = 120;

/**
 * The name without extension.
 * @param template with `{id}`, `{uid}`, `{from}`, `{subject}`, `{date}`; without `{id}` the id is added at its end
 */
export function messageFileName(template: string, message: InboundMessage): string {
  const values: Record<string, string> = {
    id: message.id,
    uid: String(message.uid),
    from: message.parsed.from[0]?.address ?? '',
    subject: message.parsed.subject,
    date: message.parsed.date?.slice(0, 10) ?? '',
  };
  const rest = template
    .replaceAll('{id}', '\u0000')
    .replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const whole = rest.includes('\u0000') ? rest : `${rest}-\u0000`;
  // The id is put in last: however long the rest, it is never cut off.
  const [before = '', ...after] = whole.split('\u0000');
  const room = MOST_BYTES - message.id.length;
  const head = safe(before, room);
  return `${head}${message.id}${safe(after.join(''), room - Buffer.byteLength(head))}`.replace(/^\.+/, '_');
}

/** Name of one attachment; its place keeps two of the same name apart. */
export function attachmentFileName(base: string, place: number, filename: string | null): string {
  const name = safe(filename ?? '', MOST_BYTES - Buffer.byteLength(base) > 40 ? 100 : 30) || 'attachment';
  return `${base}-${place + 1}-${name.replace(/^\.+/, '_')}`;
}

/** No separators, no control characters, nothing that Windows shares refuse; cut at a character, extension kept. */
function safe(text: string, mostBytes: number): string {
  const cleaned = text
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through
    .replace(/[\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, '_')
    .replace(/\s+/g, ' ')
    .trim();
  if (Buffer.byteLength(cleaned) <= mostBytes) return cleaned;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(cleaned)?.[0] ?? '';
  let stem = '';
  for (const character of cleaned.slice(0, cleaned.length - extension.length)) {
    if (Buffer.byteLength(stem + character) > Math.max(0, mostBytes - extension.length)) break;
    stem += character;
  }
  return stem + extension;
}
