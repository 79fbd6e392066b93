/** HTML that would keep a browser busy for long is not shown as such. Estimated, and rather too high than too low. */

/** Without the images, which are put in later; characters. */
const MOST_CHARACTERS = 2_000_000;
/** Newsletters have some thousands. */
const MOST_TAGS = 30_000;
/**
 * An unclosed formatting element is opened anew in each block that follows (HTML, "reconstruct the active formatting
 * elements"), unless three like it are open already: 10,000 different ones and 10,000 blocks are a hundred million.
 */
const MOST_REOPENED = 1_500_000;
const SAME_OPEN = 3;

const FORMATTING = /<(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s/>])/gi;
/** Of a tag with longer attributes nobody looks whether it is like another. */
const LONGEST_TAG = 400;

/** @returns why; `undefined` for what can be shown */
export function tooHeavy(html: string): string | undefined {
  if (html.length > MOST_CHARACTERS) return `it is ${html.length} characters long`;
  const tags = count(html, '<');
  if (tags > MOST_TAGS) return `it has ${tags} tags`;
  const different = new Set<string>();
  for (const { index } of html.matchAll(FORMATTING)) different.add(tagAt(html, index));
  if (different.size * SAME_OPEN * tags > MOST_REOPENED) return 'its formatting is nested too deeply';
  return undefined;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}

/** The tag with its attributes; quoted, they may hold what else would end it. */
function tagAt(html: string, start: number): string {
  let quote = '';
  const end = Math.min(html.length, start + LONGEST_TAG);
  for (let at = start + 1; at < end; at++) {
    const character = html[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return html.slice(start, at).toLowerCase();
    else if ((character === '"' || character === "'") && html[at - 1] === '=') quote = character;
  }
  return `${start}`;
}
