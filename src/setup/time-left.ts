/** How long something has left, and how urgent that is: warnings come at 30, 7 and 1 days, and when it has ended. */

export const DAY_MS = 86_400_000;

/** 0: no warning yet; 1, 2, 3: at most 30, 7, 1 days left; 4: ended. */
export type Urgency = 0 | 1 | 2 | 3 | 4;

/** @param leftMs ms until the end; negative when it has passed */
export function urgencyOf(leftMs: number): Urgency {
  if (leftMs <= 0) return 4;
  if (leftMs <= DAY_MS) return 3;
  if (leftMs <= 7 * DAY_MS) return 2;
  return leftMs <= 30 * DAY_MS ? 1 : 0;
}

/** A span as a person says it: `12 days`, `1 day`, `5 hours`, `20 minutes`; rounded, never zero. @param ms at least 0 */
export function spanText(ms: number): string {
  if (ms >= 1.5 * DAY_MS) return counted(Math.round(ms / DAY_MS), 'day');
  if (ms >= 1.5 * 3_600_000) return counted(Math.round(ms / 3_600_000), 'hour');
  return counted(Math.max(1, Math.round(ms / 60_000)), 'minute');
}

/** `1 day`, `2 days`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
