/** A time to the second, and how far it is away. */
import { exactTime, Moment } from '../../parts/moment.js';

/** @param props `at` ISO 8601; nothing known shows as a dash */
export function ExactMoment({ at }: { at: string | null }) {
  return at === null ? (
    <Moment at={at} />
  ) : (
    <>
      {exactTime(at)} (<Moment at={at} />)
    </>
  );
}
