/** What a destination does: take a message, and say so only when it has it. */
import type { InboundMessage } from '../../contract/message.js';

export interface Destination {
  /** What it needs parsed: text and attachments, or the headers alone, which is a tenth of the work. */
  readonly reads: 'message' | 'headers';
  /**
   * Resolves when the destination confirmed. A repeat of the same message id must lead to the same outcome there.
   * @throws ProblemError; reach `message` where it is about this message, `connector` where it is about the destination
   */
  deliver(message: InboundMessage, signal: AbortSignal): Promise<void>;
  /**
   * Whether it would take a message, found out without one.
   * @returns what was done, in words
   * @throws ProblemError
   */
  test(signal: AbortSignal): Promise<string>;
}
