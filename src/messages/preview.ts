/**
 * A message as a document of its own, for a sandboxed frame. Its HTML is not cleaned: what protects whoever looks at it is
 * that the document may do nothing (PREVIEW_POLICY, and the frame's own sandbox). Ahead of the message's markup stand the
 * charset and where links open, so that the first of each, which counts, is ours.
 */
import type { ParsedMessage } from '../contract/message.js';
import { withInlineImages } from './inline-images.js';
import { tooHeavy } from './preview-weight.js';

/**
 * No scripts, no forms, no frames, no plugins, nothing fetched: inline styles and images within the document alone. Links
 * open in new tabs that are not sandboxed, and know nothing of where they were opened.
 */
export const PREVIEW_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/**
 * Elements that reach the network before the policy is asked, or apart from it: for a frame that will be refused Chromium
 * connects to its host all the same, and no policy covers `<link rel=preconnect>`; each would tell a sender that the
 * message is being looked at. Their names are changed wherever they stand behind a `<`. That takes no parsing, and cannot
 * be got around: an element comes from those very characters (HTML, "tag open state": no escapes, ASCII letters in any
 * case), and of such none are left.
 */
const REACHING_OUT = /<(?=link|meta|base|i?frame|object|embed|portal|fencedframe)/gi;
const inert = (html: string): string => html.replace(REACHING_OUT, '<x-');

/** Of a text; characters. */
const MOST_TEXT = 1_000_000;

const STYLE =
  'html{color-scheme:light;background:#fff;color:#111;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}' +
  'pre.mailgrant-text{margin:0;white-space:pre-wrap;font:inherit}' +
  'p.mailgrant-note{margin:0 0 1em;padding:.5em .75em;border:1px solid #b58900;border-radius:4px}' +
  'img{max-width:100%}';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

/** @returns a whole HTML document */
export function previewDocument({ html, text, attachments }: ParsedMessage): string {
  if (html === null) return documentOf(text === null ? note('The message has no text.') : textMarkup(text));
  const why = tooHeavy(html);
  if (why === undefined) return documentOf(withInlineImages(inert(html), attachments));
  return documentOf(note(`The HTML of this message is not shown: ${why}.`) + textMarkup(text ?? ''));
}

const documentOf = (body: string): string =>
  `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><base target="_blank"><title>Message</title><style>${STYLE}</style></head><body>${body}`;

const note = (words: string): string => `<p class="mailgrant-note">${escaped(words)}</p>`;

function textMarkup(text: string): string {
  const shown = text.slice(0, MOST_TEXT);
  const rest = text.length - shown.length;
  return `${rest > 0 ? note(`${rest} more characters of the text are not shown.`) : ''}<pre class="mailgrant-text">${escaped(shown)}</pre>`;
}
