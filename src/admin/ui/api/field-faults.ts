/** What a problem says of single fields, by the field's path as the form names it. */
import { ApiProblem } from './client.js';

/**
 * @param error of a request that was refused
 * @returns message by JSON pointer (`/settings/schedule/cron`); without the service's prefix (`body:`)
 */
export function fieldFaults(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof ApiProblem)) return new Map();
  const fields = error.problem.fields ?? [];
  return new Map(fields.map(({ path, message }) => [path.replace(/^[a-z]+:/, ''), message]));
}
