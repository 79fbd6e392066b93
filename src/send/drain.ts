/**
 * The drain: sends the due messages of one mailbox, all of its connections together, in order, under the mailbox's
 * budget. The queue's handler; one at a time per mailbox (lease keys.drainLease).
 *
 * woken → lease → connections that may send (the others are held) → workers until nothing is due, the budget is used
 * up, every connection pauses, or the run's time is over → when to be woken next.
 */
import { systemClock } from '../contract/clock.js';
import type { ConnectionId, MailboxKey } from '../contract/ids.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Connection } from '../setup/model.js';
import { keys } from '../storage/keys.js';
import { acquireLease, type Lease } from '../storage/lease.js';
import { type Budget, createBudget } from './budget.js';
import { connectionHold } from './connection-hold.js';
import type { DrainDeps } from './drain-deps.js';
import { createDrainHealth } from './drain-health.js';
import { connectorReader, type DrainRun, markHeld } from './drain-run.js';
import { runWorker } from './drain-worker.js';
import { createDueMessages } from './due-messages.js';
import { createOutboxIndex, type OutboxIndex } from './outbox-index.js';
import { createSendPauses, type SendPauses } from './send-pause.js';
import { effectiveLimits, sendSettings } from './send-settings.js';
import { createSettleBatch } from './settle-batch.js';
import { takeSmtpSlot } from './smtp-slots.js';

export type { DrainDeps } from './drain-deps.js';

const LEASE_MS = 15_000;
/** A busy mailbox gives its place in the queue to others after this long. */
const RUN_MS = 30_000;
/** Another process drains the mailbox, or all SMTP connections are taken. */
const BUSY_MS = 1_000;
/** A held connection is looked at again this often by itself; a change of it wakes the mailbox at once. */
const HELD_MS = 5 * 60_000;

export interface Drain {
  /**
   * Handles one wake-up.
   * @param subject a mailbox key
   * @param signal aborts what is in flight, at the shutdown's deadline
   * @returns when to be woken next; ms since the epoch
   */
  handle(subject: string, signal: AbortSignal): Promise<number | undefined>;
  /** Ends running drains after the messages in flight; at shutdown. */
  stop(): void;
}

interface Stores {
  index: OutboxIndex;
  budget: Budget;
  pauses: SendPauses;
}

export function createDrain(deps: DrainDeps): Drain {
  const stores: Stores = {
    index: createOutboxIndex(deps.redis),
    budget: createBudget(deps.redis),
    pauses: createSendPauses(deps.redis),
  };
  const now = (): number => (deps.clock ?? systemClock).now();
  let stopping = false;

  return {
    async handle(subject, signal) {
      const mailbox = subject as MailboxKey;
      if (stopping) return now() + BUSY_MS;
      const lease = await acquireLease(deps.redis, keys.drainLease(mailbox), deps.leaseMs ?? LEASE_MS);
      if (!lease) return now() + BUSY_MS;
      let run: DrainRun | undefined;
      try {
        run = await prepareRun(deps, stores, { mailbox, lease, signal, now });
        const endsAt = now() + RUN_MS;
        const lacksSlots = await work(run, () => stopping || now() >= endsAt);
        await Promise.all([run.settled.flush(), run.health.flush()]);
        return await nextWake(run, lacksSlots ? now() + BUSY_MS : undefined);
      } finally {
        if (run) run.ended = true;
        await stores.budget.giveBackUnused(mailbox);
        await lease.release();
      }
    },
    stop() {
      stopping = true;
    },
  };
}

/** Reads the mailbox's connections, and sorts out those that may not send now. */
async function prepareRun(
  deps: DrainDeps,
  stores: Stores,
  {
    mailbox,
    lease,
    signal,
    now,
  }: { mailbox: MailboxKey; lease: Lease; signal: AbortSignal; now: () => number },
): Promise<DrainRun> {
  const connections = await deps.connections.ofMailbox(mailbox);
  const presets = new Map<ConnectionId, ProviderPreset>();
  for (const each of connections) presets.set(each.id, await deps.presetOf(each));
  const run: DrainRun = {
    ...stores,
    deps,
    mailbox,
    lease,
    signal: AbortSignal.any([lease.signal, signal]),
    log: deps.log.child({ mailbox }),
    health: createDrainHealth(deps.connectors, now),
    due: createDueMessages(
      stores.index,
      connections.map(({ id }) => id),
      now,
    ),
    now,
    connections: new Map(connections.map((each) => [each.id, each])),
    probing: new Set(),
    stoppedUntil: new Map(),
    budgetUntil: undefined,
    mostWorkers: 1,
    workers: 0,
    ended: false,
    settled: createSettleBatch(stores.index, {
      onWritten: (entry) => run.due.letGo(entry),
      onFailure: (err) => run.log.warn({ err }, 'the outbox index could not be updated'),
    }),
    connector: connectorReader(deps, presets),
  };
  for (const connection of connections) {
    const preset = presets.get(connection.id);
    if (preset) await sortOut(run, connection, preset);
  }
  return run;
}

async function sortOut(run: DrainRun, connection: Connection, preset: ProviderPreset): Promise<void> {
  const stop = async (until: number, hold: Parameters<typeof markHeld>[2] | undefined): Promise<void> => {
    run.due.stop(connection.id);
    run.stoppedUntil.set(connection.id, until);
    if (hold) await markHeld(run, connection, hold);
  };
  const hold = connectionHold(connection);
  if (hold) return stop(run.now() + HELD_MS, hold);
  const pause = await run.pauses.read(connection);
  if (pause && pause.until > run.now()) {
    return stop(pause.until, pause.problem.verdict === 'hold' ? pause.problem : undefined);
  }
  if (pause) run.probing.add(connection.id);
  run.mostWorkers = Math.max(run.mostWorkers, await mostConnections(run, connection, preset));
}

/** SMTP connections that a connection's connectors may have. */
async function mostConnections(
  { deps }: DrainRun,
  connection: Connection,
  preset: ProviderPreset,
): Promise<number> {
  const ids = await deps.connections.connectors(connection.id);
  const each = await Promise.all(
    ids.map(async (id) => {
      const connector = await deps.connectors.read(id).catch(() => undefined);
      return connector ? effectiveLimits(preset.limits, sendSettings(connector.settings)).smtpConnections : 0;
    }),
  );
  return Math.max(1, ...each);
}

/** Runs as many workers as there is work and slots for. @returns whether there was no slot at all */
async function work(run: DrainRun, ending: () => boolean): Promise<boolean> {
  const workers: Promise<void>[] = [];
  let lacksSlots = false;
  let starting: Promise<void> | undefined;
  const startOne = async (): Promise<void> => {
    const slot = await takeSmtpSlot(run.deps.redis, run.mailbox, {
      connections: run.mostWorkers,
      leaseMs: run.deps.leaseMs ?? LEASE_MS,
    });
    if (!slot) {
      lacksSlots = run.workers === 0;
      return;
    }
    run.workers++;
    const worker = runWorker(run, { slot, ending, onBacklog: start }).finally(() => {
      run.workers--;
    });
    worker.catch(() => undefined);
    workers.push(worker);
  };
  const start = (): void => {
    if (starting || ending() || run.workers >= run.mostWorkers) return;
    starting = startOne().finally(() => {
      starting = undefined;
    });
    starting.catch(() => undefined);
  };
  start();
  await starting;
  for (let done = 0; done < workers.length; ) {
    await Promise.allSettled([workers[done++]]);
    if (starting) await Promise.allSettled([starting]);
  }
  await Promise.all(workers);
  return lacksSlots;
}

async function nextWake(run: DrainRun, noSlotUntil: number | undefined): Promise<number | undefined> {
  const times = await Promise.all(
    [...run.connections.keys()].map(async (connection) => {
      const dueAt = await run.index.nextDueAt(connection);
      return dueAt === undefined ? undefined : Math.max(dueAt, run.stoppedUntil.get(connection) ?? 0);
    }),
  );
  const next = times.filter((time) => time !== undefined);
  if (next.length === 0) return undefined;
  return Math.max(Math.min(...next), run.budgetUntil ?? 0, noSlotUntil ?? 0, run.now());
}
