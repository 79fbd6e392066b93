/** Long work takes turns: whatever else the process has to do is not kept waiting by it. */
import { setImmediate as turn } from 'node:timers/promises';

/** Worked at most between two turns, and one piece; ms. */
const WORKED_MS = 10;

/** @returns awaited between two pieces of the work: lets others have their turn when it is time */
export function createTurns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < WORKED_MS) return;
    await turn();
    since = performance.now();
  };
}
