/** Text as a terminal shows it: nothing foreign in it can move the cursor, and lists line up. */

/** Mail subjects and servers' words come from anywhere: control characters and direction marks are taken out. */
export const harmless = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');

/** On one line. */
const flat = (text: string): string => text.replace(/\s*[\n\t]\s*/g, ' ');

const MAX_COLUMN = 60;

const cut = (text: string): string => (text.length > MAX_COLUMN ? `${text.slice(0, MAX_COLUMN - 1)}…` : text);

/**
 * A table with a line of headings.
 * @param columns heading → cell of an item; ids are never cut, long texts are
 * @param nothing what is said of an empty list
 */
export function table<Item>(
  items: readonly Item[],
  columns: Readonly<Record<string, (item: Item) => string | null | undefined>>,
  nothing: string,
): string {
  if (items.length === 0) return nothing;
  const headings = Object.keys(columns);
  const cells = items.map((item) =>
    Object.values(columns).map((cellOf) => cut(flat(harmless(cellOf(item) || '–')))),
  );
  const rows = [headings.map((heading) => heading.toUpperCase()), ...cells];
  const widths = headings.map((_heading, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Name and value on a line each; what is not there is left out. */
export function fields(rows: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const there = Object.entries(rows).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const width = Math.max(0, ...there.map(([name]) => name.length));
  return there.map(([name, value]) => `${name.padEnd(width)}  ${flat(harmless(String(value)))}`).join('\n');
}

/** @param iso ISO 8601 */
export const time = (iso: string | null | undefined): string | undefined =>
  iso ? `${iso.slice(0, 19).replace('T', ' ')} UTC` : undefined;

/** Each line further in. */
export const indented = (text: string, by = '  '): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n');

/** Paragraphs with an empty line between them; what is not there leaves none. */
export const paragraphs = (...parts: (string | false | null | undefined)[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join('\n\n');
