/** Checks client assertions (RFC 7523 §3): signed with a registered certificate's key, or a token of somebody whom the application trusts. */
import {
  constants,
  createHash,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  verify,
  X509Certificate,
} from 'node:crypto';
import { AadstsRefusal } from './aadsts.js';
import type { SandboxClient } from './clients.js';
import type { AuthorizationContext } from './context.js';

/** Somebody whose tokens stand for the application: issuer, subject and audience as registered with it. */
export interface FederatedTrust {
  issuer: string;
  subject: string;
  /** Entra's own unless given. */
  audience?: string;
  /** PEM of the issuer's key; absent: the tenant's own, for managed identities. */
  publicKey?: string;
}

export const FEDERATED_AUDIENCE = 'api://AzureADTokenExchange';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Entra takes clocks that are off by five minutes, and assertions for a day; ours lives at most ten minutes. */
const CLOCK_TOLERANCE_SECONDS = 300;
const LONGEST_LIFE_SECONDS = 600;

interface Assertion {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signed: Buffer;
  signature: Buffer;
}

/** @throws AadstsRefusal 50027, 700027, 700023, 700024, 700211 to 700213 */
export function checkClientAssertion(
  context: Pick<AuthorizationContext, 'clock' | 'clients' | 'issuer' | 'origin' | 'tenantId' | 'signer'>,
  client: SandboxClient,
  jwt: string,
): void {
  const assertion = parsed(jwt);
  if (assertion.claims.iss === client.clientId) checkOwn(context, client, assertion);
  else checkFederated(context, client, assertion);
}

/** Signed by the application itself, with a certificate that is registered with it. */
function checkOwn(
  context: Pick<AuthorizationContext, 'clock' | 'clients' | 'issuer' | 'origin' | 'tenantId'>,
  client: SandboxClient,
  assertion: Assertion,
): void {
  const { header, claims } = assertion;
  const certificate = (client.certificates ?? [])
    .map((pem) => new X509Certificate(pem))
    .find(({ raw }) => isThumbprintOf(raw, header));
  if (!certificate)
    throw new AadstsRefusal(700027, 'The key was not found: no such certificate is registered.');
  if (!isSigned(assertion, certificate.publicKey))
    throw new AadstsRefusal(700027, 'The signature does not match the certificate.');
  const now = context.clock.now() / 1_000;
  if (Date.parse(certificate.validTo) / 1_000 < now)
    throw new AadstsRefusal(700027, 'The certificate used has expired.');
  if (claims.sub !== client.clientId) throw new AadstsRefusal(700027, 'The subject is not the application.');
  const endpoint = `${context.origin}/${context.tenantId}/oauth2/v2.0/token`;
  if (typeof claims.aud !== 'string' || ![endpoint, context.issuer].includes(claims.aud))
    throw new AadstsRefusal(700023, `Audience: '${String(claims.aud)}'.`);
  checkTimes(claims, now, LONGEST_LIFE_SECONDS);
  if (typeof claims.jti !== 'string' || !context.clients.useAssertionId(`${client.clientId} ${claims.jti}`))
    throw new AadstsRefusal(700027, 'The assertion has no id, or was used before.');
}

function checkFederated(
  context: Pick<AuthorizationContext, 'clock' | 'signer'>,
  client: SandboxClient,
  assertion: Assertion,
): void {
  const { claims } = assertion;
  const ofIssuer = (client.federated ?? []).filter(({ issuer }) => issuer === claims.iss);
  if (ofIssuer.length === 0) throw new AadstsRefusal(700211, `Issuer: '${String(claims.iss)}'.`);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === claims.sub);
  if (ofSubject.length === 0) throw new AadstsRefusal(700213, `Subject: '${String(claims.sub)}'.`);
  const trust = ofSubject.find(({ audience = FEDERATED_AUDIENCE }) => [claims.aud].flat().includes(audience));
  if (!trust) throw new AadstsRefusal(700212, `Audience: '${String(claims.aud)}'.`);
  const [own] = context.signer.jwks.keys;
  const key = trust.publicKey
    ? createPublicKey(trust.publicKey)
    : createPublicKey({ key: own as JsonWebKey, format: 'jwk' });
  if (!isSigned(assertion, key)) throw new AadstsRefusal(700027, 'The issuer did not sign the assertion.');
  checkTimes(claims, context.clock.now() / 1_000, Number.POSITIVE_INFINITY);
}

/** @throws AadstsRefusal 700024 */
function checkTimes(claims: Record<string, unknown>, now: number, longestSeconds: number): void {
  const { exp, nbf } = claims;
  const isGood =
    typeof exp === 'number' &&
    exp > now - CLOCK_TOLERANCE_SECONDS &&
    (nbf === undefined || (typeof nbf === 'number' && nbf < now + CLOCK_TOLERANCE_SECONDS)) &&
    exp - (typeof nbf === 'number' ? nbf : now) <= longestSeconds;
  if (!isGood) throw new AadstsRefusal(700024, `nbf ${String(nbf)}, exp ${String(exp)}.`);
}

/** @throws AadstsRefusal 50027 */
function parsed(jwt: string): Assertion {
  const [head = '', body = '', signature = '', ...more] = jwt.split('.');
  try {
    const [header, claims] = [head, body].map((part) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()),
    );
    if (more.length > 0 || typeof header !== 'object' || typeof claims !== 'object')
      throw new Error('no JWT');
    return {
      header,
      claims,
      signed: Buffer.from(`${head}.${body}`),
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    throw new AadstsRefusal(50027);
  }
}

const isThumbprintOf = (der: Buffer, header: Record<string, unknown>): boolean => {
  const digest = (algorithm: string): string => createHash(algorithm).update(der).digest('base64url');
  return (
    header['x5t#S256'] === digest('sha256') ||
    (header['x5t#S256'] === undefined && header.x5t === digest('sha1'))
  );
};

function isSigned({ header, signed, signature }: Assertion, key: KeyObject): boolean {
  if (header.alg === 'RS256') return verify('sha256', signed, key, signature);
  if (header.alg !== 'PS256') return false;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify('sha256', signed, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
}
