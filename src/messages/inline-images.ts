/**
 * Images that a message carries and refers to by Content-ID (RFC 2392), put into its HTML as data: URLs.
 *
 * Nothing is parsed, and nothing can be injected: what is taken out is a run of characters that mean nothing to HTML or
 * CSS (no quote, bracket, ampersand, blank or backslash), and so is what is put in its place. Whatever the run stood in, an
 * attribute, a style or a text, it ends where it ended before.
 */
import type { Attachment } from '../contract/message.js';

/** Raster images that browsers show. Never SVG: that is a document of its own. */
const RASTER = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif']);
/** Over all of a preview, in base64: a message may name one image ten thousand times. */
const MOST_CHARACTERS = 48e6;

const CID = /(?<![\w+.-])cid:([\w!#$%*+/=?^`{|}~.@-]{1,500})/gi;

/** @returns the HTML with its images; what is no raster image, or too much, stays a reference that leads nowhere */
export function withInlineImages(html: string, attachments: readonly Attachment[]): string {
  const images = new Map<string, Attachment>();
  for (const each of attachments) {
    if (each.contentId !== null && RASTER.has(each.contentType.toLowerCase()))
      images.set(each.contentId, each);
  }
  if (images.size === 0) return html;
  const urls = new Map<Attachment, string>();
  let left = MOST_CHARACTERS;
  return html.replace(CID, (reference, written: string) => {
    const image = images.get(written) ?? images.get(decoded(written));
    if (!image) return reference;
    const url = urls.get(image) ?? dataUrl(image);
    urls.set(image, url);
    if (url.length > left) return reference;
    left -= url.length;
    return url;
  });
}

const dataUrl = ({ contentType, content }: Attachment): string =>
  `data:${contentType.toLowerCase()};base64,${Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64')}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
