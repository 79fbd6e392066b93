/** A message's content for somebody who looks at it: of what was sent from the spool, of what was received from the mailbox. */
import type { MessageId } from '../contract/ids.js';
import type { MessageView, ParsedMessage } from '../contract/message.js';
import { problemError } from '../contract/problem.js';
import type { InboundMessages } from '../receive/inbound-messages.js';
import type { MailParser } from '../receive/poll.js';
import type { Outbox } from '../send/outbox.js';
import { createRecentSources } from './recent-sources.js';

/** Exchange takes 150 MB; what is taken apart is several times as large in memory. */
const SHOWN_BYTES = 64 * 1024 * 1024;

export interface OpenedMessage {
  message: MessageView;
  parsed: ParsedMessage;
  /** bytes of the source */
  size: number;
}

export interface OpenMessage {
  /** @throws ProblemError `not-found` */
  read(id: MessageId): Promise<MessageView>;
  /**
   * @param signal of whoever waits for it
   * @throws ProblemError `not-found`, `message-too-large-to-show`, `message-not-shown`, and what source() says
   */
  open(id: MessageId, signal: AbortSignal): Promise<OpenedMessage>;
  /**
   * The message as it was sent or received.
   * @throws ProblemError `not-found`, `spool-damaged`, `message-gone`, `mailbox-read-busy`, and what grant and session say
   */
  source(id: MessageId, signal: AbortSignal): Promise<{ message: MessageView; source: Uint8Array }>;
  close(): void;
}

export interface OpenMessageDeps {
  outbox: Pick<Outbox, 'read' | 'source'>;
  inbox: Pick<InboundMessages, 'read' | 'source'>;
  parser: Pick<MailParser, 'parseMessage'>;
  shownBytes?: number;
}

const ID = /^msg_[\w-]{1,60}$/;
/** As receive/message-id makes them; those of the outbox are longer, and no search through the spool is needed to tell. */
const INBOUND_ID = /^msg_[\w-]{22}$/;

export function createOpenMessage(deps: OpenMessageDeps): OpenMessage {
  const { outbox, inbox, parser, shownBytes = SHOWN_BYTES } = deps;
  const recent = createRecentSources();

  /** Outbound ids are found at once; for inbound ones receivers are asked. */
  async function read(id: MessageId): Promise<MessageView> {
    if (!ID.test(id)) throw problemError('not-found', { with: { what: 'message', id } });
    return (INBOUND_ID.test(id) ? undefined : await outbox.read(id)) ?? (await inbox.read(id));
  }

  const sourceOf = (message: MessageView, signal: AbortSignal): Promise<Uint8Array> =>
    recent.of(message.id, () =>
      message.direction === 'outbound' ? outbox.source(message.id) : inbox.source(message.id, signal),
    );

  const refuseTooLarge = (size: number): void => {
    if (size > shownBytes)
      throw problemError('message-too-large-to-show', { with: { size, limit: shownBytes } });
  };

  return {
    read,
    async source(id, signal) {
      const message = await read(id);
      return { message, source: await sourceOf(message, signal) };
    },
    async open(id, signal) {
      const message = await read(id);
      refuseTooLarge(message.size);
      const source = await sourceOf(message, signal);
      // A quarantined message that no parser could read has no size in its record.
      refuseTooLarge(source.byteLength);
      try {
        return { message, parsed: await parser.parseMessage(source), size: source.byteLength };
      } catch (error) {
        const what = error instanceof Error ? error.message : 'not parsable';
        throw problemError('message-not-shown', { with: { what }, cause: error });
      }
    },
    close: recent.clear,
  };
}
