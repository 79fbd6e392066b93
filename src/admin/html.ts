/** HTML from templates: everything that is filled in is escaped, unless it is HTML of this kind itself. There is no way to pass markup as text. */

/** Markup that is safe to send. Made by {@link html} only. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may be filled in; nothing, false and undefined leave no trace. */
export type Fill = string | number | Html | readonly Fill[] | false | null | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const escaped = (text: string): string => text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');

function filled(fill: Fill): string {
  if (fill === undefined || fill === null || fill === false) return '';
  if (fill instanceof Html) return fill.markup;
  return typeof fill === 'object' ? fill.map(filled).join('') : escaped(String(fill));
}

/** Tag of a template; attributes are always to be quoted in it. */
export function html(parts: TemplateStringsArray, ...fills: Fill[]): Html {
  return new Html(parts.map((part, index) => part + filled(fills[index])).join(''));
}

/**
 * A URL that may stand in an attribute.
 * @returns `undefined` for anything but http and https, such as `javascript:`
 */
export function safeUrl(url: string): string | undefined {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
