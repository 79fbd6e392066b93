/** A file in an answer that a browser saves and never shows: its name and type come from strangers. */
import type { FastifyReply } from 'fastify';

/** Types that nothing runs in; everything else is bytes. Programs open files by their name, whatever they came as. */
const HARMLESS = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif', 'image/tiff'],
  ...['application/pdf', 'application/zip', 'text/plain', 'text/csv', 'text/calendar', 'message/rfc822'],
]);

const LONGEST_NAME = 150;

/** @param file as the message has it: its type without parameters */
export function sendDownload(
  reply: FastifyReply,
  { name, type, content }: { name: string; type: string; content: Uint8Array },
): FastifyReply {
  const known = type.trim().toLowerCase();
  return reply
    .header('content-disposition', contentDisposition(name))
    .header('x-content-type-options', 'nosniff')
    .type(HARMLESS.has(known) ? known : 'application/octet-stream')
    .send(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
}

/**
 * `attachment` with the name in ASCII, and whole in UTF-8 where that says more (RFC 6266 §4.3, RFC 8187 §3.2). What is
 * no part of a name stays out: paths, control characters, and those that turn the direction of writing (so that
 * `exe.gpj` reads as `jpg.exe`).
 */
export function contentDisposition(given: string): string {
  const name = fileName(given);
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"${ascii === name ? '' : `; filename*=UTF-8''${whole}`}`;
}

/** @returns a name that may stand in any directory */
export function fileName(given: string): string {
  const clean = wellFormed(given)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .trim()
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (clean.length <= LONGEST_NAME) return clean || 'file';
  // The end says what it is.
  const ending = /\.[^.]{1,12}$/.exec(clean)?.[0] ?? '';
  return `${wellFormed(clean.slice(0, LONGEST_NAME - ending.length)).replace(/\ufffd$/, '')}${ending}`;
}

/** Half a surrogate pair has no UTF-8. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
