/** ENVELOPE (RFC 3501 §7.4.2), and a BODYSTRUCTURE that calls every message one plain text: clients that need parts parse the whole. */
import { addressesOf, headerFields, headerLength } from '../../mail/headers.js';
import { quoted } from '../command-line.js';

const nstring = (text: string | undefined): string =>
  text === undefined
    ? 'NIL'
    : /[^\x20-\x7e]/.test(text)
      ? `{${Buffer.byteLength(text)}}\r\n${text}`
      : quoted(text);

export function envelope(content: Buffer): string {
  const fields = new Map(headerFields(content).reverse());
  const addresses = (name: string): string => {
    const list = addressesOf(fields.get(name) ?? '').map(({ name: person, address }) => {
      const at = address.lastIndexOf('@');
      return `(${nstring(person)} NIL ${nstring(address.slice(0, at))} ${nstring(address.slice(at + 1))})`;
    });
    return list.length > 0 ? `(${list.join('')})` : 'NIL';
  };
  const from = addresses('from');
  const orFrom = (name: string): string => (fields.has(name) ? addresses(name) : from);
  const parts = [
    nstring(fields.get('date')),
    nstring(fields.get('subject')),
    from,
    orFrom('sender'),
    orFrom('reply-to'),
    addresses('to'),
    addresses('cc'),
    addresses('bcc'),
    nstring(fields.get('in-reply-to')),
    nstring(fields.get('message-id')),
  ];
  return `(${parts.join(' ')})`;
}

export function bodyStructure(content: Buffer): string {
  const body = content.subarray(headerLength(content));
  const lines = body.toString('latin1').split('\r\n').length - 1;
  return `("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "8BIT" ${body.length} ${lines} NIL NIL NIL NIL)`;
}
