/** When a token is refreshed ahead of its expiry, when it is too old to hand out, and how long a failed refresh waits. Pure. */
import { createHash } from 'node:crypto';

/** A long-lived token is refreshed at least this long before it expires: an outage of that length goes unnoticed. */
const AHEAD_MS = 5 * 60_000;
/** Lifetimes from here on are long enough to give {@link AHEAD_MS} away. */
const LONG_LIFETIME_MS = 4 * AHEAD_MS;
/** Refreshed between these parts of the lifetime; spread, so that connections signed in together drift apart. */
const EARLIEST_PART = 0.7;
const LATEST_PART = 0.8;

/** A token that expires within this is not handed out any more: signing in with it takes a moment. */
const MARGIN_MS = 60_000;
/** Short-lived tokens keep at most this part of their life as margin. */
const MARGIN_PART = 0.1;

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 2 * 60_000;

export interface Lifetime {
  /** ms since the epoch */
  issuedAt: number;
  /** ms since the epoch */
  expiresAt: number;
}

/**
 * When to refresh, ahead of expiry.
 * @param jitter 0 to 1; the same for one token set, see {@link jitterOf}
 * @returns ms since the epoch
 */
export function refreshAt({ issuedAt, expiresAt }: Lifetime, jitter: number): number {
  const lifetimeMs = Math.max(0, expiresAt - issuedAt);
  const part = EARLIEST_PART + (LATEST_PART - EARLIEST_PART) * jitter;
  const byPart = issuedAt + lifetimeMs * part;
  return Math.round(lifetimeMs >= LONG_LIFETIME_MS ? Math.min(byPart, expiresAt - AHEAD_MS) : byPart);
}

/** Whether a token may still be handed out. */
export function isGood({ issuedAt, expiresAt }: Lifetime, now: number): boolean {
  const marginMs = Math.min(MARGIN_MS, (expiresAt - issuedAt) * MARGIN_PART);
  return now < expiresAt - marginMs;
}

/**
 * When a failed refresh is tried again.
 * @param options `previousWaitMs`: what the failure before waited, where there was one; `random` 0 to 1
 * @returns ms to wait: doubling, jittered by half, at most two minutes
 */
export function backoffMs(options: { previousWaitMs: number | undefined; random: number }): number {
  const base =
    options.previousWaitMs === undefined
      ? FIRST_BACKOFF_MS
      : Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, options.previousWaitMs * 2));
  return Math.min(LONGEST_BACKOFF_MS, Math.round(base * (0.75 + options.random * 0.5)));
}

/** A number from 0 to 1 that stays the same for the same text: one token set keeps its place in the spread. */
export function jitterOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 0xffffffff;
}
