/** The steps of a transaction log in words, newest first. */
import type { Message } from '../../api/client.js';
import { strings } from '../../strings/index.js';

export type LogEntry = Message['log'][number];

export interface LogStep {
  entry: LogEntry;
  title: string;
  /** Its place: a log only grows. */
  key: number;
}

export const stepsOf = ({ log, direction }: Message): LogStep[] =>
  log.map((entry, index) => ({ entry, title: titleOf(entry, index, direction), key: index })).reverse();

function titleOf(entry: LogEntry, index: number, direction: string): string {
  const words = strings.messages.log;
  const { status, by, attempt, problem } = entry;
  const step = words.steps[status] ?? status;
  const parts = [
    status === 'queued' && by !== undefined
      ? words.again.outbound
      : status === 'queued' && problem
        ? words.tryAgain
        : status === 'queued' && index === 0
          ? words.first
          : direction === 'inbound' && by !== undefined
            ? words.again.inbound
            : step,
    ...(attempt !== undefined && attempt > 0 ? [words.attempt(attempt)] : []),
    ...(by === undefined ? [] : [words.by(by)]),
  ];
  return parts.join(' · ');
}
