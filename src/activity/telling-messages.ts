/** Tells of what people do with messages: accepted, cancelled, retried, redelivered. Those that workers move, workers tell of. */
import type { ConnectorId } from '../contract/ids.js';

type Moved = (of: { connector: ConnectorId }) => void;
type Act = (...asked: never[]) => Promise<{ connector: ConnectorId }>;

/** @returns the outbox, telling of what it accepts, cancels and tries again */
export function tellingOutbox<
  Outbox extends {
    accept(connector: ConnectorId, ...asked: never[]): Promise<unknown>;
    cancel: Act;
    retry: Act;
  },
>(outbox: Outbox, moved: Moved): Outbox {
  return {
    ...outbox,
    async accept(connector: ConnectorId, ...asked: never[]) {
      const accepted = await outbox.accept(connector, ...asked);
      moved({ connector });
      return accepted;
    },
    cancel: telling(outbox.cancel, moved),
    retry: telling(outbox.retry, moved),
  };
}

/** @returns the inbox, telling of what it redelivers */
export const tellingInbox = <Inbox extends { redeliver: Act }>(inbox: Inbox, moved: Moved): Inbox => ({
  ...inbox,
  redeliver: telling(inbox.redeliver, moved),
});

const telling =
  <Asked extends unknown[], Message extends { connector: ConnectorId }>(
    act: (...asked: Asked) => Promise<Message>,
    moved: Moved,
  ) =>
  async (...asked: Asked): Promise<Message> => {
    const message = await act(...asked);
    moved(message);
    return message;
  };
