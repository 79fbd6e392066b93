/** Why a message of an outbox waits, and when it will go. */
import type { Overview } from '../../api/schema.js';
import { strings } from '../../strings/index.js';
import type { ListedMessage } from '../messages/message-kinds.js';

export interface Waiting {
  /** Whole sentences. */
  why: string;
  /** ISO 8601; `person`: when somebody has acted; `now` */
  goesAt: string;
}

/** @param sender the connector's row of the overview; unknown where it was deleted */
export function whyItWaits(message: ListedMessage, sender: Overview | undefined): Waiting {
  const words = strings.schedules.why;
  const { status, problem, attempts, sendAt, nextAttemptAt, dueAt } = message;
  const next = nextAttemptAt ?? dueAt ?? 'now';
  switch (status) {
    case 'scheduled':
      return { why: words.scheduled, goesAt: sendAt ?? next };
    case 'held':
      return { why: heldWords(message, sender), goesAt: 'person' };
    case 'uncertain':
      return { why: words.uncertain, goesAt: 'person' };
    case 'sending':
      return { why: words.sending, goesAt: 'now' };
    default:
      return problem
        ? { why: words.problem(problem.title, attempts), goesAt: problem.retryAt ?? next }
        : queued(sender, next);
  }
}

/** What has not been tried may wait for what its connector waits for: the budget of its mailbox, say. */
function queued(sender: Overview | undefined, next: string): Waiting {
  const words = strings.schedules.why;
  const problem = sender?.health.problem;
  if (sender && !sender.enabled) return { why: words.paused(sender.name), goesAt: 'person' };
  if (sender && sender.connection.status !== 'authorized')
    return { why: connectionWords(sender), goesAt: 'person' };
  if (!problem) return { why: words.queued, goesAt: next };
  return { why: words.problem(problem.title, 0), goesAt: problem.retryAt ?? next };
}

function heldWords({ problem }: ListedMessage, sender: Overview | undefined): string {
  const words = strings.schedules.why;
  if (sender && !sender.enabled) return words.paused(sender.name);
  if (sender && sender.connection.status !== 'authorized') return connectionWords(sender);
  return problem ? words.problem(problem.title, 0) : words.held;
}

function connectionWords({ connection, health }: Overview): string {
  const words = strings.schedules.why;
  const what = health.problem?.title ?? words.unknown;
  return connection.status === 'application-error' ? words.application(what) : words.signIn(what);
}
