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
  log
    .map((entry, index) => ({ entry, title: titleOf(entry, log[index - 1], direction), key: index }))
    .reverse();

/** @param before what it was until then; `undefined` for the first step */
function titleOf(entry: LogEntry, before: LogEntry | undefined, direction: string): string {
  const words = strings.messages.log;
  const { status, by, attempt, problem } = entry;
  // It waited for its time, not for another try.
  const again = before?.status === 'scheduled' ? words.early : words.again.outbound;
  const step = words.steps[status] ?? status;
  const parts = [
    status === 'queued' && by !== undefined
      ? again
      : status === 'queued' && problem
        ? words.tryAgain
        : status === 'queued' && before === undefined
          ? words.first
          : direction === 'inbound' && by !== undefined
            ? words.again.inbound
            : step,
    ...(attempt !== undefined && attempt > 0 ? [words.attempt(attempt)] : []),
    ...(by === undefined ? [] : [words.by(by)]),
  ];
  return parts.join(' · ');
}
