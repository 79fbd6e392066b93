/** Who makes a request, and what they may do: read ⊂ operate ⊂ admin. */
import type { PersonId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import type { Person, Role } from '../people/person.js';

export const SCOPES = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a route needs. `public`: anybody. Every route says so in its config, or does not start. */
export type RouteScope = Scope | 'public';

export interface Principal {
  /** session: of a page session that a key opened; person: of one that a person signed in to. */
  kind: 'key' | 'session' | 'person';
  /** For logs and transaction logs: the key's id, `environment`, `page` or the person's name; never the key. */
  name: string;
  /** Of a person. */
  id?: PersonId;
  role?: Role;
  /** Of a person: whether there is one to change. */
  hasPassword?: boolean;
  /** What the key is called. */
  title?: string;
  /** Of a session, what opened it: `environment`, or the id of a key. */
  openedBy?: string;
  scopes: readonly Scope[];
}

const SCOPE_OF: Readonly<Record<Role, Scope>> = { viewer: 'read', operator: 'operate', admin: 'admin' };

/** What a person may do follows from the role that they have now. */
export const principalOfPerson = ({ id, name, role, hasPassword }: Person): Principal => ({
  kind: 'person',
  name,
  id,
  role,
  hasPassword,
  scopes: [SCOPE_OF[role]],
});

/** Whether scopes cover one that is needed; a wider scope covers the narrower ones. */
export function covers(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(needed));
}

/** @throws ProblemError `unauthenticated`, `forbidden` */
export function refuseWithout(principal: Principal | undefined, needed: Scope): void {
  if (!principal) throw problemError('unauthenticated');
  if (!covers(principal.scopes, needed)) throw problemError('forbidden', { with: { scope: needed } });
}
