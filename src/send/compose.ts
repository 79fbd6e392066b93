/**
 * From a draft to a message: envelope and MIME content, complete with headers, as it goes over the wire.
 * Steps: sender → line breaks → recipients → headers → attachments → MIME → size → sender once more.
 */
import { randomUUID } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { normalizedAddress } from '../contract/address.js';
import type { MessageId } from '../contract/ids.js';
import type { Envelope } from '../contract/message.js';
import { type ProblemError, problemError } from '../contract/problem.js';
import type { ProviderLimits } from '../contract/provider.js';
import { envelopeAddress, parseMailbox, splitAddresses } from './addresses.js';
import { composedAttachments } from './attachments.js';
import type { MessageDraft } from './draft.js';
import { checkComposedSender, checkDisplayName, checkDraftSender, refuseLineBreaks } from './from-rule.js';
import { customHeaders } from './headers.js';
import type { AddressField, SendSettings } from './send-settings.js';

export interface ComposedMessage {
  envelope: Envelope;
  content: Buffer;
  /** The proposed Message-ID, with its angle brackets. */
  messageId: string;
  subject: string;
}

export interface ComposeOptions {
  id: MessageId;
  /** The connection's User, as set up. */
  user: string;
  settings: SendSettings;
  limits: ProviderLimits;
  /** What the Date field says; ms since the epoch. */
  date: number;
}

/** RFC 5322 §2.1.1 bounds a line at 998 octets; a subject is encoded and folded, so this only keeps nonsense out. */
const LONGEST_SUBJECT = 2_000;
const ID_FIELD = 'X-Mailgrant-Id';

/**
 * Composes a message; recipients, Reply-To, subject and headers that the draft lacks come from the connector's settings.
 * @throws ProblemError `from-mismatch`, `invalid-message`
 */
export async function composeMessage(draft: MessageDraft, options: ComposeOptions): Promise<ComposedMessage> {
  const { user, settings, limits } = options;
  const given = { ...draft, headers: { ...settings.headers, ...draft.headers } };
  const name = checkDraftSender(given, user) ?? settings.displayName ?? '';
  if (settings.from) checkDraftSender({ from: settings.from }, user);
  checkDisplayName(name, user);
  refuseLineBreaks(given);

  const to = mailboxes('to', draft.to ?? settings.to);
  const cc = mailboxes('cc', draft.cc ?? settings.cc);
  const bcc = mailboxes('bcc', draft.bcc ?? settings.bcc);
  const replyTo = mailboxes('replyTo', draft.replyTo ?? settings.replyTo);
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  const sender = envelopeAddress(user);
  if (sender === undefined) throw invalid('/from', `the User ${user} cannot be a sender`);
  const envelope = { from: sender, to: uniqueRecipients(recipients) };
  if (envelope.to.length === 0) throw invalid('/to', 'there is no recipient');
  if (envelope.to.length > limits.recipientsPerMessage) {
    throw invalid(
      '/to',
      `${envelope.to.length} recipients; one message takes ${limits.recipientsPerMessage}`,
    );
  }

  const subject = draft.subject ?? settings.subject ?? '';
  if (subject.length > LONGEST_SUBJECT)
    throw invalid('/subject', `longer than ${LONGEST_SUBJECT} characters`);
  const messageId = `<${randomUUID()}${sender.slice(sender.lastIndexOf('@'))}>`;
  const composer = new MailComposer({
    from: { name, address: sender },
    to: composed(to),
    cc: composed(cc),
    replyTo: composed(replyTo),
    subject,
    date: new Date(options.date),
    messageId,
    ...(draft.inReplyTo !== undefined && { inReplyTo: draft.inReplyTo }),
    ...(draft.references !== undefined && { references: draft.references }),
    ...(draft.text !== undefined && { text: draft.text }),
    ...(draft.html !== undefined && { html: draft.html }),
    attachments: composedAttachments(draft.attachments ?? []),
    headers: [...customHeaders(given.headers), { key: ID_FIELD, value: options.id }],
    newline: 'windows',
    normalizeHeaderKey: fieldName,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const content = await composer.compile().build();
  if (content.length > limits.messageBytes) {
    throw invalid(
      '/attachments',
      `the message has ${content.length} bytes; the limit is ${limits.messageBytes}`,
    );
  }
  checkComposedSender(content, envelope, user);
  return { envelope, content, messageId, subject };
}

const invalid = (path: string, what: string): ProblemError =>
  problemError('invalid-message', { with: { what: `${path}: ${what}` }, fields: [{ path, message: what }] });

function mailboxes(field: string, value: AddressField | undefined) {
  return splitAddresses(value).map((each) => {
    const mailbox = parseMailbox(each);
    const address = mailbox && envelopeAddress(mailbox.address);
    if (!mailbox || !address) throw invalid(`/${field}`, `"${each.slice(0, 200)}" is not one mail address`);
    return { name: mailbox.name ?? '', address };
  });
}

/** The composer writes every `-Id` as `-ID`; ours is `X-Mailgrant-Id`. */
const fieldName = (key: string): string => (key === 'X-Mailgrant-ID' ? ID_FIELD : key);

const composed = (list: { name: string; address: string }[]) => (list.length > 0 ? list : undefined);

/** Each recipient once, in order. */
function uniqueRecipients(addresses: readonly string[]): string[] {
  const byIdentity = new Map<string, string>();
  for (const address of addresses) {
    const identity = normalizedAddress(address) ?? address;
    if (!byIdentity.has(identity)) byIdentity.set(identity, address);
  }
  return [...byIdentity.values()];
}
