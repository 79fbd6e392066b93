/** Fetches one batch, tells what of it is gone and what is withheld, and parses message by message. */
import type { FetchedMessage, ReceiveSession } from '../contract/connector-type.js';
import type { ConnectorId } from '../contract/ids.js';
import type { InboundMessage, MailboxPosition, ParsedMessage } from '../contract/message.js';
import { type Problem, problem, problemError } from '../contract/problem.js';
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

/** A message the server lists and does not give. */
export function unreadable(origin: Origin, uid: number, what: string): RefusedMessage {
  const position = { mailbox: origin.mailbox, uidValidity: origin.uidValidity, uid };
  return {
    ...position,
    id: inboundMessageId(origin.connector, position),
    size: 0,
    problem: problem('message-unreadable', { with: { uid, what } }),
  };
}

/** A message on its way to the destination; parsed by the lane that hands it over, so that few are in memory at once. */
export type FetchedInbound = Omit<InboundMessage, 'parsed'> & { parsed?: ParsedMessage };

export function inboundOf(origin: Origin, { uid, source }: FetchedMessage): FetchedInbound {
  const position = { mailbox: origin.mailbox, uidValidity: origin.uidValidity, uid };
  const id = inboundMessageId(origin.connector, position);
  return { ...position, id, connector: origin.connector, source, size: source.byteLength };
}

/**
 * Parses a message.
 * @throws ProblemError `message-unreadable` for what no parser reads; it concerns this message alone
 */
export async function parsed(
  message: FetchedInbound,
  parse: (source: Uint8Array) => Promise<ParsedMessage>,
): Promise<InboundMessage> {
  try {
    message.parsed = await parse(message.source);
    return { ...message, parsed: message.parsed };
  } catch (error) {
    const what = error instanceof Error ? error.message : 'not parsable';
    throw problemError('message-unreadable', { with: { uid: message.uid, what }, cause: error });
  }
}
