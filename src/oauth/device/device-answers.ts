/** What a token endpoint says to a poll for a device code, beside what it says to any request: RFC 8628 §3.5, and Entra's names. */

/** pending: ask again; slow-down: five seconds more from now on; the others end the sign-in. */
export type DeviceAnswer = 'pending' | 'slow-down' | 'declined' | 'expired';

export const DEVICE_ANSWERS: ReadonlyMap<string, DeviceAnswer> = new Map([
  ['authorization_pending', 'pending'],
  ['slow_down', 'slow-down'],
  ['access_denied', 'declined'],
  // Entra: "Microsoft identity platform and the OAuth 2.0 device authorization grant flow"
  ['authorization_declined', 'declined'],
  ['expired_token', 'expired'],
]);

/** RFC 8628 §3.5: the interval MUST be increased by 5 seconds for this and all subsequent requests. */
export const SLOW_DOWN_MS = 5_000;

/** RFC 8628 §3.2: where the server names no interval. */
export const DEFAULT_INTERVAL_SECONDS = 5;

/** A connection that times out reduces the frequency by itself (RFC 8628 §3.5), but not for ever. */
const LONGEST_BACKOFF_MS = 60_000;

/**
 * Until the next poll.
 * @param failures polls in a row without an answer of use
 * @returns ms
 */
export const pollPauseMs = (intervalMs: number, failures: number): number =>
  Math.max(intervalMs, Math.min(LONGEST_BACKOFF_MS, intervalMs * 2 ** Math.min(failures, 10)));
