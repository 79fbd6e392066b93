/** Token revocation (RFC 7009), which Entra does not have and others do: offered only where a test or the sandbox says so. */
import { authenticateClient } from './clients.js';
import type { AuthorizationContext } from './context.js';

export interface RevocationSwitch {
  /** Named by discovery. */
  offered: boolean;
  /** Answered in the place of the truth. */
  status?: number | undefined;
  /** Requests so far, and what came of them. */
  log: { hint: string | null; revoked: boolean }[];
}

/** @returns the HTTP status @throws AadstsRefusal of the client */
export function answerRevocation(
  context: AuthorizationContext,
  parameters: URLSearchParams,
  authorization: string | undefined,
): number {
  const { revocation, grants } = context;
  if (!revocation.offered) return 404;
  if (revocation.status !== undefined) return revocation.status;
  authenticateClient(context, parameters, authorization);
  const revoked = grants.revokeToken(parameters.get('token') ?? '');
  revocation.log.push({ hint: parameters.get('token_type_hint'), revoked });
  // An unknown token is as good as revoked (RFC 7009 §2.2).
  return 200;
}
