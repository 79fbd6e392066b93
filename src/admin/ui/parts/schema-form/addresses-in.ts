/** Takes a line of mail addresses apart: at commas and semicolons, though not within quotes or angle brackets (RFC 5322 §3.4). */

/** @param line such as `"Doe, Jane" <jane@mail.example>, ada@mail.example` */
export function addressesIn(line: string): string[] {
  const found: string[] = [];
  let one = '';
  let isQuoted = false;
  let isEscaped = false;
  let depth = 0;
  for (const character of line) {
    const isEnd = (character === ',' || character === ';') && !isQuoted && depth === 0;
    if (isEnd) {
      found.push(one);
      one = '';
      continue;
    }
    if (character === '"' && !isEscaped) isQuoted = !isQuoted;
    if (!isQuoted && character === '<') depth += 1;
    if (!isQuoted && character === '>') depth = Math.max(0, depth - 1);
    isEscaped = isQuoted && character === '\\' && !isEscaped;
    one += character;
  }
  return [...found, one].map((each) => each.trim()).filter(Boolean);
}
