/** Whether a connection's grant lets it send at all (law 5): what holds its outbox until a person has acted. */
import { type Problem, problem } from '../contract/problem.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Connection } from '../setup/model.js';

/**
 * @param preset of the connection's provider
 * @returns the problem that holds the outbox; `undefined` where sending may go on
 */
export function connectionHold(
  { settings, authorization }: Connection,
  preset: Pick<ProviderPreset, 'scopes'>,
): Problem | undefined {
  if (settings.authentication === 'basic') return undefined;
  if (authorization.status !== 'authorized') {
    return authorization.problem ?? problem('not-signed-in', { with: { user: settings.user } });
  }
  const granted = new Set(authorization.grantedScope.map((scope) => scope.toLowerCase()));
  const missing = (preset.scopes.smtp ?? []).find((scope) => !granted.has(scope.toLowerCase()));
  // A server that names no scope granted what was asked for (RFC 6749 §5.1).
  if (missing === undefined || granted.size === 0) return undefined;
  return problem('scope-missing', { with: { user: settings.user, scope: missing } });
}
