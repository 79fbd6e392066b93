/**
 * What happened, as open pages are told of it: a hint of what to read again, never the record itself and never a secret.
 * An event is told → waits to be joined with others of its subject → stands in the log → is passed on to whoever follows.
 */
import type { ProblemView } from '../setup/view-parts.js';

export const EVENT_KINDS = [
  'application',
  'connection',
  'connector',
  'messages',
  'alerts',
  'sign-in',
  'setup',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What is told of. */
export interface Happening {
  kind: EventKind;
  /** Id of the record; of `messages` the connector, of `sign-in` the connection. Absent: all of the kind. */
  subject?: string;
  /** What it is now. */
  status?: string;
  /** Of a sign-in that was refused. */
  problem?: ProblemView;
}

export interface ActivityEvent extends Happening {
  /** Of the stream: later events have greater ones. */
  id: string;
  /** ms since the epoch, by Redis's clock */
  at: number;
}

/** What stands in the log: an event, or the mark that some were lost here. */
export type LogEntry = ActivityEvent | { id: string; isGap: true };

/** The place before the first event. */
export const BEGINNING = '0-0';

/** Whether a text has the form of an event's id. */
export const isEventId = (text: string): boolean => /^\d{1,16}-\d{1,16}$/.test(text);

/** Whether an event comes after another, by their ids. */
export function isAfter(id: string, other: string): boolean {
  const [[ms = 0, count = 0], [otherMs = 0, otherCount = 0]] = [partsOf(id), partsOf(other)];
  return ms === otherMs ? count > otherCount : ms > otherMs;
}

const partsOf = (id: string): number[] => id.split('-').map(Number);
