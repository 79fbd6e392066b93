import { describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../src/contract/message.js';
import { problemError } from '../../../src/contract/problem.js';
import { handOver, IN_FLIGHT } from '../../../src/receive/hand-over.js';

const messages = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ uid: i + 1 }) as unknown as InboundMessage);
const never = new AbortController().signal;
const refused = () => problemError('webhook-refused', { with: { url: 'u', status: 422 } });
const unreachable = () => problemError('webhook-unreachable', { with: { url: 'u', what: 'ECONNREFUSED' } });
const failing = (uids: number[], error: () => Error) => async (message: InboundMessage) => {
  if (uids.includes(message.uid)) throw error();
};
const uidsOf = (list: { message: InboundMessage }[]) => list.map(({ message }) => message.uid);

describe('a refusal', () => {
  it('of one message is that message’s, and the others go on', async () => {
    const result = await handOver(messages(20), failing([4], refused), never);
    expect(result.confirmed.length).toBe(19);
    expect(uidsOf(result.refused)).toEqual([4]);
    expect(result.down).toBeUndefined();
  });

  it('of the destination counts against a message only when a later one was confirmed', async () => {
    const result = await handOver(messages(20), failing([4], unreachable), never);
    expect(uidsOf(result.refused)).toEqual([4]);
    const last = await handOver(messages(20), failing([20], unreachable), never);
    expect(last.refused).toEqual([]);
    expect(last.down).toMatchObject({ code: 'webhook-unreachable' });
  });

  it('of everything is the destination’s, counts against none, and is not tried out on each', async () => {
    let tried = 0;
    const result = await handOver(
      messages(100),
      async () => {
        tried++;
        throw refused();
      },
      never,
    );
    expect(result).toMatchObject({ confirmed: [], refused: [], down: { code: 'webhook-refused' } });
    expect(tried).toBeLessThan(20);
  });

  it('that holds the connector ends the run and counts against none', async () => {
    const gone = () => problemError('webhook-gone', { with: { url: 'u' } });
    const result = await handOver(messages(3), failing([1], gone), never);
    expect(result.refused).toEqual([]);
    expect(result.down).toMatchObject({ code: 'webhook-gone' });
  });
});

it('keeps so many messages in flight and no more', async () => {
  let now = 0;
  let most = 0;
  await handOver(
    messages(40),
    async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    },
    never,
  );
  expect(most).toBe(IN_FLIGHT);
});

it('starts nothing once it is to stop, and blames no message for it', async () => {
  const stop = new AbortController();
  const result = await handOver(
    messages(50),
    async ({ uid }) => {
      if (uid === 5) stop.abort();
      if (stop.signal.aborted) throw unreachable();
    },
    stop.signal,
  );
  expect(result.confirmed.length).toBeLessThan(20);
  expect(result.refused).toEqual([]);
});
