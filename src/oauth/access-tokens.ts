/** What connectors' contexts ask for: an access token that is good now. One refresh at a time, over all processes (law 4). */
import type { ConnectionId } from '../contract/ids.js';

export interface UsableToken {
  accessToken: string;
  /** Version of the token set; hand it back as `rejected` when a server refuses the token. */
  version: number;
  /** SASL user name. */
  saslUser: string;
  /** ms since the epoch */
  expiresAt: number;
}

export interface AccessTokens {
  /**
   * The stored access token while it is good, else that of the one refresh in flight, else of one that is made now.
   * @param options `rejected`: version that a server has just refused; a newer stored one is returned without a refresh.
   *   `force`: refresh even though the token is good (Refresh Access Token).
   * @throws ProblemError `not-signed-in`, the problem that ended the grant, the application's failure, or a transient one
   *   (`token-endpoint-unavailable`) once the stored token is no longer good
   */
  accessToken(
    id: ConnectionId,
    options?: { rejected?: number; force?: boolean; signal?: AbortSignal },
  ): Promise<UsableToken>;
}
