/**
 * The identity rule on the sending side (law 1): From, in whatever place and disguise a draft names it, is the
 * connection's User; and once more on the composed content, at accept and at each send.
 */
import { decodeWords } from 'postal-mime';
import { sameAddress } from '../contract/address.js';
import type { Envelope } from '../contract/message.js';
import { problemError } from '../contract/problem.js';
import { LINE_BREAK, parseMailbox, splitAddresses } from './addresses.js';
import type { MessageDraft } from './draft.js';
import { headFields } from './message-head.js';

/** Fields that say who sends. From is composed by us; the others never are. */
const IDENTITY_FIELDS: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'return-path',
  'resent-from',
  'resent-sender',
  'x-sender',
  'x-from',
  'envelope-from',
  'x-envelope-from',
  'apparently-from',
  'x-original-from',
]);

/** A line that a line break in some value would make a header field of its own. */
const INJECTED_IDENTITY =
  /[\r\n\u0085\u2028\u2029][ \t]*((?:resent-)?from|(?:resent-)?sender|return-path)[ \t]*:[ \t]*([^\r\n\u0085\u2028\u2029]*)/iu;

const mismatch = (from: string, user: string) =>
  problemError('from-mismatch', {
    with: { from: shown(from), user },
    fields: [{ path: '/from', message: `is not ${user}` }],
  });

const shown = (text: string): string => text.replace(/\s+/gu, ' ').trim().slice(0, 200) || '(empty)';

/** Everything in a text that a reader could take for an address, look-alike signs folded (NFKC) and words decoded. */
function addressesIn(text: string): string[] {
  const folded = decodeWords(text).normalize('NFKC');
  return folded.match(/[^\s<>()[\]",;:\\]+@[^\s<>()[\]",;:\\]+/gu) ?? [];
}

/**
 * Checks one value that claims to be the sender.
 * @returns the display name that it carries
 * @throws ProblemError `from-mismatch` naming both; `invalid-message` where it is malformed and names nobody else
 */
export function checkSenderClaim(value: string, user: string): string | undefined {
  const claims = splitAddresses(value);
  const only = claims.length === 1 ? parseMailbox(claims[0] ?? '') : undefined;
  if (only && !sameAddress(only.address, user)) throw mismatch(only.address, user);
  const other = addressesIn(value).find((address) => !sameAddress(address, user));
  if (other !== undefined) throw mismatch(other, user);
  if (claims.length > 1) throw mismatch(value, user);
  if (!only) {
    throw problemError('invalid-message', {
      with: { what: `From "${shown(value)}" is not one address` },
      fields: [{ path: '/from', message: 'not one address' }],
    });
  }
  return only.name;
}

/**
 * Checks a display name that is to stand beside the User.
 * @throws ProblemError `from-mismatch` where it shows another address
 */
export function checkDisplayName(name: string, user: string): void {
  const other = addressesIn(name).find((address) => !sameAddress(address, user));
  if (other !== undefined) throw mismatch(other, user);
}

/**
 * Checks every place of a draft where a sender could be named, and every value for a sender that a line break injects.
 * @param user the connection's User
 * @returns the display name that the draft's From carries
 * @throws ProblemError `from-mismatch`, `invalid-message`
 */
export function checkDraftSender(draft: MessageDraft, user: string): string | undefined {
  for (const { value } of headerValues(draft)) {
    const injected = INJECTED_IDENTITY.exec(value);
    if (injected && !sameAddress(injected[2], user)) throw mismatch(injected[2] ?? '', user);
  }
  for (const [name, value] of Object.entries(draft.headers ?? {})) {
    const folded = foldedName(name);
    const [plain = ''] = folded.split(':');
    if (!IDENTITY_FIELDS.has(plain)) continue;
    for (const each of [value].flat()) checkSenderClaim(each, user);
    // `From: x` as a name would smuggle a value in
    if (folded !== plain) throw mismatch(name, user);
  }
  const from = [draft.from ?? []].flat().filter((each) => each.trim() !== '');
  if (from.length > 1) {
    for (const each of from) checkSenderClaim(each, user);
    throw mismatch(from.join(', '), user);
  }
  return from[0] === undefined ? undefined : checkSenderClaim(from[0], user);
}

/** Whether a header of the draft names the sender; such a one is checked, and then left to us. */
export const isIdentityField = (name: string): boolean => IDENTITY_FIELDS.has(foldedName(name));

/** A field name as a lenient reader would see it: look-alike letters folded, blanks and invisible signs dropped. */
const foldedName = (name: string): string =>
  PLAIN_NAME.test(name)
    ? name.toLowerCase()
    : name
        .normalize('NFKC')
        .replace(/[^\u0021-\u007e]/gu, '')
        .toLowerCase();

/** A field name in which nothing can be folded (RFC 5322 §3.6.8). */
const PLAIN_NAME = /^[\u0021-\u007e]*$/;

/** Every value of a draft that ends up in the head of a message, with its JSON pointer. */
export function* headerValues(draft: MessageDraft): Iterable<{ path: string; value: string }> {
  for (const field of ['to', 'cc', 'bcc', 'replyTo', 'from', 'subject', 'inReplyTo', 'references'] as const) {
    for (const value of [draft[field] ?? []].flat()) yield { path: `/${field}`, value };
  }
  for (const [name, value] of Object.entries(draft.headers ?? {})) {
    yield { path: '/headers', value: name };
    for (const each of [value].flat()) yield { path: `/headers/${name}`, value: each };
  }
  for (const [index, attachment] of (draft.attachments ?? []).entries()) {
    for (const field of ['filename', 'contentType', 'contentId'] as const) {
      const value = attachment[field];
      if (value !== undefined) yield { path: `/attachments/${index}/${field}`, value };
    }
  }
}

/** @throws ProblemError `invalid-message` where a value holds a line break */
export function refuseLineBreaks(draft: MessageDraft): void {
  for (const { path, value } of headerValues(draft)) {
    if (LINE_BREAK.test(value)) {
      throw problemError('invalid-message', {
        with: { what: `${path} holds a line break` },
        fields: [{ path, message: 'holds a line break' }],
      });
    }
  }
}

/**
 * The last word before a message is spooled, and again before it is sent: what will really go over the wire.
 * @param content the composed message
 * @throws ProblemError `from-mismatch`
 */
export function checkComposedSender(content: Uint8Array, envelope: Envelope, user: string): void {
  if (!sameAddress(envelope.from, user)) throw mismatch(envelope.from, user);
  // What is spelled like the User, which has just been found to be an address, needs no second comparison.
  const isUser = (address: string): boolean => address === user || sameAddress(address, user);
  const fields = headFields(content);
  const from = fields.filter(({ name }) => name === 'from');
  const [only] = from;
  if (from.length !== 1 || !only) throw mismatch(from.map(({ value }) => value).join(', '), user);
  const mailbox = parseMailbox(only.value);
  if (!mailbox || !isUser(mailbox.address)) throw mismatch(mailbox?.address ?? only.value, user);
  if (mailbox.name !== undefined) checkDisplayName(mailbox.name, user);
  const other = fields.find(({ name }) => name !== 'from' && isIdentityField(name));
  if (other) throw mismatch(`${other.name}: ${other.value}`, user);
}
