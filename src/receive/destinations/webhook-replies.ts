/** What a webhook's HTTP status means: confirmed, about this message, about the destination, or gone. */
import type { CodesNaming } from '../../contract/problem.js';

/** Statuses that say nothing of the message: sign-in, routing, overload, gateways (RFC 9110 §15). */
const ABOUT_THE_DESTINATION = new Set([401, 402, 403, 404, 405, 407, 408, 421, 425, 429, 502, 503, 504]);

/** @returns `undefined` when the status confirms */
export function problemOfStatus(status: number): CodesNaming<'url' | 'status'> | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 410) return 'webhook-gone';
  if (status < 200 || status < 400 || ABOUT_THE_DESTINATION.has(status)) return 'webhook-unavailable';
  return 'webhook-refused';
}

/** Longest Retry-After that is honoured; a webhook may not put its mail off for days. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Reads Retry-After (RFC 9110 §10.2.3), seconds or a date.
 * @returns ms since the epoch
 */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = [header].flat()[0];
  if (!text) return undefined;
  const at = /^\d+$/.test(text) ? now + Number(text) * 1_000 : Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(at, now + LONGEST_RETRY_AFTER_MS);
}
