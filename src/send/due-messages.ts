/** What is due in one mailbox: the due messages of its connections, merged in the order in which they fell due. */
import type { ConnectionId, MessageId } from '../contract/ids.js';
import type { OutboxIndex } from './outbox-index.js';

const BATCH = 250;

export interface DueEntry {
  connection: ConnectionId;
  id: MessageId;
  dueAt: number;
}

export interface DueMessages {
  /** The next one, which is the caller's until it lets go; `undefined` when nothing is due. */
  take(): Promise<DueEntry | undefined>;
  /** The index now says where the message stands. */
  letGo(entry: DueEntry): void;
  /** Hands out no more messages of a connection. */
  stop(connection: ConnectionId): void;
  /** Messages read from the index and not taken yet. */
  readonly backlog: number;
}

/** @param now ms since the epoch */
export function createDueMessages(
  index: OutboxIndex,
  connections: readonly ConnectionId[],
  now: () => number,
): DueMessages {
  const active = new Set(connections);
  const taken = new Set<MessageId>();
  let ready: DueEntry[] = [];
  let refilling: Promise<void> | undefined;

  const refill = async (): Promise<void> => {
    const perConnection = await Promise.all(
      [...active].map(async (connection) => {
        const due = await index.due(connection, now(), BATCH + taken.size);
        return due.map((each) => ({ ...each, connection }));
      }),
    );
    ready = perConnection
      .flat()
      .filter(({ id, connection }) => !taken.has(id) && active.has(connection))
      .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
  };

  return {
    async take() {
      if (ready.length === 0) {
        refilling ??= refill().finally(() => {
          refilling = undefined;
        });
        await refilling;
      }
      const next = ready.shift();
      if (next) taken.add(next.id);
      return next;
    },
    letGo: ({ id }) => void taken.delete(id),
    stop(connection) {
      active.delete(connection);
      ready = ready.filter((each) => each.connection !== connection);
    },
    get backlog() {
      return ready.length;
    },
  };
}
