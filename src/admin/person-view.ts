/** A person as the API shows them: never a password, a hash or a link. */
import { Type } from 'typebox';
import type { RemovedPerson } from '../people/people-store.js';
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
  openId: Type.Union([Type.Object({ issuer: Type.String(), subject: Type.String() }), Type.Null()], {
    description:
      'Whom the OpenID provider calls so: signs in through it, with the role that its claims give at each sign-in.',
  }),
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
  openId: person.openId ?? null,
  status: statusOf(person),
  invitedUntil: isoTimeOrNull(person.invitation?.expiresAt),
  lastSignInAt: isoTimeOrNull(lastSignInAt),
  createdAt: isoTime(person.createdAt),
});

/** Somebody who was deleted and is kept out, though the OpenID provider knows them. */
export const removedPersonSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  issuer: Type.String(),
  subject: Type.String(),
  removedAt: timeSchema,
});

export const removedPersonView = ({ removedAt, ...person }: RemovedPerson) => ({
  ...person,
  removedAt: isoTime(removedAt),
});
