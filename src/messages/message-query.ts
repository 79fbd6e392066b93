/** What is asked of the list over all connectors, and what it answers. */
import type { ConnectionId, ConnectorId } from '../contract/ids.js';
import type { MessageView } from '../contract/message.js';

/** A place in the list: the time that it is sorted by, ms since the epoch, and the id among those of one time. */
export interface Position {
  at: number;
  id: string;
}

export interface MessageQuery {
  limit: number;
  /** The place that the page before ended at. */
  after?: Position;
  /** What the outboxes hold, next due first, instead of everything, newest first. */
  waiting?: boolean;
  statuses?: ReadonlySet<string>;
  direction?: MessageView['direction'];
  connector?: ConnectorId;
  connection?: ConnectionId;
  /** Both count; ms since the epoch. */
  since?: number;
  until?: number;
  /** Any part of an address, of the subject or of a Message-ID, in any case. */
  text?: string;
}

export interface ListedMessage extends MessageView {
  /** When it is looked at next; ms since the epoch. Of what waits alone. */
  dueAt?: number;
}

export interface MessagePage {
  items: ListedMessage[];
  /** Where it goes on; absent at the end. */
  next: Position | undefined;
}

const PLACE = /^(\d{1,16})\.([\w-]{1,64})$/;

export const positionText = ({ at, id }: Position): string => `${at}.${id}`;

/** @returns `undefined` for what is no place */
export function readPosition(text: string): Position | undefined {
  const [, at, id] = PLACE.exec(text) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
