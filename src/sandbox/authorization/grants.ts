/**
 * Codes, refresh-token families and access tokens that the tenant has issued; the mail servers ask here too.
 *
 * Code: issued → redeemed, or expired after ten minutes. Family: live → revoked (by the account's revocation, or with
 * strict rotation by the reuse of an old token). Access token: good → expired (its time, or the expire switch).
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../contract/clock.js';
import type { SandboxUser } from '../users.js';
import { AadstsRefusal } from './aadsts.js';
import type { Resource } from './scopes.js';

/** Entra's refresh tokens stay good after use; others revoke the family when an old one comes back (RFC 9700 §4.14.2). */
export type RefreshTokenRule = 'kept' | 'rotated-strictly';

/** Ten minutes (EXCHANGE-ONLINE.md §2). */
const CODE_LIFETIME_MS = 600_000;

export interface CodeGrant {
  user: SandboxUser;
  clientId: string;
  redirectUri: string;
  scope: string;
  nonce: string | undefined;
  codeChallenge: string | undefined;
  issuedAt: number;
  redeemed: boolean;
}

/** All refresh tokens that came from one sign-in. */
export interface Family {
  readonly id: string;
  readonly user: SandboxUser;
  readonly clientId: string;
  /** What was consented to at sign-in. */
  readonly scope: string;
  /** Generation of the newest token, from 1. */
  newest: number;
  /** Why it ended: an AADSTS number. */
  ended: number | undefined;
}

export interface AccessGrant {
  /** `undefined`: the application's own. */
  user: SandboxUser | undefined;
  application?: string;
  resource: Resource;
  permissions: readonly string[];
  /** ms since the epoch */
  expiresAt: number;
}

export type Grants = ReturnType<typeof createGrants>;

/** About as long as Entra's, opaque; 1.6 KB access and 1 KB refresh, so that nobody relies on short tokens. */
const opaque = (prefix: string, bytes: number): string =>
  `${prefix}${randomBytes(bytes).toString('base64url')}`;

export function createGrants(options: { clock: Clock; rule: RefreshTokenRule; rememberSecrets: boolean }) {
  const { clock } = options;
  const codes = new Map<string, CodeGrant>();
  const families: Family[] = [];
  const refreshTokens = new Map<string, { family: Family; generation: number }>();
  const accessTokens = new Map<string, AccessGrant>();
  const issued: string[] = [];
  const expiryListeners = new Set<(user: SandboxUser | undefined) => void>();

  const remembered = (secret: string): string => {
    if (options.rememberSecrets) issued.push(secret);
    return secret;
  };

  /** Forgets what expired over a minute ago, so that a long run with short lifetimes stays small. */
  function sweep(): void {
    for (const [token, grant] of accessTokens) {
      if (grant.expiresAt > clock.now() - 60_000) return;
      accessTokens.delete(token);
    }
  }

  return {
    issueCode(grant: Omit<CodeGrant, 'issuedAt' | 'redeemed'>): string {
      const code = remembered(opaque('1.AX0A', 480));
      codes.set(code, { ...grant, issuedAt: clock.now(), redeemed: false });
      return code;
    },

    /** @throws AadstsRefusal 9002313 unknown, 54005 used before, 70008 too old */
    readCode(code: string): CodeGrant {
      const grant = codes.get(code);
      if (!grant) throw new AadstsRefusal(9002313, 'The authorization code is malformed.');
      if (grant.redeemed) throw new AadstsRefusal(54005);
      if (clock.now() - grant.issuedAt > CODE_LIFETIME_MS) throw new AadstsRefusal(70008);
      return grant;
    },

    /** UPN of whoever a code was issued to, without using it. */
    userOfCode: (code: string): string | undefined => codes.get(code)?.user.upn,

    startFamily(user: SandboxUser, clientId: string, scope: string): Family {
      const family: Family = {
        id: `f${families.length + 1}`,
        user,
        clientId,
        scope,
        newest: 0,
        ended: undefined,
      };
      families.push(family);
      return family;
    },

    issueRefreshToken(family: Family): string {
      family.newest += 1;
      const token = remembered(opaque('1.AX0A', 760));
      refreshTokens.set(token, { family, generation: family.newest });
      return token;
    },

    /** Which family a refresh token is of, before any judgement; for the log. */
    familyOf: (token: string): { family: Family; generation: number } | undefined => refreshTokens.get(token),

    /** @throws AadstsRefusal 70000 unknown or of another client, the number that ended the family, 70000 when reused under strict rotation */
    useRefreshToken(token: string, clientId: string): Family {
      const held = refreshTokens.get(token);
      if (!held || held.family.clientId !== clientId) throw new AadstsRefusal(70000);
      const { family, generation } = held;
      if (family.ended !== undefined) throw new AadstsRefusal(family.ended);
      if (options.rule === 'rotated-strictly' && generation !== family.newest) {
        family.ended = 70000;
        throw new AadstsRefusal(70000, 'The refresh token was used before; its family is revoked.');
      }
      return family;
    },

    issueAccessToken(grant: AccessGrant): string {
      sweep();
      const token = remembered(opaque('eyJ0eXAiOiJKV1QiLCJub25jZSI6', 1180));
      accessTokens.set(token, grant);
      return token;
    },

    /** The grant behind a good access token; `undefined` when it is unknown or expired. */
    readAccessToken(token: string): AccessGrant | undefined {
      const grant = accessTokens.get(token);
      return grant && grant.expiresAt > clock.now() ? grant : undefined;
    },

    /** How long a token that was just issued is good; seconds. */
    lifetimeOf(token: string): number {
      const grant = accessTokens.get(token);
      return grant ? Math.round((grant.expiresAt - clock.now()) / 1_000) : 0;
    },

    /** RFC 7009: a refresh token ends its family, an access token itself. @returns whether it was known */
    revokeToken(token: string): boolean {
      const held = refreshTokens.get(token);
      if (held) held.family.ended ??= 50173;
      return held !== undefined || accessTokens.delete(token);
    },

    /** Ends every sign-in that the account has made so far; a new one works. */
    revoke(user: SandboxUser, aadsts: number): void {
      for (const family of families) if (family.user === user) family.ended ??= aadsts;
    },

    /** Ends access tokens now, and tells the mail sessions that live on them. */
    expireAccessTokens(user?: SandboxUser): void {
      for (const grant of accessTokens.values()) {
        if (!user || grant.user === user) grant.expiresAt = Math.min(grant.expiresAt, clock.now());
      }
      for (const listener of expiryListeners) listener(user);
    },

    onExpired(listener: (user: SandboxUser | undefined) => void): () => void {
      expiryListeners.add(listener);
      return () => void expiryListeners.delete(listener);
    },

    /** Counts what a client presented as a secret among the issued ones. */
    remember: (secret: string): void => void remembered(secret),

    /** Every code and token issued, and every PKCE verifier presented, for a search that must find none of them elsewhere. */
    issuedSecrets: (): string[] => [...issued],
  };
}
