/**
 * The identity rule (law 1), pure: who signed in must be the connection's User, of the application's tenant, and the
 * account that the connection had before.
 */
import { normalizedAddress, sameAddress } from '../contract/address.js';
import { type ProblemError, problemError } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';

/** An account for good: names may move from one account to another, this does not. */
export interface Account {
  /** `tid` at Entra, else the issuer. */
  tenant: string;
  /** `oid` at Entra, else `sub`. */
  subject: string;
}

export interface IdentityQuestion {
  /**
   * Claims of an id_token or userinfo that came over the back channel; of userinfo the caller adds `iss`.
   * `undefined`: the server gave neither.
   */
  claims: Readonly<Record<string, unknown>> | undefined;
  /** The connection's User. */
  expectedUser: string;
  /** The application's tenant, where it has one. */
  expectedTenant?: string | undefined;
  /** Tenant names that stand for many tenants, such as `common`: `tid` is not compared with those. */
  multiTenantNames: readonly string[];
  /** The account of the grant before, on re-authorization and on refresh. */
  previousAccount?: Account | undefined;
  trustEmailClaim: ProviderPreset['trustEmailClaim'];
}

export interface ProvedIdentity {
  /** The signed-in user as the provider names it: the UPN, else the trusted address. */
  authenticatedUser: string;
  /** SASL user name: SMTP on Exchange Online wants the UPN (EXCHANGE-ONLINE.md §1). */
  saslUser: string;
  account: Account;
}

/**
 * Proves who signed in.
 * @throws ProblemError `identity-unprovable`, `wrong-user`, `wrong-tenant`, `account-changed`
 */
export function checkIdentity(question: IdentityQuestion): ProvedIdentity {
  const { claims, expectedUser, expectedTenant, previousAccount } = question;
  if (!claims) throw problemError('identity-unprovable');
  const userName = textClaim(claims, 'preferred_username');
  const email = textClaim(claims, 'email');
  const account = accountOf(claims);
  const signedIn = userName ?? email;
  if (!signedIn || !account) throw problemError('identity-unprovable');

  const isOneTenant =
    expectedTenant !== undefined && !question.multiTenantNames.includes(expectedTenant.toLowerCase());
  const tenant = textClaim(claims, 'tid');
  const isTenantRight = !isOneTenant || tenant?.toLowerCase() === expectedTenant.toLowerCase();
  const byName = sameAddress(userName, expectedUser);
  const byEmail = sameAddress(email, expectedUser);
  const wrongUser = (): ProblemError =>
    problemError('wrong-user', { with: { user: expectedUser, signedIn } });
  if (!isTenantRight) {
    if (!byName && !byEmail) throw wrongUser();
    const actual = tenant ?? 'unknown';
    throw problemError('wrong-tenant', { with: { signedIn, actual, expected: expectedTenant } });
  }
  const isEmailTrusted = trustsEmail(question.trustEmailClaim, claims, isOneTenant);
  // An untrusted e-mail claim alone proves nothing: anybody can set it in a tenant of their own.
  if (!userName && !isEmailTrusted) throw problemError('identity-unprovable');
  if (!byName && !(byEmail && isEmailTrusted)) throw wrongUser();
  if (previousAccount && !sameAccount(previousAccount, account)) {
    throw problemError('account-changed', { with: { signedIn } });
  }
  const upn = userName && normalizedAddress(userName) ? userName : undefined;
  return { authenticatedUser: userName ?? signedIn, saslUser: upn ?? expectedUser, account };
}

/** Whether two accounts are one; tenants are GUIDs or issuers, compared without case, subjects exactly. */
export const sameAccount = (a: Account, b: Account): boolean =>
  a.tenant.toLowerCase() === b.tenant.toLowerCase() && a.subject === b.subject;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An account that signed in before the application's tenant was changed is of no use with it (law 1). Nothing is ended by
 * that: with the former tenant pasted back, or after a new sign-in, the connection goes on.
 * @param question `tenant`: of the application; a name that stands for many tenants is no GUID and refuses nobody
 * @throws ProblemError `tenant-changed`
 */
export function refuseOtherTenant(question: {
  account: Account | undefined;
  tenant: string | undefined;
  user: string;
  application: string;
}): void {
  const { account, tenant, user, application } = question;
  // Elsewhere than at Entra an account's tenant is its issuer, which a tenant cannot be compared with.
  if (!account || !tenant || !GUID.test(account.tenant) || !GUID.test(tenant)) return;
  if (account.tenant.toLowerCase() === tenant.toLowerCase()) return;
  throw problemError('tenant-changed', {
    with: { user, application, actual: account.tenant, expected: tenant },
  });
}

/** `tid`+`oid` where the server gives both (Microsoft: "Secure applications and APIs by validating claims"), else issuer and subject (OpenID Connect Core §2). */
export function accountOf(claims: Readonly<Record<string, unknown>>): Account | undefined {
  const [tid, oid] = [textClaim(claims, 'tid'), textClaim(claims, 'oid')];
  if (tid && oid) return { tenant: tid, subject: oid };
  const [iss, sub] = [textClaim(claims, 'iss'), textClaim(claims, 'sub')];
  return iss && sub ? { tenant: iss, subject: sub } : undefined;
}

/** EXCHANGE-ONLINE.md §2: `email` is the user's address only where one tenant vouches for it, or it was verified. */
function trustsEmail(
  rule: ProviderPreset['trustEmailClaim'],
  claims: Readonly<Record<string, unknown>>,
  isOneTenant: boolean,
): boolean {
  if (rule === 'never') return false;
  if (isTrue(claims.xms_edov)) return true;
  return rule === 'single-tenant-or-verified' ? isOneTenant : isTrue(claims.email_verified);
}

/** Servers write booleans as true, "true", 1 and "1" (xms_edov came as each of them). */
const isTrue = (claim: unknown): boolean =>
  claim === true || claim === 1 || claim === '1' || claim === 'true';

function textClaim(claims: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = claims[name];
  return typeof value === 'string' && value.length > 0 ? value : undefined;
}
