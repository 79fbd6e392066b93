/** Reads address fields strictly: one mailbox is `addr-spec` or `display-name <addr-spec>` (RFC 5322 §3.4), nothing else. */
import { normalizedAddress } from '../contract/address.js';
import type { MailAddress } from '../contract/message.js';

/** Control characters, line separators, and marks that turn text around or make it invisible. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through
const UNSAFE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Line breaks and NUL, which could begin a header field or end the head. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through
export const LINE_BREAK = /[\r\n\u0000\u0085\u2028\u2029]/u;

export const hasUnsafeCharacters = (text: string): boolean => UNSAFE.test(text);

/**
 * Splits a field into its mailboxes at commas and semicolons outside quotes and angle brackets.
 * @returns the pieces, trimmed, without empty ones
 */
export function splitAddresses(field: string | readonly string[] | undefined): string[] {
  if (field === undefined) return [];
  if (typeof field !== 'string') return field.flatMap((each) => splitAddresses(each));
  const pieces: string[] = [];
  let piece = '';
  let quoted = false;
  let bracketed = false;
  for (let i = 0; i < field.length; i++) {
    const char = field.charAt(i);
    if (quoted && char === '\\') {
      piece += char + field.charAt(++i);
      continue;
    }
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '<') bracketed = true;
    else if (!quoted && char === '>') bracketed = false;
    if (!quoted && !bracketed && (char === ',' || char === ';')) {
      pieces.push(piece);
      piece = '';
    } else piece += char;
  }
  pieces.push(piece);
  return pieces.map((each) => each.trim()).filter((each) => each !== '');
}

/**
 * Reads one mailbox.
 * @returns `undefined` for anything that is not exactly one: comments, groups, routes, two addresses, line breaks
 */
export function parseMailbox(text: string): MailAddress | undefined {
  const trimmed = text.trim();
  if (hasUnsafeCharacters(trimmed)) return undefined;
  if (normalizedAddress(trimmed)) return { address: trimmed };
  const [, name = '', address = ''] = /^(.*?)\s*<([^<>]*)>$/u.exec(trimmed) ?? [];
  if (!normalizedAddress(address)) return undefined;
  if (name === '') return { address };
  const quoted = /^"((?:[^"\\]|\\.)*)"$/u.exec(name);
  if (quoted) return { name: (quoted[1] ?? '').replace(/\\(.)/gu, '$1'), address };
  return /[<>()[\]"\\,;:@]/u.test(name) ? undefined : { name, address };
}

/** The form for the envelope: the domain as an A-label; `undefined` where the local part needs SMTPUTF8 (RFC 6531). */
export function envelopeAddress(address: string): string | undefined {
  const normalized = normalizedAddress(address);
  if (!normalized) return undefined;
  const localPart = address.slice(0, address.lastIndexOf('@'));
  if (!/^[\u0021-\u007e]+$/u.test(localPart)) return undefined;
  return `${localPart}${normalized.slice(normalized.lastIndexOf('@'))}`;
}
