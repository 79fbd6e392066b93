/** Durations as the API and the settings write them: `"500ms"`, `"2s"`, `"5m"`, `"12h"`, `"7d"`. */
import { worded } from './worded-pattern.js';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** JSON Schema pattern of a duration string. */
export const DURATION_PATTERN = worded('^[0-9]{1,9}(ms|s|m|h|d)$', 'a duration such as "30s", "5m" or "12h"');

/**
 * Reads a duration string.
 * @param text such as `"5m"`
 * @returns milliseconds
 * @throws RangeError when the text is no duration
 */
export function durationMs(text: string): number {
  const match = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text);
  if (!match)
    throw new RangeError(`"${text}" is no duration; write a number and ms, s, m, h or d, such as "5m"`);
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
