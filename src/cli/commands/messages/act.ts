/** mailgrant messages retry, cancel and redeliver */
import { type Command, command } from '../../command.js';
import { messageText } from '../../record-text.js';
import type { ShownMessage } from '../../shown.js';

const act = (
  name: 'retry' | 'cancel' | 'redeliver',
  summary: string,
  notes: readonly string[] = [],
): Command =>
  command({
    name: `messages ${name}`,
    summary,
    args: { id: 'Id of the message, msg_….' },
    notes,
    async run({ args, api, show }) {
      const path = `/messages/${encodeURIComponent(args.id)}/${name}`;
      show(await api.call<ShownMessage>('POST', path), messageText);
    },
  });

export const retryMessage = act(
  'retry',
  'Try to send a message now: a failed or uncertain one again, a waiting or scheduled one ahead of its time.',
  [
    'An uncertain message may have arrived: look into Sent Items first. There: cancel it. Not there: retry it.',
  ],
);
export const cancelMessage = act('cancel', 'Do not send a message that has not been sent.');
export const redeliverMessage = act('redeliver', 'Hand a received message to its destination again.');
