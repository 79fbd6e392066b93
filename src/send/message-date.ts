/** The Date field of a scheduled message that somebody sends ahead of its time (RFC 5322 §3.6.1: when it was completed). */
import type { SpooledMessage } from '../storage/spool.js';
import { plannedAt } from './message-state.js';

const DATE = /(^|\r\n)Date: [^\r\n]*/;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * What goes over the wire. A scheduled message is composed with the time that it is to be sent at; sent ahead of that, it
 * would come from the future. The spool keeps it as it was composed, since its file is never written anew.
 * @param content as it was composed
 */
export function contentAsSent(content: Buffer, { head, log }: Pick<SpooledMessage, 'head' | 'log'>): Buffer {
  const at = plannedAt(head, log);
  if (head.sendAt === undefined || at === head.sendAt) return content;
  const end = content.indexOf(END_OF_HEAD);
  const fields = content.toString('latin1', 0, end);
  const dated = fields.replace(DATE, `$1Date: ${dateField(at)}`);
  return Buffer.concat([Buffer.from(dated, 'latin1'), content.subarray(end)]);
}

/** RFC 5322 §3.3, in UTC. @param at ms since the epoch */
const dateField = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');
