/**
 * Room for parsing. postal-mime keeps each line of what is not base64 as an object until the message is read: one and a
 * half kilobytes a line, so that 5 MB of empty lines take 4 GB and the process with them. So a message of too many lines
 * is refused, and as many messages are parsed at once as fit.
 */

/** What a line costs while a message is parsed; measured with postal-mime 4.0. */
const BYTES_A_LINE = 1_700;
/** Parsed at once, over all mailboxes; a message that takes more is parsed alone. */
const ROOM_BYTES = 600e6;
/** Lines that cannot be base64: an attachment in clear text of 20 MB has some 250,000. */
const MOST_KEPT_LINES = 300_000;
/** 150 MB in base64 has 2,000,000. */
const MOST_LINES = 2_500_000;
/** Base64 comes in lines of 57 to 78 characters without blanks (RFC 2045 §6.8). */
const BASE64_LINE = { least: 57, most: 78 } as const;
const NEWLINE = 0x0a;
const BLANK = 0x20;

/** Counts lines, and of these those that a parser keeps. */
export function countLines(source: Uint8Array): { lines: number; kept: number } {
  let lines = 0;
  let kept = 0;
  let start = 0;
  for (let end = source.indexOf(NEWLINE); end !== -1; end = source.indexOf(NEWLINE, start)) {
    const length = end - start;
    const isBase64 =
      length >= BASE64_LINE.least &&
      length <= BASE64_LINE.most &&
      !source.subarray(start, end).includes(BLANK);
    lines++;
    if (!isBase64) kept++;
    start = end + 1;
  }
  return { lines, kept };
}

let taken = 0;
const waiting: (() => void)[] = [];

/**
 * Parses when there is room, in the order of asking.
 * @throws Error for a message of more lines than can be parsed
 */
export async function withRoom<Result>(source: Uint8Array, parse: () => Promise<Result>): Promise<Result> {
  const { lines, kept } = countLines(source);
  if (kept > MOST_KEPT_LINES || lines > MOST_LINES) {
    throw new Error(
      `it has ${lines} lines, more than can be parsed; a directory or a raw webhook takes it whole`,
    );
  }
  const bytes = lines * BYTES_A_LINE + source.byteLength;
  while (taken > 0 && taken + bytes > ROOM_BYTES) await new Promise<void>((resolve) => waiting.push(resolve));
  taken += bytes;
  try {
    return await parse();
  } finally {
    taken -= bytes;
    for (const go of waiting.splice(0)) go();
  }
}
