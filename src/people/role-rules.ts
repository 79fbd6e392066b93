/** Which role the claims of an OpenID provider give: the highest of the rules that fit. */
import { ROLES, type Role } from './person.js';

/** MAILGRANT_OPENID_ROLES: a claim that is, or holds, a value gives a role. */
export interface RoleRule {
  claim: string;
  value: string;
  role: Role;
}

export type Claims = Readonly<Record<string, unknown>>;

/** @returns `undefined`: no rule fits */
export function roleOf(claims: Claims, rules: readonly RoleRule[]): Role | undefined {
  const fitting = rules.filter(({ claim, value }) => valuesOf(claims, claim).includes(value));
  return ROLES.findLast((role) => fitting.some((rule) => rule.role === role));
}

/**
 * Texts that a claim holds, whether it is one or a list.
 * @param claim its name; where there is none of that name, a way into others: `realm_access.roles`
 */
export function valuesOf(claims: Claims, claim: string): string[] {
  return [found(claims, claim) ?? []].flat(1).flatMap((each) => {
    const isPlain = typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean';
    return isPlain ? [String(each)] : [];
  });
}

function found(claims: Claims, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  let inner: unknown = claims;
  for (const part of claim.split('.')) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    inner = (inner as Claims)[part];
  }
  return inner;
}
