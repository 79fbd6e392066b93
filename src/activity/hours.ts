/** Hours and days as they are counted: of UTC, numbered from the epoch. */
export const HOUR_MS = 3_600_000;
export const HOURS_A_DAY = 24;
export const DAY_MS = HOURS_A_DAY * HOUR_MS;

/** @param at ms since the epoch */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/** When an hour begins; ms since the epoch. */
export const startOf = (hour: number): number => hour * HOUR_MS;

export const dayOf = (hour: number): number => Math.floor(hour / HOURS_A_DAY);

/** The hour of its day, 0 to 23. */
export const hourOfDay = (hour: number): number => hour - dayOf(hour) * HOURS_A_DAY;

/** Hours one after the other; the last one counts. */
export interface HourSpan {
  first: number;
  last: number;
}

/** The days that a span touches. */
export function daysOf({ first, last }: HourSpan): number[] {
  const from = dayOf(first);
  return Array.from({ length: Math.max(0, dayOf(last) - from + 1) }, (_, index) => from + index);
}

export const isWithin = ({ first, last }: HourSpan, hour: number): boolean => hour >= first && hour <= last;
