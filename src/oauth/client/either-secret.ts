/** A request that is made with one of an application's two secrets, and where that is refused at once again with the other one. */
import type { ForeignFacts } from '../../contract/problem.js';
import { refusesClientSecret } from '../server/server-errors.js';
import type { OAuthClient } from './client.js';
import type { ClientCredential } from './client-credential.js';

/** Errors that a server may give before it has looked at who asks. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'invalid_request',
  'unauthorized_client',
  'temporarily_unavailable',
  'server_error',
]);

/**
 * @param attempt makes the request
 * @param factsOf what the server said where the request failed; `undefined`: it did not
 * @returns the outcome of the first attempt; where its secret was refused, that of both
 */
export async function withEitherSecret<Outcome>(
  client: Pick<OAuthClient, 'credentials' | 'accepted'>,
  attempt: (credential: ClientCredential) => Promise<Outcome>,
  factsOf: (outcome: Outcome) => ForeignFacts | undefined,
): Promise<{ outcome: Outcome; refused?: { first: Outcome; second: Outcome } }> {
  const isRefused = (outcome: Outcome): boolean => refusesClientSecret(factsOf(outcome) ?? {});
  const [preferred, other] = client.credentials();
  const before = await attempt(preferred);
  if (other === undefined || !isRefused(before)) return { outcome: before };
  const after = await attempt(other);
  if (isRefused(after)) {
    const isInOrder = preferred.which === 'first';
    const refused = isInOrder ? { first: before, second: after } : { first: after, second: before };
    return { outcome: after, refused };
  }
  if (tookSecret(factsOf(after))) client.accepted(other);
  return { outcome: after };
}

/** Whatever else a server says of a code, a grant or a scope: it has taken the secret. */
function tookSecret(facts: ForeignFacts | undefined): boolean {
  if (facts === undefined) return true;
  return facts.error !== undefined && (facts.status ?? 0) < 429 && !SAYS_NOTHING.has(facts.error);
}
