/** Signs id_tokens with Entra's claims, and publishes the key they are checked with. */
import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { SandboxUser } from '../users.js';

export interface IdTokenSigner {
  jwks: { keys: JWK[] };
  /** @param extra claims that replace the usual ones, for a tenant that lies */
  sign(about: {
    user: SandboxUser;
    clientId: string;
    nonce: string | undefined;
    openid: ReadonlySet<string>;
    now: number;
    extra?: Record<string, unknown>;
  }): Promise<string>;
  /** A token of a service principal, such as a managed identity's that stands for an application. */
  signFor(about: {
    subject: string;
    audience: string;
    now: number;
    lifetimeSeconds: number;
  }): Promise<string>;
}

/** Entra's id_tokens live an hour. */
const LIFETIME_SECONDS = 3600;

export async function createIdTokenSigner(place: {
  issuer: string;
  tenantId: string;
}): Promise<IdTokenSigner> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const kid = randomBytes(20).toString('base64url');
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256', issuer: place.issuer };
  return {
    jwks: { keys: [jwk] },
    sign({ user, clientId, nonce, openid, now, extra }) {
      const seconds = Math.floor(now / 1000);
      return new SignJWT({
        aud: clientId,
        iss: place.issuer,
        // Entra dates iat and nbf the same.
        iat: seconds,
        nbf: seconds,
        exp: seconds + LIFETIME_SECONDS,
        ...(openid.has('profile') ? { name: user.name, preferred_username: user.upn, oid: user.oid } : {}),
        ...(openid.has('email') ? { email: user.mail } : {}),
        ...(nonce === undefined ? {} : { nonce }),
        rh: `1.${randomBytes(24).toString('base64url')}.`,
        // sub is pairwise: another application sees another.
        sub: createHash('sha256').update(`${clientId}|${user.oid}`).digest('base64url'),
        tid: place.tenantId,
        uti: randomBytes(16).toString('base64url'),
        ver: '2.0',
        ...extra,
      })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
        .sign(privateKey);
    },
    signFor({ subject, audience, now, lifetimeSeconds }) {
      const seconds = Math.floor(now / 1000);
      const times = { iat: seconds, nbf: seconds, exp: seconds + lifetimeSeconds };
      const uti = randomBytes(16).toString('base64url');
      return new SignJWT({
        aud: audience,
        iss: place.issuer,
        sub: subject,
        tid: place.tenantId,
        uti,
        ...times,
      })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
        .sign(privateKey);
    },
  };
}
