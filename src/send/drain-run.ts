/**
 * One run of a mailbox's drain, under its lease: the connections that may send, the workers' shared counters, and what
 * they do with the outcome of a message. Whoever lost the lease writes nothing more, except that a message was sent:
 * that is true whoever owns the drain, and settles what others have meanwhile called uncertain (law 3).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionId, ConnectorId, MailboxKey } from '../contract/ids.js';
import type { OutboundStatus } from '../contract/message.js';
import { type Problem, problem } from '../contract/problem.js';
import type { ProviderLimits, ProviderPreset } from '../contract/provider.js';
import type { Connection, Connector } from '../setup/model.js';
import { type Lease, processName } from '../storage/lease.js';
import type { SpooledMessage } from '../storage/spool.js';
import type { Log } from '../telemetry/log.js';
import type { Budget } from './budget.js';
import type { DrainDeps } from './drain-deps.js';
import type { DrainHealth } from './drain-health.js';
import type { DueEntry, DueMessages } from './due-messages.js';
import { plannedAt } from './message-state.js';
import type { OutboxIndex } from './outbox-index.js';
import type { SendPause, SendPauses } from './send-pause.js';
import { effectiveLimits, type SendSettings, sendSettings } from './send-settings.js';
import type { SettleBatch } from './settle-batch.js';
import type { NextStep } from './verdict.js';

export interface DrainRun {
  readonly deps: DrainDeps;
  readonly mailbox: MailboxKey;
  readonly lease: Lease;
  /** Aborts when the lease is lost or the process stops. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly index: OutboxIndex;
  readonly budget: Budget;
  readonly pauses: SendPauses;
  readonly health: DrainHealth;
  readonly due: DueMessages;
  readonly now: () => number;
  readonly connections: ReadonlyMap<ConnectionId, Connection>;
  /** Connections whose next message is a probe: one worker until it succeeded. */
  readonly probing: Set<ConnectionId>;
  /** When a connection that stopped in this run may send again; ms since the epoch. */
  readonly stoppedUntil: Map<ConnectionId, number>;
  /** Set when the mailbox's budget is used up: until then; ms since the epoch. */
  budgetUntil: number | undefined;
  /** SMTP connections that the run may use at most; the server may ask for fewer. */
  mostWorkers: number;
  workers: number;
  /** Sent messages on their way out of the index; what fails stays due, and is looked at again. */
  readonly settled: SettleBatch;
  /** The lease is given back. */
  ended: boolean;
  connector(id: ConnectorId): Promise<ConnectorOfRun | undefined>;
}

/** A connector as a run sees it; `undefined` where it was deleted. */
export interface ConnectorOfRun {
  connector: Connector;
  settings: SendSettings;
  limits: ProviderLimits;
}

/** A disk that was full may have room again in a moment; a message whose outcome is not recorded ends as uncertain. */
const RECORD_PAUSES_MS = [100, 500, 2_000];

/** Whether this process may still act on the mailbox. */
export const ownsMailbox = ({ lease, signal }: DrainRun): boolean =>
  !signal.aborted && lease.remainingMs() > 0;

/** Reads connectors once a run. */
export function connectorReader(
  deps: DrainDeps,
  presets: ReadonlyMap<ConnectionId, ProviderPreset>,
): (id: ConnectorId) => Promise<ConnectorOfRun | undefined> {
  const read = new Map<ConnectorId, Promise<ConnectorOfRun | undefined>>();
  const readOne = async (id: ConnectorId): Promise<ConnectorOfRun | undefined> => {
    const connector = await deps.connectors.read(id).catch((error: unknown) => {
      if (error instanceof Error && 'problem' in error && (error.problem as Problem).code === 'not-found') {
        return undefined;
      }
      throw error;
    });
    const preset = connector && presets.get(connector.connection);
    if (!connector || !preset) return undefined;
    const settings = sendSettings(connector.settings);
    return { connector, settings, limits: effectiveLimits(preset.limits, settings) };
  };
  return (id) => {
    const known = read.get(id);
    if (known) return known;
    const reading = readOne(id);
    read.set(id, reading);
    return reading;
  };
}

const GOES_ON: ReadonlySet<OutboundStatus> = new Set(['queued', 'held']);

/** Carries out what follows an attempt: spool first, then the index, then the connection's pause and health. */
export async function conclude(
  run: DrainRun,
  entry: DueEntry,
  message: SpooledMessage,
  step: NextStep,
): Promise<void> {
  const { status } = step.entry;
  if (!ownsMailbox(run) && status !== 'sent') {
    // That some have it is as true; `sending` moves nothing, and the next owner goes on with the others.
    if (step.entry.accepted?.length) await recorded(run, message, { ...step, to: 'sending' });
    return;
  }
  await recorded(run, message, step);
  const { head } = message;
  const waitedMs = run.now() - plannedAt(head, message.log);
  run.deps.onOutcome?.({ connector: head.connector, status, problem: step.entry.problem, waitedMs });
  if (status === 'sent') {
    run.settled.add({ entry, head, status });
  } else {
    if (GOES_ON.has(status)) await run.index.postpone(head, status, step.entry.retryAt ?? entry.dueAt);
    else await run.index.settle(head, status);
    run.due.letGo(entry);
  }

  const { connector, connection } = message.head;
  if (status === 'sent') run.health.succeeded(connector);
  else if (step.entry.problem && concernsConnector(step.entry.problem)) {
    run.health.failed(connector, step.entry.problem, step.pauseUntil ?? step.entry.retryAt);
  }
  const fields = {
    message: message.head.id,
    connector,
    connection,
    status,
    problem: step.entry.problem?.code,
  };
  if (status === 'sent') run.log.debug(fields, 'message sent');
  else run.log.info(fields, 'message not sent');
}

/** A refusal of one message for what it is says nothing of the connector. */
const concernsConnector = ({ verdict, reach }: Problem): boolean => verdict !== 'fail' || reach !== 'message';

async function recorded({ deps, log }: DrainRun, { head }: SpooledMessage, step: NextStep): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await deps.spool.record(head.connection, head.id, step.entry, { to: step.to });
      return;
    } catch (error) {
      const pauseMs = RECORD_PAUSES_MS[attempt];
      log.error(
        { message: head.id, status: step.entry.status, err: error },
        'the outcome could not be recorded',
      );
      if (pauseMs === undefined) throw error;
      await pause(pauseMs);
    }
  }
}

/** Sends nothing more over a connection until a time. */
export async function pauseConnection(
  run: DrainRun,
  connection: Connection,
  found: Problem,
  until: number,
): Promise<void> {
  run.due.stop(connection.id);
  run.stoppedUntil.set(connection.id, until);
  const before = await run.pauses.read(connection);
  const pause = { problem: found, until, failures: (before?.failures ?? 0) + 1 };
  await run.pauses.set(connection, pause);
  if (found.reach === 'tenant') await pauseTenant(run, connection, pause);
  run.log.warn(
    { connection: connection.id, problem: found.code, until: new Date(until).toISOString() },
    'sending over this connection pauses',
  );
  if (found.verdict === 'hold') await markHeld(run, connection, found);
}

/** What stops a whole tenant is not tried out with each of its mailboxes. */
async function pauseTenant(
  run: DrainRun,
  { id, authorization }: Connection,
  pause: SendPause,
): Promise<void> {
  for await (const other of run.deps.connections.all()) {
    const { account } = other.authorization;
    if (other.id === id || !account || account.tenant !== authorization.account?.tenant) continue;
    await run.pauses.set(other, pause);
    if (!run.connections.has(other.id)) continue;
    run.due.stop(other.id);
    run.stoppedUntil.set(other.id, pause.until);
  }
}

/** After a success: the connection's pause is over, and it may use all of its SMTP connections again. */
export async function endProbe(run: DrainRun, connection: ConnectionId): Promise<void> {
  if (!run.probing.delete(connection)) return;
  await run.pauses.clear(connection);
}

/** As many held messages as one run marks; the others show as queued until the next run. */
const MARKED_AT_ONCE = 500;

/** Notes once, on each due message of a connection, that it is held and why. */
export async function markHeld(run: DrainRun, connection: Connection, found: Problem): Promise<void> {
  const { index, deps } = run;
  const due = (await index.due(connection.id, run.now(), MARKED_AT_ONCE)).map(({ id }) => id);
  const connectors = await sendConnectors(run, connection);
  for (const connector of connectors) run.health.failed(connector, found);
  const held = new Set<string>();
  for (const connector of connectors) {
    const statuses = await index.statuses(connector, due);
    for (const [i, id] of due.entries()) if (statuses[i] === 'held') held.add(id);
  }
  for (const id of due) {
    if (held.has(id) || !ownsMailbox(run)) continue;
    // One that the disk does not give now is marked by a later run.
    const message = await deps.spool.read(id, connection.id).catch(() => undefined);
    if (message?.place !== 'waiting') continue;
    await noteHeld(run, message, found);
    await index.postpone(message.head, 'held', plannedAt(message.head, message.log));
  }
}

/** Says in its log, once, that a message that waits is held. @param found why, where that is a problem */
export async function noteHeld(
  { deps, now }: DrainRun,
  { head, status }: SpooledMessage,
  found?: Problem,
): Promise<void> {
  if (status === 'held') return;
  const why = found && { problem: found };
  const entry = { at: now(), status: 'held' as const, owner: processName, ...why };
  // `sending` moves nothing: should a worker have marked the message meanwhile, it must stay marked.
  await deps.spool.record(head.connection, head.id, entry, { to: 'sending' });
}

/** The connectors that send over a connection. */
export async function sendConnectors({ deps }: DrainRun, connection: Connection): Promise<ConnectorId[]> {
  const ids = await deps.connections.connectors(connection.id);
  const directions = await Promise.all(
    ids.map(async (id) => {
      const connector = await deps.connectors.read(id).catch(() => undefined);
      return connector && deps.connectors.typeOf(connector).direction === 'send' ? id : undefined;
    }),
  );
  return directions.filter((id) => id !== undefined);
}

/** What stands in the transaction log where the mailbox's budget makes a message wait. */
export const budgetProblem = (
  user: string,
  limit: 'minute' | 'day',
  limits: ProviderLimits,
  until: number,
): Problem =>
  problem('budget-waiting', {
    with: {
      user,
      limit:
        limit === 'minute'
          ? `${limits.messagesPerMinute} messages a minute`
          : `${limits.recipientsPerDay} recipients a day`,
    },
    retryAt: until,
  });
