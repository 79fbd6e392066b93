/** Reads the head of a composed message: header fields, unfolded (RFC 5322 §2.2.3). */

export interface HeadField {
  /** lower case */
  name: string;
  value: string;
}

/** The fields of the head, in order; a line that is no field shows as a field named like the line. */
export function headFields(content: Uint8Array): HeadField[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
  const unfolded = head.replace(/\r\n(?=[ \t])/g, '');
  return unfolded.split(/\r\n|\r|\n/).map((line) => {
    const colon = line.indexOf(':');
    if (colon === -1) return { name: line.toLowerCase(), value: '' };
    return { name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() };
  });
}
