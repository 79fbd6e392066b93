/** Whether a message passes a connector's filter. Searched here and not by the server: Exchange searches in US-ASCII only. */
import type { MailAddress, ParsedMessage } from '../contract/message.js';
import type { ReceiveFilter } from '../contract/receive-settings.js';

/** Whether a filter asks anything, so that headers are worth fetching. */
export const filters = (filter: ReceiveFilter): boolean =>
  [filter.from, filter.to, filter.subject].some((wanted) => wanted !== undefined && wanted.length > 0);

/** Each given field must match; a field of several texts matches when one of them occurs. */
export function passesFilter(filter: ReceiveFilter, head: ParsedMessage): boolean {
  return (
    occurs(filter.from, head.from.map(shown)) &&
    occurs(filter.to, [...head.to, ...head.cc].map(shown)) &&
    occurs(filter.subject, [head.subject])
  );
}

const shown = ({ name, address }: MailAddress): string => (name ? `${name} <${address}>` : address);

function occurs(wanted: string | string[] | undefined, texts: readonly string[]): boolean {
  const any = wanted === undefined ? [] : [wanted].flat();
  if (any.length === 0) return true;
  const folded = texts.map((text) => text.toLowerCase());
  return any.some((each) => folded.some((text) => text.includes(each.toLowerCase())));
}
