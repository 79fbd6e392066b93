/**
 * One message on its way: read → connector and sender checked again → budget → connection → durable mark → DATA →
 * outcome. Each step may end it; nothing after the mark is tried twice.
 */
import type { Sender, SendOutcome } from '../contract/connector-type.js';
import { asProblem, type Problem, ProblemError, problem } from '../contract/problem.js';
import type { Connection } from '../setup/model.js';
import { processName } from '../storage/lease.js';
import type { SpooledMessage } from '../storage/spool.js';
import {
  type ConnectorOfRun,
  conclude,
  type DrainRun,
  endProbe,
  noteHeld,
  ownsMailbox,
  pauseConnection,
  sendConnectors,
} from './drain-run.js';
import type { DueEntry } from './due-messages.js';
import { checkComposedSender } from './from-rule.js';
import { contentAsSent } from './message-date.js';
import { roomGone, takeRoom } from './message-room.js';
import { acceptedByAny, attemptsOf, isPartlySent, remainingRecipients } from './message-state.js';
import { maxAttempts, retryDelayMs } from './send-settings.js';
import { type Attempt, afterOutcome, afterProblem, type NextStep } from './verdict.js';

/** A message of a disabled connector is looked at again this often. */
const DISABLED_MS = 60_000;
/** A message that the disk does not give now is tried again after this; the others go on. */
const UNREADABLE_MS = 60_000;
/** A message counts from when it goes: room that was taken so long before is taken anew. */
const LATE_MS = 1_000;
/** The longest pause of a connection whose server cannot be reached. */
const LONGEST_OPEN_PAUSE_MS = 5 * 60_000;

/** A message that is ready to be sent. */
export interface ReadyMessage {
  entry: DueEntry;
  message: SpooledMessage;
  content: Buffer;
  connection: Connection;
  of: ConnectorOfRun;
  recipients: string[];
}

/**
 * Reads a due message and checks everything that can be checked before a connection is needed.
 * @returns `undefined` where it is settled already: it ended, was found in flight, or must not be sent
 */
export async function readyMessage(run: DrainRun, entry: DueEntry): Promise<ReadyMessage | undefined> {
  const { index, due } = run;
  const connection = run.connections.get(entry.connection);
  const { message, content, damage, unreadable } = await loaded(run, entry);
  if (unreadable && connection) {
    const again = run.now() + UNREADABLE_MS;
    run.log.error({ message: entry.id, connection: entry.connection }, unreadable.detail);
    for (const connector of await sendConnectors(run, connection))
      run.health.failed(connector, unreadable, again);
    await index.delay(entry.connection, entry.id, again);
    due.letGo(entry);
    return undefined;
  }
  if (!message || !connection) {
    await index.forget(entry.connection, entry.id);
    return undefined;
  }
  if (message.place !== 'waiting') {
    await settleForeign(run, entry, message);
    return undefined;
  }
  const of = await run.connector(message.head.connector);
  if (of && !of.connector.enabled) {
    await noteHeld(run, message);
    await index.postpone(message.head, 'held', run.now() + DISABLED_MS);
    due.letGo(entry);
    return undefined;
  }
  const refusal =
    damage ?? (of ? senderRefusal(content, message, connection) : gone('connector', message.head.connector));
  if (!of || refusal) {
    const found = refusal ?? gone('connector', message.head.connector);
    await conclude(run, entry, message, afterProblem(found, attemptOf(run, message, of)));
    return undefined;
  }
  const recipients = remainingRecipients(message.head, message.log);
  return { entry, message, content, connection, of, recipients };
}

interface Loaded {
  message: SpooledMessage | undefined;
  content: Buffer;
  /** What is wrong with the content, for a message that can be read but not be sent. */
  damage?: Problem;
  /** Why the disk does not give it now. */
  unreadable?: Problem;
}

async function loaded({ deps: { spool } }: DrainRun, { id, connection }: DueEntry): Promise<Loaded> {
  try {
    const whole = await spool.load(id, connection);
    return { message: whole, content: whole ? contentAsSent(whole.content, whole) : Buffer.alloc(0) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.problem.reach !== 'message') {
      return { message: undefined, content: Buffer.alloc(0), unreadable: error.problem };
    }
    return { message: await spool.read(id, connection), content: Buffer.alloc(0), damage: error.problem };
  }
}

/** Law 1, once more: what was accepted may have been changed on disk, and the connection may have another User by now. */
function senderRefusal(
  content: Buffer,
  { head }: SpooledMessage,
  { settings }: Connection,
): Problem | undefined {
  try {
    checkComposedSender(content, head.envelope, settings.user);
    return undefined;
  } catch (error) {
    return asProblem(error);
  }
}

const gone = (what: string, id: string): Problem => problem('not-found', { with: { what, id } });

const attemptOf = (
  run: DrainRun,
  { head, log }: SpooledMessage,
  of: ConnectorOfRun | undefined,
): Attempt => ({
  number: attemptsOf(log) + 1,
  recipients: remainingRecipients(head, log),
  acceptedBefore: acceptedByAny(log),
  settings: of?.settings ?? {},
  now: run.now(),
  owner: processName,
});

/**
 * A message that waits no longer: it ended, or another owner's mark is on it. This drain has the lease and did not
 * mark it, so the mark's owner has died or lost the lease: whether it sent the message is not known.
 */
async function settleForeign(run: DrainRun, entry: DueEntry, message: SpooledMessage): Promise<void> {
  const { deps, index, due } = run;
  const { head, status, place } = message;
  if (place === 'done' || status === 'uncertain') {
    await index.settle(head, status);
    due.letGo(entry);
    return;
  }
  const last = message.log.at(-1);
  if (status === 'sending' && last && isPartlySent(message.log)) {
    // Some took it, which is durable; the move was not made. The others have certainly not got it.
    await deps.spool.record(head.connection, head.id, last, { to: 'waiting' });
    await index.postpone(head, 'queued', run.now());
    due.letGo(entry);
    return;
  }
  if (status !== 'sending') {
    // Its final line was written, the move to done was not.
    if (last) await deps.spool.record(head.connection, head.id, last, { to: 'done' });
    await index.settle(head, status);
    due.letGo(entry);
    return;
  }
  const unknown = problem('outcome-unknown', {
    with: {
      host: run.connections.get(head.connection)?.settings.smtp?.host ?? 'the server',
      user: head.envelope.from,
    },
  });
  const of = await run.connector(head.connector);
  await conclude(run, entry, message, afterProblem(unknown, attemptOf(run, message, of)));
  await resendUncertain(run, message, of);
}

/**
 * `onUncertain: resend`: the operator prefers a message that arrives twice to one that waits for a person. It is an
 * attempt like any other: counted and with its pause, so that a server which never answers gets it a few times at most.
 */
async function resendUncertain(
  run: DrainRun,
  { head, log }: SpooledMessage,
  of: ConnectorOfRun | undefined,
): Promise<void> {
  if (of?.settings.onUncertain !== 'resend' || !ownsMailbox(run)) return;
  const attempt = attemptsOf(log) + 1;
  if (attempt >= maxAttempts(of.settings)) return;
  const retryAt = run.now() + retryDelayMs(of.settings, attempt);
  const owner = processName;
  const entry = {
    at: run.now(),
    status: 'queued' as const,
    owner,
    attempt,
    retryAt,
    by: 'onUncertain: resend',
  };
  if (await run.deps.spool.requeue(head.connection, head.id, entry)) {
    await run.index.add(head, 'queued', retryAt);
  }
}

/** What came of trying to send: the message's outcome is being recorded, or the budget says when to come again. */
export type Sent =
  | { concluded: Promise<void>; fewerConnections: boolean }
  | { budgetUntil: number }
  | 'taken';

/**
 * Sends one message.
 * @param open gives a signed-in connection
 * @param previous the recording of the outcome before this one, which may overlap this message's mark but not its DATA
 */
export async function sendMessage(
  run: DrainRun,
  ready: ReadyMessage,
  { open, previous }: { open(): Promise<Sender>; previous: Promise<void> },
): Promise<Sent> {
  const { entry, message, content, connection, of, recipients } = ready;
  const { head } = message;
  const attempt = attemptOf(run, message, of);
  const takenAt = run.now();
  let room = await takeRoom(run, ready);
  if (!room.taken) return roomGone(run, ready, room);

  let sender: Sender;
  try {
    sender = await open();
  } catch (error) {
    await room.giveBack();
    const found = asProblem(error);
    const step = unmarked(afterProblem(found, attempt));
    return concluding(openingFailed(run, ready, found, step), step);
  }
  if (run.now() - takenAt > LATE_MS) {
    await room.giveBack();
    room = await takeRoom(run, ready);
    if (!room.taken) return roomGone(run, ready, room);
  }
  if (!ownsMailbox(run)) {
    await room.giveBack();
    return 'taken';
  }

  const mark = { at: run.now(), status: 'sending' as const, owner: processName, attempt: attempt.number };
  const [marked, before] = await Promise.allSettled([
    run.deps.spool.markSending(connection.id, head.id, mark),
    previous,
  ]);
  if (marked.status === 'rejected' || before.status === 'rejected') await room.giveBack();
  if (marked.status === 'rejected') throw marked.reason;
  if (before.status === 'rejected') {
    // The disk takes no outcomes now: nothing more is sent, and this one has certainly not gone.
    const untried = {
      at: run.now(),
      status: 'queued' as const,
      owner: processName,
      attempt: attempt.number - 1,
    };
    if (marked.value && ownsMailbox(run)) {
      await run.deps.spool.record(connection.id, head.id, untried, { to: 'waiting' });
    }
    throw before.reason;
  }
  if (!marked.value) {
    // Cancelled meanwhile, or another owner was faster: the next look at it tells.
    await room.giveBack();
    run.due.letGo(entry);
    return 'taken';
  }
  // The lease may have run out during the mark; then the mark stays and the next owner calls the message uncertain.
  if (!ownsMailbox(run)) return 'taken';

  const result = await sender
    .send({ envelope: { from: head.envelope.from, to: recipients }, content })
    .catch((error: unknown) => sendProblem(run, connection, error));
  const now = { ...attempt, now: run.now() };
  const step = isOutcome(result) ? afterOutcome(result, now) : afterProblem(result, now);
  const certainlyNotGone = isOutcome(result)
    ? result.accepted.length === 0
    : result.code !== 'outcome-unknown';
  if (certainlyNotGone) await room.giveBack();
  return concluding(concluded(run, ready, step), step);
}

/** A step of a message without our mark: it stays where it lies, should another owner have marked it meanwhile. */
const unmarked = (step: NextStep): NextStep => (step.to === 'waiting' ? { ...step, to: 'sending' } : step);

const concluding = (concluded: Promise<void>, step: NextStep): Sent => {
  // Whoever awaits it may come to that later; until then a failure must not count as unhandled.
  concluded.catch(() => undefined);
  return { concluded, fewerConnections: step.fewerConnections === true };
};

const isOutcome = (result: SendOutcome | Problem): result is SendOutcome => 'accepted' in result;

/** A sender that breaks its contract leaves it open whether the message has gone. */
function sendProblem(run: DrainRun, connection: Connection, error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  run.log.error(
    { connection: connection.id, err: error },
    'the connector threw something that is no Problem',
  );
  return problem('outcome-unknown', {
    with: { host: connection.settings.smtp?.host ?? 'the server', user: connection.settings.user },
  });
}

async function concluded(
  run: DrainRun,
  { entry, message, connection, of }: ReadyMessage,
  step: NextStep,
): Promise<void> {
  await conclude(run, entry, message, step);
  const { status, problem: found } = step.entry;
  if (status === 'sent') await endProbe(run, connection.id);
  if (status === 'uncertain') await resendUncertain(run, message, of);
  if (found && step.pauseUntil !== undefined && ownsMailbox(run)) {
    await pauseConnection(run, connection, found, step.pauseUntil);
  }
}

/** No connection, so nobody's message can go: the attempt counts for this message, and the connection pauses. */
async function openingFailed(
  run: DrainRun,
  { entry, message, connection, of }: ReadyMessage,
  found: Problem,
  step: NextStep,
): Promise<void> {
  await conclude(run, entry, message, step);
  if (!ownsMailbox(run) || step.fewerConnections) return;
  const failures = ((await run.pauses.read(connection))?.failures ?? 0) + 1;
  const growing = run.now() + Math.min(retryDelayMs(of.settings, failures), LONGEST_OPEN_PAUSE_MS);
  await pauseConnection(run, connection, found, step.pauseUntil ?? growing);
}
