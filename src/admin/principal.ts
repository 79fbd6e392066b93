/** Who makes a request, and what they may do: read ⊂ operate ⊂ admin. */
import { problemError } from '../contract/problem.js';

export const SCOPES = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a route needs. `public`: anybody. Every route says so in its config, or does not start. */
export type RouteScope = Scope | 'public';

export interface Principal {
  kind: 'key' | 'session';
  /** For logs and transaction logs: the key's id, `environment` or `page`; never the key. */
  name: string;
  /** What the key is called. */
  title?: string;
  /** Of a session, what opened it: `password`, `environment`, or the id of a key. */
  openedBy?: string;
  scopes: readonly Scope[];
}

/** Whether scopes cover one that is needed; a wider scope covers the narrower ones. */
export function covers(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(needed));
}

/** @throws ProblemError `unauthenticated`, `forbidden` */
export function refuseWithout(principal: Principal | undefined, needed: Scope): void {
  if (!principal) throw problemError('unauthenticated');
  if (!covers(principal.scopes, needed)) throw problemError('forbidden', { with: { scope: needed } });
}
