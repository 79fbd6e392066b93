/** How a sign-in of a mailbox ended, told to whoever wants to know: through a browser, by an answer or tokens pasted. */
import type { ConnectionId } from '../../contract/ids.js';
import { asProblem, type Problem } from '../../contract/problem.js';

/** Told with nothing, or with the problem that refused it. */
export type SignInEnded = (id: ConnectionId, refused: Problem | undefined) => void;

/** @returns what it gives @throws what it throws, told before */
export async function told<Result>(
  onEnded: SignInEnded | undefined,
  id: ConnectionId,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await run();
    onEnded?.(id, undefined);
    return result;
  } catch (error) {
    onEnded?.(id, asProblem(error));
    throw error;
  }
}
