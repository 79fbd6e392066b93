/** Sections of a message that FETCH can name (RFC 3501 §6.4.5): whole, HEADER, HEADER.FIELDS, TEXT, and part 1 of a plain message. */
import { headerLength } from '../../mail/headers.js';
import { CommandSyntaxError } from '../command-line.js';

/** @param section upper case, without brackets */
export function readSection(content: Buffer, section: string): Buffer {
  const length = headerLength(content);
  if (section === '') return content;
  if (section === 'HEADER') return content.subarray(0, length);
  if (section === 'TEXT' || section === '1') return content.subarray(length);
  const fields = /^HEADER\.FIELDS(\.NOT)? \(([^)]*)\)$/.exec(section);
  if (!fields) throw new CommandSyntaxError('Command Argument Error. 11');
  const wanted = new Set(
    (fields[2] ?? '').split(/\s+/).map((name) => name.replaceAll('"', '').toLowerCase()),
  );
  const lines = content
    .subarray(0, length)
    .toString('latin1')
    .split(/\r\n(?![ \t])/)
    .filter(
      (line) =>
        line && wanted.has(line.slice(0, line.indexOf(':')).trim().toLowerCase()) !== Boolean(fields[1]),
    );
  return Buffer.from(`${lines.map((line) => `${line}\r\n`).join('')}\r\n`, 'latin1');
}
