/** Moments as people write them: an ISO 8601 date, or date and time; and as they read them. */

/** @param at ms since the epoch @returns to be read within a sentence: `2026-11-21 19:33 UTC` */
export const timeText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/**
 * @param text without an offset it is UTC, wherever the process runs; a date alone is its first moment
 * @returns ms since the epoch; `undefined` for what is no date, or one that does not exist, such as 2026-02-31
 */
export function momentOf(text: string): number | undefined {
  const [day = '', time] = text.split('T');
  const hasOffset = time === undefined || /(Z|[+-]\d{2}:\d{2})$/.test(time);
  const at = Date.parse(hasOffset ? text : `${text}Z`);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at) || Number.isNaN(midnight)) return undefined;
  // Date.parse takes February 31 for March 3.
  return new Date(midnight).toISOString().startsWith(day) ? at : undefined;
}
