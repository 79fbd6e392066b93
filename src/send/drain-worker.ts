/** One worker of a drain: holds one SMTP slot, keeps one connection, and sends what is due until nothing is. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Sender } from '../contract/connector-type.js';
import type { ConnectionId } from '../contract/ids.js';
import { problem } from '../contract/problem.js';
import { type DrainRun, ownsMailbox, pauseConnection } from './drain-run.js';
import type { DueEntry } from './due-messages.js';
import { type ReadyMessage, readyMessage, sendMessage } from './send-message.js';
import type { SmtpSlot } from './smtp-slots.js';

/** A connection is kept this long after its last message, so that a trickle of mail does not sign in for each. */
const LINGER_MS = 500;
const LOOK_EVERY_MS = 50;
/** The only connection was one too many: the mailbox's others need time to go (EXCHANGE-ONLINE.md §5: 5 to 30 s). */
const LAST_CONNECTION_PAUSE_MS = { least: 5_000, most: 30_000 };

export interface WorkerOptions {
  slot: SmtpSlot;
  /** Whether the run is to end: its time is over, or the process stops. */
  ending(): boolean;
  /** Called when there is more to do than this worker can. */
  onBacklog(): void;
}

export async function runWorker(run: DrainRun, { slot, ending, onBacklog }: WorkerOptions): Promise<void> {
  let sender: Sender | undefined;
  let senderOf: ConnectionId | undefined;
  let previous: Promise<void> = Promise.resolve();

  const open = async ({ connection, of }: ReadyMessage): Promise<Sender> => {
    if (sender?.usable && senderOf === connection.id) return sender;
    sender?.close();
    sender = undefined;
    const type = run.deps.connectors.typeOf(of.connector);
    if (type.direction !== 'send') throw new Error(`${type.name} does not send`);
    const log = run.log.child({ connector: of.connector.id, connection: connection.id });
    const context = await run.deps.mailContext(connection, of.connector.id, {
      signal: run.signal,
      log,
      needs: type.needs,
    });
    sender = await type.open(context);
    senderOf = connection.id;
    return sender;
  };
  const goesOn = (): boolean => !ending() && ownsMailbox(run) && run.budgetUntil === undefined;

  /** The message after the one that is being sent; read meanwhile, but not marked. */
  let ahead: Promise<Next> | undefined;

  try {
    while (goesOn() && run.workers <= run.mostWorkers) {
      const next = await (ahead ?? prepared(run, nextEntry(run, goesOn)));
      ahead = undefined;
      if (next === 'none') break;
      if (next === 'settled') continue;
      const { connection, entry } = next;
      if (run.stoppedUntil.has(connection.id)) {
        run.due.letGo(entry);
        continue;
      }
      if (run.due.backlog > 0 && !run.probing.has(connection.id)) {
        onBacklog();
        ahead = prepared(run, run.due.take());
        ahead.catch(() => undefined);
      }
      const sent = await sendMessage(run, next, { open: () => open(next), previous });
      if (sent === 'taken') continue;
      if ('budgetUntil' in sent) {
        run.budgetUntil = sent.budgetUntil;
        break;
      }
      previous = sent.concluded;
      if (sent.fewerConnections) {
        await previous;
        await fewerConnections(run, next);
        break;
      }
      // While a probe is out, or the connection paused, what follows depends on how this one ended.
      if (run.probing.has(connection.id) || !sender?.usable) await previous;
    }
  } finally {
    sender?.close();
    const [left] = await Promise.allSettled([ahead, slot.release()]);
    if (left.status === 'fulfilled' && typeof left.value === 'object') run.due.letGo(left.value.entry);
    await previous;
  }
}

/** A message that can be sent; one that turned out to be settled; or nothing is due. */
type Next = ReadyMessage | 'settled' | 'none';

async function prepared(run: DrainRun, taking: Promise<DueEntry | undefined>): Promise<Next> {
  const entry = await taking;
  if (!entry) return 'none';
  return (await readyMessage(run, entry)) ?? 'settled';
}

/** The next due message, waiting a moment for one before the connection is given up. */
async function nextEntry(run: DrainRun, goesOn: () => boolean): Promise<DueEntry | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const entry = await run.due.take();
    if (entry || waitedMs >= LINGER_MS || !goesOn()) return entry;
    await wait(LOOK_EVERY_MS);
  }
}

async function fewerConnections(run: DrainRun, { connection }: ReadyMessage): Promise<void> {
  run.mostWorkers = Math.max(1, Math.min(run.mostWorkers, run.workers - 1));
  if (run.workers > 1) return;
  const { least, most } = LAST_CONNECTION_PAUSE_MS;
  const until = run.now() + least + Math.random() * (most - least);
  await pauseConnection(
    run,
    connection,
    problem('too-many-connections', { with: { user: connection.settings.user } }),
    Math.round(until),
  );
}
