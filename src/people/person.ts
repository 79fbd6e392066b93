/** A person who may sign in to the service itself, and what their role lets them do. */
import type { PersonId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import { worded } from '../contract/worded-pattern.js';

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** invited: has no password yet, and no other way in. active: can sign in. disabled: cannot, until an admin says otherwise. */
export type PersonStatus = 'invited' | 'active' | 'disabled';

/** Whom an OpenID provider names (OpenID Connect Core §2, `iss` and `sub`). */
export interface OpenIdSubject {
  issuer: string;
  subject: string;
}

/** As it is stored; the hash of the password is kept beside it. */
export interface Person {
  id: PersonId;
  version: number;
  /** As they sign in; unique whatever the case of its letters. */
  name: string;
  role: Role;
  hasPassword: boolean;
  /** Whom the OpenID provider calls so; instead of a password. */
  openId?: OpenIdSubject;
  disabled: boolean;
  /** Counts up with the password, the role and `disabled`: a session of an earlier epoch is over. */
  epoch: number;
  /** The one-time link that sets the password. */
  invitation?: { digest: string; expiresAt: number };
  /** ms since the epoch */
  createdAt: number;
}

export const statusOf = ({ disabled, hasPassword, openId }: Person): PersonStatus => {
  if (disabled) return 'disabled';
  return hasPassword || openId ? 'active' : 'invited';
};

export const canSignIn = (person: Person): boolean => statusOf(person) === 'active';

/** What two names are compared by. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase();

/** As a pattern of JSON Schema. Nothing that looks like something else: names stand in logs and in the audit trail. */
export const NAME_PATTERN = worded(
  '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$',
  'letters, digits and . _ @ + -, at most 100, such as ada or ada@example.com',
);

/** @throws ProblemError `invalid-request` */
export function refuseBadName(name: string): void {
  if (new RegExp(NAME_PATTERN).test(name)) return;
  const message = 'must be letters, digits and . _ @ + -, at most 100, such as ada or ada@example.com';
  throw problemError('invalid-request', { fields: [{ path: '/name', message }] });
}
