/** Reads a record that may have been deleted meanwhile. */
import { ProblemError } from '../contract/problem.js';

/** @returns `undefined` for a record that is gone */
export async function readOrNone<Item>(read: () => Promise<Item>): Promise<Item | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === 'not-found') return undefined;
    throw thrown;
  }
}
