/** Whether a message is one that somebody searches for: by address, subject or Message-ID, any part of it, in any case. */
import type { MessageView } from '../contract/message.js';

/** One letter may be written in several ways (é, or e and an accent); they are all the same here. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase();

/** @param text folded */
export const matches = (message: MessageView, text: string): boolean => {
  const { from, to, subject, messageId, serverMessageId } = message;
  return [from, ...to, subject, messageId ?? '', serverMessageId ?? ''].some((each) =>
    folded(each).includes(text),
  );
};
