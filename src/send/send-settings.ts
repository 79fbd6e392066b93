/** What sending reads of a connector's settings, whichever connector type declared them; defaults are the type's. */
import { durationMs } from '../contract/duration.js';
import type { ProviderLimits } from '../contract/provider.js';

export type AddressField = string | string[];

export interface SendSettings {
  from?: string;
  displayName?: string;
  to?: AddressField;
  cc?: AddressField;
  bcc?: AddressField;
  replyTo?: AddressField;
  subject?: string;
  headers?: Record<string, string>;
  onUncertain?: 'hold' | 'resend';
  maxAttempts?: number;
  retryInterval?: string;
  limits?: Partial<ProviderLimits>;
}

const DEFAULT_MAX_ATTEMPTS = 15;
const DEFAULT_RETRY_INTERVAL = '1m';
/** Beyond this the interval grows no further. */
const LONGEST_RETRY_MS = 3_600_000;

/** A connector's settings as sending reads them; the connector type has validated them. */
export const sendSettings = (settings: Record<string, unknown>): SendSettings => settings;

export const maxAttempts = (settings: SendSettings): number => settings.maxAttempts ?? DEFAULT_MAX_ATTEMPTS;

/**
 * The pause after an attempt: doubled with each, jittered by a quarter so that messages which failed together spread.
 * @param attempt 1 after the first
 */
export function retryDelayMs(
  settings: SendSettings,
  attempt: number,
  random: () => number = Math.random,
): number {
  const first = durationMs(settings.retryInterval ?? DEFAULT_RETRY_INTERVAL);
  const grown = Math.min(first * 2 ** Math.min(attempt - 1, 20), Math.max(LONGEST_RETRY_MS, first));
  return Math.round(grown * (0.75 + random() / 2));
}

/** The provider's limits, with those that the connector replaces. */
export function effectiveLimits(preset: ProviderLimits, settings: SendSettings): ProviderLimits {
  return { ...preset, ...settings.limits };
}
