/** What somebody is refused with. */
import { type Problem, ProblemError } from '../../src/contract/problem.js';

/** @throws whatever else it throws, and where nothing was refused */
export async function problemOf(run: Promise<unknown> | (() => Promise<unknown>)): Promise<Problem> {
  try {
    await (typeof run === 'function' ? run() : run);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
}
