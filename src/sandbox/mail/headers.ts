/** Reads and replaces header fields of raw messages, as far as the sandbox's servers must (RFC 5322 §2.2). */

/** Length of the header section with its closing empty line; all of a message without a body. */
export function headerLength(content: Buffer): number {
  const end = content.indexOf('\r\n\r\n');
  return end === -1 ? content.length : end + 4;
}

/** Unfolded fields in order, names in lower case. Bytes are read as UTF-8 (RFC 6532). */
export function headerFields(content: Buffer): [name: string, value: string][] {
  const section = content.subarray(0, headerLength(content)).toString('utf8');
  return section
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : [];
    });
}

export function headerField(content: Buffer, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headerFields(content).find(([each]) => each === wanted)?.[1];
}

/** Takes a field out, however it is folded, and puts another in front. */
export function replaceField(content: Buffer, name: string, value: string): Buffer {
  const length = headerLength(content);
  const field = new RegExp(`^${name}:.*\\r\\n(?:[ \\t].*\\r\\n)*`, 'gim');
  const section = content.subarray(0, length).toString('latin1').replace(field, '');
  return Buffer.concat([Buffer.from(`${name}: ${value}\r\n${section}`, 'latin1'), content.subarray(length)]);
}

export interface HeaderAddress {
  name: string | undefined;
  address: string;
}

/** Addresses of a field such as From: quoted and bare display names, no groups or comments. */
export function addressesOf(value: string): HeaderAddress[] {
  const parts = value.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,])+/g) ?? [];
  return parts.flatMap((part): HeaderAddress[] => {
    const angled = /^(.*)<([^>]*)>\s*$/s.exec(part.trim());
    const name = angled?.[1]
      ?.trim()
      .replace(/^"(.*)"$/s, '$1')
      .replace(/\\(.)/g, '$1');
    const address = (angled?.[2] ?? part).trim();
    return address ? [{ name: name || undefined, address }] : [];
  });
}
