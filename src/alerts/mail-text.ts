/** A notice as a mail: a subject that says it all where it can, and a text to act by. */
import { timeText } from '../contract/date-text.js';
import { counted } from '../setup/time-left.js';
import type { Notice } from './notice.js';

/** Alerts that a mail spells out; a longer one is read by nobody. */
const SPELT_OUT = 20;
const SUBJECT_CHARACTERS = 150;

type NoticedAlert = Notice['data']['alerts'][number];

const WORDS: Readonly<Record<NoticedAlert['event'], string>> = {
  opened: 'ALERT',
  reminder: 'STILL OPEN',
  resolved: 'RESOLVED',
};

/** @param publicUrl origin of the page, without a trailing slash */
export function mailOf(notice: Notice, publicUrl: string): { subject: string; text: string } {
  const { count, alerts } = notice.data;
  const spelt = alerts.slice(0, SPELT_OUT);
  const [first] = alerts;
  const subject =
    notice.type === 'alert.test'
      ? 'Mailgrant: a test alert'
      : count === 1 && first
        ? `Mailgrant ${WORDS[first.event]}: ${first.problem.title} (${first.subject.name})`
        : `Mailgrant: ${tally(alerts, count)}`;
  const more = count - spelt.length;
  return {
    subject: oneLine(subject).slice(0, SUBJECT_CHARACTERS),
    text: [
      ...spelt.map(alertText),
      ...(more > 0 ? [`And ${more} more: ${publicUrl}/`] : []),
      `Sent by Mailgrant at ${publicUrl}/ (notice ${notice.id}).`,
    ].join('\n\n'),
  };
}

function tally(alerts: readonly NoticedAlert[], count: number): string {
  const kinds = new Set(alerts.map(({ event }) => event));
  const [only] = kinds;
  if (kinds.size === 1 && only)
    return {
      opened: `${count} alerts`,
      reminder: `${count} alerts still open`,
      resolved: `${count} resolved`,
    }[only];
  return `${count} changes of alerts`;
}

function alertText(alert: NoticedAlert): string {
  const { event, severity, problem, subject, affects, openedAt, resolvedAt, url } = alert;
  const isOver = event === 'resolved';
  return [
    `${WORDS[event]} (${severity}): ${problem.title}`,
    `  ${subject.type === 'service' ? 'The service' : `The ${subject.type}`} ${subject.name}`,
    ...(isOver ? [] : [`  ${problem.detail}`, `  What to do next: ${problem.next}`]),
    ...(!isOver && problem.serverWords !== undefined ? [`  The server's words: ${problem.serverWords}`] : []),
    ...(affects && affects.count > 0 ? [`  ${affectedText(affects)}`] : []),
    `  Since ${timeOf(openedAt)}${resolvedAt === null ? '' : `, over at ${timeOf(resolvedAt)}`}`,
    `  ${url}`,
  ]
    .map((line) => line.replace(/[\r\n]+/g, ' '))
    .join('\n');
}

function affectedText({ what, count, names }: NonNullable<NoticedAlert['affects']>): string {
  const affected = counted(count, what.replace(/s$/, ''));
  if (names.length === 0) return affected;
  const more = count > names.length ? `, and ${count - names.length} more` : '';
  return `${affected}: ${names.join(', ')}${more}`;
}

const timeOf = (iso: string): string => timeText(Date.parse(iso));

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
