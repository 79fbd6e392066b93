/** What the token endpoint was asked and what it answered, without any secret: for tests that count refreshes. */
export interface TokenRequest {
  /** ms since the epoch at which the request had arrived */
  at: number;
  /** ms since the epoch of the outcome; absent while it hangs */
  endedAt?: number;
  grantType: string;
  clientId: string | undefined;
  /** UPN of the account, where the code or refresh token names one. */
  user?: string;
  /** Family of the refresh token: one for each sign-in. */
  family?: string;
  /** Which refresh token of the family was presented, from 1. */
  generation?: number;
  scope?: string;
  /** `ok`, an AADSTS number, or the kind of the fault that was played. */
  outcome: 'ok' | 'pending' | `AADSTS${number}` | `fault:${string}`;
  /** Whether the grant was changed: new tokens issued, even when the answer was lost. */
  tookEffect: boolean;
  userAgent?: string;
  remotePort?: number;
}
