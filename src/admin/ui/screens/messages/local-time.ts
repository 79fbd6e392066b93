/** Times as the browser's own field for them has them: in the reader's zone, to the minute. */

const two = (value: number): string => String(value).padStart(2, '0');

/** @param iso ISO 8601 @returns `2026-11-21T16:40`; blank for what is no time */
export function toLocal(iso: string | undefined): string {
  const at = new Date(iso ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** @param local as the field has it @returns ISO 8601 in UTC; `undefined` while it is not filled in */
export function fromLocal(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
