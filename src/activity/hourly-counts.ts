/**
 * What is counted of each hour: messages by what became of them, a number of four bytes per kind and hour. A day of a
 * connector (or of the service) is one string, which is as long as its last hour that has something: nothing is stored of
 * a connector that does nothing.
 */
import { HOURS_A_DAY, type HourSpan, hourOf, hourOfDay, isWithin } from './hours.js';

/**
 * sent: messages accepted by the server; received: messages that a destination confirmed; failed: of a sender messages
 * that ended failed, of a receiver polls that failed; quarantined: messages that no attempt could hand over.
 */
export const COUNTED = ['sent', 'received', 'failed', 'quarantined'] as const;
export type Counted = (typeof COUNTED)[number];
export type Counts = Record<Counted, number>;

const BYTES = 4;

export const noCounts = (): Counts => ({ sent: 0, received: 0, failed: 0, quarantined: 0 });

/** Which number of a day's string it is. @param at ms since the epoch */
export const placeOf = (counted: Counted, at: number): number =>
  hourOfDay(hourOf(at)) * COUNTED.length + COUNTED.indexOf(counted);

/** What was counted in one hour of a day. @param hour 0 to 23 @param stored the day's string, as far as it goes */
export function countsOfHour(stored: Buffer | null, hour: number): Counts {
  const counts = noCounts();
  for (const [index, counted] of COUNTED.entries()) {
    const at = (hour * COUNTED.length + index) * BYTES;
    if (stored && at + BYTES <= stored.length) counts[counted] = stored.readUInt32BE(at);
  }
  return counts;
}

/** @param day that the string is of, in days since the epoch */
export function addDay(
  sum: Counts,
  stored: Buffer | null,
  { day, span }: { day: number; span: HourSpan },
): void {
  const hours = stored ? Math.ceil(stored.length / (COUNTED.length * BYTES)) : 0;
  for (let hour = 0; hour < Math.min(hours, HOURS_A_DAY); hour++) {
    if (isWithin(span, day * HOURS_A_DAY + hour)) addCounts(sum, countsOfHour(stored, hour));
  }
}

export function addCounts(sum: Counts, more: Counts): void {
  for (const counted of COUNTED) sum[counted] += more[counted];
}
