/** A person, and a one-time link, as a terminal shows them. */
import type { ShownInvitation, ShownPerson } from '../../shown.js';
import { fields, paragraphs, time } from '../../text.js';

export const personText = (one: ShownPerson): string =>
  fields({
    Id: one.id,
    Name: one.name,
    Role: one.role,
    Status: one.status,
    ...(one.openId && { 'Signs in through': `${one.openId.issuer} as ${one.openId.subject}` }),
    'Invited until': time(one.invitedUntil),
    'Last sign-in': time(one.lastSignInAt),
    Since: time(one.createdAt),
    Version: one.version,
  });

export const invitationText = ({ person, url, expiresAt }: ShownInvitation): string =>
  paragraphs(
    personText(person),
    `Hand this link to ${person.name}; it sets the password, works once and until ${time(expiresAt)}, and cannot be shown again:`,
    url,
  );

export const ROLE_OPTION = {
  kind: 'text',
  value: 'role',
  meaning: 'viewer: looks. operator: also sends, runs and signs mailboxes in. admin: everything.',
} as const;
