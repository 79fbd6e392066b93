/** The room that a message of a run takes in its mailbox's budget (law 6), and what follows where there is none. */
import type { BudgetAnswer } from './budget.js';
import { budgetProblem, type DrainRun } from './drain-run.js';
import type { ReadyMessage } from './send-message.js';

/** Takes room for one message. */
export const takeRoom = (run: DrainRun, { message, of, recipients }: ReadyMessage): Promise<BudgetAnswer> =>
  run.budget.take(
    run.mailbox,
    { id: message.head.id, recipients: recipients.length },
    { limits: of.limits, now: run.now(), waiting: run.due.backlog },
  );

/** Lets go of a message that has to wait for room, and says so. @returns until when */
export function roomGone(
  run: DrainRun,
  { entry, message, connection, of }: ReadyMessage,
  { limit, until }: BudgetAnswer & { taken: false },
): { budgetUntil: number } {
  const waiting = budgetProblem(connection.settings.user, limit, of.limits, until);
  run.health.failed(message.head.connector, waiting, until);
  run.due.letGo(entry);
  return { budgetUntil: until };
}
