/** Moments in a query: ISO 8601, a date or a date with a time. */
import { Type } from 'typebox';
import { momentOf } from '../contract/date-text.js';
import { worded } from '../contract/worded-pattern.js';
import { refusedQuery } from './route-parts.js';

const TIME = worded(
  '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})?)?$',
  'an ISO 8601 date such as 2026-01-31 or 2026-01-31T08:00:00Z',
);

/** A moment that may be left out. */
export const moment = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 40, description, pattern: TIME }));

/**
 * Nothing was written down before 1970.
 * @param name of the query's member
 * @returns ms since the epoch
 * @throws ProblemError `invalid-request`
 */
export function momentAsked(name: string, text: string): number {
  const at = momentOf(text);
  if (at !== undefined) return Math.max(0, at);
  throw refusedQuery(name, `${text} is no date that there is`);
}
