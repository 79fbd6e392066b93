/** One act on many messages: each by itself, some at a time; what fails of one stops no other. */
import type { MessageId } from '../contract/ids.js';
import type { MessageView } from '../contract/message.js';
import { asProblem, type Problem } from '../contract/problem.js';
import { redisAway } from '../storage/redis.js';

/** A redelivery is a session of its mailbox; those of one mailbox wait for one another. */
const AT_ONCE = 4;

export interface ActOutcome {
  id: MessageId;
  /** What it came to; `undefined` where it failed. */
  message?: MessageView;
  problem?: Problem;
}

/** @returns an outcome for each id, in their order; an id that is given twice is acted on once */
export async function actOnMany(
  given: readonly MessageId[],
  act: (id: MessageId) => Promise<MessageView>,
): Promise<ActOutcome[]> {
  const ids = [...new Set(given)];
  const outcomes = new Map<MessageId, ActOutcome>();
  const left = ids.values();
  const lane = async (): Promise<void> => {
    for (const id of left) {
      try {
        outcomes.set(id, { id, message: await act(id) });
      } catch (thrown) {
        outcomes.set(id, { id, problem: redisAway(thrown) ?? asProblem(thrown) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return ids.flatMap((id) => outcomes.get(id) ?? []);
}
