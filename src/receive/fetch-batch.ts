/** Fetches one batch and parses it, and tells what of it is gone, and what cannot be read. */
import type { FetchedMessage, ReceiveSession } from '../contract/connector-type.js';
import type { ConnectorId } from '../contract/ids.js';
import type { InboundMessage, MailboxPosition, ParsedMessage } from '../contract/message.js';
import { type Problem, problem } from '../contract/problem.js';
import { stillListed } from './choose-heads.js';
import { inboundMessageId } from './message-id.js';

export interface FetchedBatch {
  messages: FetchedMessage[];
  gone: number[];
  /** Listed, but not given. */
  withheld: number[];
}

/** Never rejects, so that it may run ahead while the batch before it is handed over. */
export type FetchOutcome = { batch: FetchedBatch } | { failed: unknown };

export async function fetchBatch(session: ReceiveSession, uids: readonly number[]): Promise<FetchOutcome> {
  try {
    const messages = await session.fetch(uids);
    const given = new Set(messages.map(({ uid }) => uid));
    const { listed, gone } = await stillListed(
      session,
      uids.filter((uid) => !given.has(uid)),
    );
    return { batch: { messages, gone, withheld: listed } };
  } catch (failed) {
    return { failed };
  }
}

/** One message that was refused or cannot be read, on its way to settle-batch. */
export interface RefusedMessage extends MailboxPosition {
  id: InboundMessage['id'];
  size: number;
  parsed?: ParsedMessage;
  problem: Problem;
}

/** Where the messages of a poll lie. */
export interface Origin {
  connector: ConnectorId;
  mailbox: string;
  uidValidity: string;
}

/** The problem of a message the server lists and does not give, or that cannot be parsed. */
export function unreadable(origin: Origin, uid: number, what: string): RefusedMessage {
  const position = { mailbox: origin.mailbox, uidValidity: origin.uidValidity, uid };
  return {
    ...position,
    id: inboundMessageId(origin.connector, position),
    size: 0,
    problem: problem('message-unreadable', { with: { uid, what } }),
  };
}

/** Parses what was fetched; a message no parser reads is refused instead of stopping its batch. */
export async function parseBatch(
  origin: Origin,
  messages: readonly FetchedMessage[],
  parse: (source: Uint8Array) => Promise<ParsedMessage>,
): Promise<{ readable: InboundMessage[]; refused: RefusedMessage[] }> {
  const readable: InboundMessage[] = [];
  const refused: RefusedMessage[] = [];
  for (const { uid, source } of messages) {
    const position = { mailbox: origin.mailbox, uidValidity: origin.uidValidity, uid };
    const id = inboundMessageId(origin.connector, position);
    try {
      const parsed = await parse(source);
      readable.push({
        ...position,
        id,
        connector: origin.connector,
        source,
        parsed,
        size: source.byteLength,
      });
    } catch (error) {
      const what = error instanceof Error ? error.message : 'not parsable';
      refused.push({ ...unreadable(origin, uid, what), size: source.byteLength });
    }
  }
  return { readable, refused };
}
