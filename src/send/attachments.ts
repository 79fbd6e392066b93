/** The draft's attachments: base64 in, parts for the composer out. Never a path or a URL. */
import { problemError } from '../contract/problem.js';
import type { MessageDraft } from './draft.js';

type Attachments = NonNullable<MessageDraft['attachments']>;

/** RFC 2045 §5.1 type/subtype, and parameters without line breaks. */
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[^\r\n]*)?$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** @throws ProblemError `invalid-message` for content that is not base64 or a content type that is none */
export function composedAttachments(attachments: Attachments) {
  return attachments.map(({ filename, contentType, content, contentId }, index) => {
    const encoded = content.replace(/\s/g, '');
    if (!BASE64.test(encoded)) throw refused(`/attachments/${index}/content`, 'is not base64');
    if (contentType !== undefined && !CONTENT_TYPE.test(contentType)) {
      throw refused(`/attachments/${index}/contentType`, 'is no content type');
    }
    if (contentId !== undefined && /[\s<>]/.test(contentId)) {
      throw refused(`/attachments/${index}/contentId`, 'holds blanks or angle brackets');
    }
    return {
      filename,
      content: Buffer.from(encoded, 'base64'),
      contentTransferEncoding: 'base64',
      ...(contentType !== undefined && { contentType }),
      ...(contentId !== undefined && { cid: contentId }),
    };
  });
}

const refused = (path: string, what: string) =>
  problemError('invalid-message', { with: { what: `${path} ${what}` }, fields: [{ path, message: what }] });
