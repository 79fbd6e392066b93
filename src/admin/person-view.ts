/** A person as the API shows them: never a password, a hash or a link. */
import { Type } from 'typebox';
import { type Person, ROLES, statusOf } from '../people/person.js';
import { isoTime, isoTimeOrNull, timeOrNullSchema, timeSchema } from '../setup/view-parts.js';

export const personViewSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String({ description: 'As they sign in.' }),
  role: Type.Enum([...ROLES], {
    description: 'viewer: looks. operator: also sends, runs and signs mailboxes in. admin: everything.',
  }),
  disabled: Type.Boolean(),
  status: Type.String({ description: 'invited: has set no password yet; active; disabled' }),
  invitedUntil: timeOrNullSchema,
  lastSignInAt: timeOrNullSchema,
  createdAt: timeSchema,
});

/** @param lastSignInAt ms since the epoch */
export const personView = (person: Person, lastSignInAt: number | undefined) => ({
  id: person.id,
  version: person.version,
  name: person.name,
  role: person.role,
  disabled: person.disabled,
  status: statusOf(person),
  invitedUntil: isoTimeOrNull(person.invitation?.expiresAt),
  lastSignInAt: isoTimeOrNull(lastSignInAt),
  createdAt: isoTime(person.createdAt),
});
