/** Bodies nested deeper than anything that is asked for: refused before what walks them runs out of stack. */
import type { FastifyInstance } from 'fastify';
import { problemError } from '../../contract/problem.js';

/** A filter inside a destination inside settings is five; a patch of everything is not twice that. */
const DEEPEST = 50;

export function refuseDeepBodies(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    if (isDeeper(body, DEEPEST))
      throw problemError('invalid-request', { detail: `The body is nested deeper than ${DEEPEST} levels.` });
  });
}

/** Level by level and not by recursion, which is what it guards against. */
function isDeeper(body: unknown, levels: number): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (depth >= levels && level.length > 0) return true;
  }
  return false;
}
