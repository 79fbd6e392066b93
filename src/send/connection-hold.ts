/** Whether a connection's grant lets it send at all (law 5): what holds its outbox until a person has acted. */
import { type Problem, problem } from '../contract/problem.js';
import type { Connection } from '../setup/model.js';

/**
 * What only shows when a connection is opened (a scope that is missing, the application's failure, SMTP AUTH switched
 * off) is not seen here; it pauses the connection then (send-pause).
 * @returns the problem that holds the outbox; `undefined` where sending may go on
 */
export function connectionHold({ settings, authorization }: Connection): Problem | undefined {
  if (authorization.status === 'authorized') return undefined;
  return authorization.problem ?? problem('not-signed-in', { with: { user: settings.user } });
}
