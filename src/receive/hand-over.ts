/** Hands one batch to the destination, several messages at once, and judges whether a refusal is the message's or the destination's. */
import { asProblem, type Problem } from '../contract/problem.js';

/** Messages in flight to one destination. */
export const IN_FLIGHT = 8;
/** So many refusals in a row, and none confirmed between them: it is the destination, so the rest is not tried. */
const REFUSALS_IN_A_ROW = 8;
/** So many messages of a batch refused, and none confirmed: no poison comes in such numbers. */
const ALL_REFUSED = 5;

export interface HandOver<Message> {
  confirmed: Message[];
  /** Each counts an attempt against its message. */
  refused: { message: Message; problem: Problem }[];
  /** Refused for what they are, when nothing was confirmed: not counted, and tried after all others next time. */
  putOff: Message[];
  /** The destination is down as a whole, or gone: nothing is counted, and the run ends. */
  down: Problem | undefined;
}

interface Refusal<Message> {
  message: Message;
  problem: Problem;
  /** Place in the order of starting. */
  started: number;
}

/**
 * @param deliver resolves when the destination confirmed
 * @param signal no further message is started once it aborts
 */
export async function handOver<Message>(
  messages: readonly Message[],
  deliver: (message: Message) => Promise<void>,
  signal: AbortSignal,
): Promise<HandOver<Message>> {
  const confirmed: Message[] = [];
  const refusals: Refusal<Message>[] = [];
  let lastConfirmedStart = -1;
  let inARow = 0;
  let next = 0;
  let over: Problem | undefined;

  const lane = async (): Promise<void> => {
    while (next < messages.length && !signal.aborted && !over && inARow < REFUSALS_IN_A_ROW) {
      const started = next++;
      const message = messages[started] as Message;
      try {
        await deliver(message);
        confirmed.push(message);
        lastConfirmedStart = Math.max(lastConfirmedStart, started);
        inARow = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        const problem = asProblem(thrown);
        if (problem.verdict === 'hold') over = problem;
        refusals.push({ message, problem, started });
        inARow++;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, messages.length) }, lane));

  const isTheMessages = ({ problem, started }: Refusal<Message>): boolean =>
    problem.reach === 'message' || started < lastConfirmedStart;
  const allRefused = confirmed.length === 0 && refusals.length >= ALL_REFUSED;
  const refused = allRefused || over ? [] : refusals.filter(isTheMessages);
  const rest = refusals.filter((refusal) => !refused.some(({ message }) => message === refusal.message));
  const putOff = allRefused && !over ? refusals.filter(({ problem }) => problem.reach === 'message') : [];
  return { confirmed, refused, putOff: putOff.map(({ message }) => message), down: over ?? rest[0]?.problem };
}
