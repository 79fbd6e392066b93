/** Which header fields a draft may set itself: none that composing, delivering or signing a message sets. */
import { problemError } from '../contract/problem.js';
import type { MessageDraft } from './draft.js';
import { isIdentityField } from './from-rule.js';

/** Fields with a place of their own in the draft, or which are ours or the servers' to write. */
const RESERVED: ReadonlySet<string> = new Set([
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'received',
  'delivered-to',
  'x-mailgrant-id',
  'authentication-results',
  'dkim-signature',
  'domainkey-signature',
]);
const RESERVED_PREFIXES = ['content-', 'resent-', 'arc-', 'received-'];

/** RFC 5322 §2.2: printable ASCII without the colon. */
const FIELD_NAME = /^[\u0021-\u0039\u003b-\u007e]{1,76}$/u;

/**
 * The draft's further header fields, for the composer. Fields that name the sender have been checked and are left out:
 * From is composed from the connection's User.
 * @throws ProblemError `invalid-message`
 */
export function customHeaders(headers: MessageDraft['headers'] = {}): { key: string; value: string }[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (isIdentityField(name)) return [];
    const lower = name.toLowerCase();
    if (!FIELD_NAME.test(name)) throw refused(name, 'is no header field name');
    if (RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
      throw refused(
        name,
        'cannot be set as a header; the message has a field for it, or it is written for you',
      );
    }
    return [value].flat().map((each) => ({ key: name, value: each }));
  });
}

const refused = (name: string, what: string) =>
  problemError('invalid-message', {
    with: { what: `The header "${name.slice(0, 80)}" ${what}` },
    fields: [{ path: `/headers/${name.slice(0, 80)}`, message: what }],
  });
