/**
 * The outbox reconciler: the spool is the messages, Redis only their index. It puts back what the index lacks, moves what
 * has ended, wakes mailboxes whose wake-up was lost, and deletes what is older than the retention.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectionId, MessageId } from '../contract/ids.js';
import { ProblemError, problem } from '../contract/problem.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Connection } from '../setup/model.js';
import { processName } from '../storage/lease.js';
import type { RedisClient } from '../storage/redis.js';
import type { Spool, SpoolEntry, SpooledMessage } from '../storage/spool.js';
import type { WakeUpQueue } from '../storage/wake-up-queue.js';
import type { Log } from '../telemetry/log.js';
import { grouped } from './grouped.js';
import { dueAtOf } from './message-state.js';
import { createOutboxIndex } from './outbox-index.js';

export interface OutboxReconcilerDeps {
  redis: RedisClient;
  spool: Spool;
  connections: Pick<Connections, 'read' | 'all' | 'connectors'>;
  connectors: Pick<Connectors, 'recordHealth'>;
  /** The queue `send`. */
  queue: Pick<WakeUpQueue, 'wake' | 'dueAt'>;
  log: Log;
  /** How long ended messages stay readable; ms. */
  retentionMs: number;
  clock?: Clock;
}

export interface OutboxReconciler {
  /**
   * One pass; at start and each minute, in one process at a time.
   * @returns how many messages the index lacked, mailboxes were woken and messages deleted
   */
  run(): Promise<{ indexed: number; woken: number; purged: number }>;
}

const BATCH = 500;
/** Due for so long, a message is reported: its connector shows it where nothing else tells why (law 9). */
const OVERDUE_MS = 5 * 60_000;
const OVERDUE_LOOKED_AT = 200;

export function createOutboxReconciler(deps: OutboxReconcilerDeps): OutboxReconciler {
  const { spool, connections, queue, log } = deps;
  const clock = deps.clock ?? systemClock;
  const index = createOutboxIndex(deps.redis);

  const readConnection = async (id: ConnectionId): Promise<Connection | undefined> => {
    try {
      return await connections.read(id);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
      throw error;
    }
  };

  /** Puts one message where it belongs. @returns whether the index lacked it */
  const placed = async (entry: SpoolEntry): Promise<boolean> => {
    const message = await spool.read(entry.id, entry.connection);
    if (!message || message.place === 'done') return false;
    const { head, status } = message;
    if (!(await readConnection(head.connection))) {
      await orphaned(message);
      return false;
    }
    if (message.place === 'sending' && status === 'uncertain') {
      const [known] = await index.statuses(head.connector, [head.id]);
      if (known === 'uncertain') return false;
      await index.add(head, status, clock.now());
      await index.settle(head, status);
      return true;
    }
    // A message in flight is due as well: its mailbox's drain, which knows what it has marked itself, judges it.
    await index.add(head, status, message.place === 'sending' ? clock.now() : dueAtOf(head, message.log));
    return true;
  };

  /** One message that cannot be read or placed now must not keep the others from it. */
  const placedOrLeft = async (entry: SpoolEntry): Promise<boolean> => {
    try {
      return await placed(entry);
    } catch (error) {
      log.error(
        { message: entry.id, connection: entry.connection, err: error },
        'a message could not be put back',
      );
      return false;
    }
  };

  /** Its connection was deleted: nobody will ever send it. Whether one in flight has gone, nobody will tell any more. */
  const orphaned = async ({ head, status, place }: SpooledMessage): Promise<void> => {
    if (status === 'uncertain') return;
    if (place === 'sending') {
      const unknown = problem('outcome-unknown', { with: { host: 'the server', user: head.envelope.from } });
      const entry = { at: clock.now(), status: 'uncertain' as const, owner: processName, problem: unknown };
      await spool.record(head.connection, head.id, entry, { to: 'sending' });
      return index.settle(head, 'uncertain');
    }
    const gone = problem('not-found', { with: { what: 'connection', id: head.connection } });
    const entry = {
      at: clock.now(),
      status: 'failed' as const,
      owner: processName,
      problem: { ...gone, verdict: 'fail' as const },
    };
    await spool.record(head.connection, head.id, entry, { to: 'done' });
    await index.settle(head, 'failed');
  };

  const reindexed = async (batch: readonly SpoolEntry[]): Promise<number> => {
    const byConnection = grouped(batch, ({ connection }) => connection);
    let count = 0;
    for (const [connection, entries] of byConnection) {
      const ids: MessageId[] = entries.map(({ id }) => id);
      const waiting = await index.waiting(connection, ids);
      for (const [i, entry] of entries.entries()) {
        if (!waiting[i] && (await placedOrLeft(entry))) count++;
      }
    }
    return count;
  };

  const reindexAll = async (): Promise<number> => {
    let count = 0;
    let batch: SpoolEntry[] = [];
    for await (const entry of spool.scan()) {
      batch.push(entry);
      if (batch.length < BATCH) continue;
      count += await reindexed(batch);
      batch = [];
    }
    return count + (await reindexed(batch));
  };

  /** Notes for each connector since when its oldest message has been due. */
  const noteOverdue = async (connection: ConnectionId): Promise<void> => {
    const now = clock.now();
    const due = await index.due(connection, now - OVERDUE_MS, OVERDUE_LOOKED_AT);
    for (const connector of await connections.connectors(connection)) {
      const statuses = await index.statuses(
        connector,
        due.map(({ id }) => id),
      );
      const oldest = due.find((_message, i) => statuses[i] !== undefined);
      if (oldest)
        await deps.connectors.recordHealth(connector, { overdue: { since: oldest.dueAt, at: now } });
    }
  };

  const wakeAll = async (): Promise<number> => {
    let count = 0;
    for await (const connection of connections.all()) {
      const dueAt = await index.nextDueAt(connection.id);
      if (dueAt === undefined) continue;
      if (dueAt < clock.now() - OVERDUE_MS) await noteOverdue(connection.id);
      const mailbox = connection.authorization.mailboxKey;
      // A wake-up that stands was set by a drain that knows why it waits.
      if ((await queue.dueAt(mailbox)) !== undefined) continue;
      await queue.wake(mailbox, Math.max(dueAt, clock.now()));
      count++;
    }
    return count;
  };

  return {
    async run() {
      const indexed = await reindexAll();
      const woken = await wakeAll();
      const purged = await spool.purge(deps.retentionMs);
      for (const [connector, messages] of grouped(purged, (each) => each.connector)) {
        await index.unlist(
          connector,
          messages.map(({ id }) => id),
        );
      }
      if (indexed > 0) log.info({ indexed }, 'messages of the spool were missing in the index');
      return { indexed, woken, purged: purged.length };
    },
  };
}
