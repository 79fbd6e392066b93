/**
 * What follows an attempt: the entry of the transaction log, where the message goes, and whether its connection pauses.
 * Pure; the drain carries it out.
 */
import type { SendOutcome } from '../contract/connector-type.js';
import type { OutboundStatus, TransactionLogEntry } from '../contract/message.js';
import { type Problem, problem } from '../contract/problem.js';
import { counted } from '../setup/time-left.js';
import type { SpoolPlace } from '../storage/spool.js';
import { maxAttempts, retryDelayMs, type SendSettings } from './send-settings.js';

export interface Attempt {
  /** Number of this attempt, counted; 1 for the first. */
  number: number;
  /** Whom it was meant for. */
  recipients: readonly string[];
  /** Whether an earlier attempt got it to somebody. */
  acceptedBefore: boolean;
  settings: SendSettings;
  /** ms since the epoch */
  now: number;
  owner: string;
}

export interface NextStep {
  entry: TransactionLogEntry & { status: OutboundStatus };
  to: SpoolPlace;
  /** Nothing is sent over the connection until then; ms since the epoch. */
  pauseUntil?: number;
  /** The server wants fewer connections. */
  fewerConnections?: true;
}

/** A connection that needs a person is looked at again by itself this often, with one message. */
const HOLD_PROBE_MS = 15 * 60_000;
/** An application's failure is probed by the refresh; asking for its token costs nothing. */
const APPLICATION_PROBE_MS = 60_000;
/** EXCHANGE-ONLINE.md §5: after "concurrent connections limit exceeded" come again in 5 to 30 seconds. */
const FEWER_CONNECTIONS_MS = { least: 5_000, most: 30_000 };
const WAIT_WITHOUT_TIME_MS = 3_600_000;

/** After a final reply. */
export function afterOutcome(outcome: SendOutcome, attempt: Attempt): NextStep {
  const { reply, accepted, rejected, deferred, unknown, serverMessageId } = outcome;
  const foreign = unknown && { foreign: { unknown } };
  const got = accepted.length > 0;
  const entry = {
    at: attempt.now,
    owner: attempt.owner,
    attempt: attempt.number,
    reply,
    accepted,
    ...(rejected.length > 0 && { rejected }),
    ...(serverMessageId !== undefined && { serverMessageId }),
  };
  if (deferred.length === 0) {
    if (got || attempt.acceptedBefore) return { entry: { ...entry, status: 'sent' }, to: 'done' };
    const recipients = rejected.map(({ address }) => address).join(', ');
    const refused = problem('recipient-refused', {
      with: { recipients },
      serverWords: rejected.map((each) => `${each.address}: ${each.reply}`).join('\n'),
      ...foreign,
    });
    return { entry: { ...entry, status: 'failed', problem: refused }, to: 'done' };
  }
  const serverWords = deferred.map((each) => `${each.address}: ${each.reply}`).join('\n');
  if (got) {
    // Some took it: the rest goes in a further part at once, which is no further attempt.
    const rest = problem('too-many-recipients', { serverWords });
    return {
      entry: { ...entry, status: 'queued', attempt: attempt.number - 1, retryAt: attempt.now, problem: rest },
      to: 'waiting',
    };
  }
  const deferral = problem('smtp-deferred', {
    with: { host: 'The server', what: deferred[0]?.reply ?? 'later' },
    serverWords,
    ...foreign,
  });
  return { ...again(deferral, attempt, entry) };
}

/** After a failure that says for certain whether the message has gone: it has not, or `outcome-unknown`. */
export function afterProblem(found: Problem, attempt: Attempt, random: () => number = Math.random): NextStep {
  const { now, owner, number } = attempt;
  const entry = {
    at: now,
    owner,
    problem: found,
    ...(found.serverWords !== undefined && { reply: found.serverWords }),
  };
  if (found.code === 'outcome-unknown') return { entry: { ...entry, status: 'uncertain' }, to: 'sending' };
  // Waiting for others is no attempt of the message.
  const uncounted = { ...entry, attempt: number - 1 };
  if (found.code === 'too-many-connections') {
    const { least, most } = FEWER_CONNECTIONS_MS;
    const retryAt = Math.round(now + least + random() * (most - least));
    return { entry: { ...uncounted, status: 'queued', retryAt }, to: 'waiting', fewerConnections: true };
  }
  switch (found.verdict) {
    case 'fail':
      return { entry: { ...entry, attempt: number, status: 'failed' }, to: 'done' };
    case 'hold': {
      const pauseUntil = now + (found.reach === 'application' ? APPLICATION_PROBE_MS : HOLD_PROBE_MS);
      return { entry: { ...uncounted, status: 'held' }, to: 'waiting', pauseUntil };
    }
    case 'wait-until': {
      const pauseUntil = found.retryAt ?? now + WAIT_WITHOUT_TIME_MS;
      return { entry: { ...uncounted, status: 'queued', retryAt: pauseUntil }, to: 'waiting', pauseUntil };
    }
    case 'retry':
      return again(found, attempt, { ...entry, attempt: number }, random);
  }
}

/** Another try later, or none any more. */
function again(
  found: Problem,
  { number, settings, now }: Attempt,
  entry: Omit<TransactionLogEntry, 'status'>,
  random?: () => number,
): NextStep {
  if (number >= maxAttempts(settings)) {
    const exhausted = problem('attempts-exhausted', {
      with: { attempts: counted(number, 'attempt'), last: found.title },
      ...(found.serverWords !== undefined && { serverWords: found.serverWords }),
    });
    return { entry: { ...entry, status: 'failed', problem: exhausted }, to: 'done' };
  }
  const retryAt = now + retryDelayMs(settings, number, random);
  return { entry: { ...entry, status: 'queued', retryAt, problem: found }, to: 'waiting' };
}
