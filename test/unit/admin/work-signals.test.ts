/** When work that a request waits for is told to stop. */
import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';
import { workSignals } from '../../../src/admin/work-signals.js';

function service() {
  const hooks: (() => Promise<void>)[] = [];
  const signalOf = workSignals({ addHook: (_name, hook) => hooks.push(hook) });
  const request = (isGone = false) => {
    const raw = Object.assign(new EventEmitter(), { destroyed: isGone });
    return { raw, signal: signalOf({ raw } as unknown as FastifyReply) };
  };
  return { request, stop: () => Promise.all(hooks.map((hook) => hook())) };
}

it('stops when its caller goes away, also when that was before the work began, or when the service stops', async () => {
  const { request, stop } = service();
  const [first, second] = [request(), request()];
  expect(first.signal.aborted).toBe(false);
  first.raw.emit('close');
  expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
  // Who is asking is looked up before the work begins; its close has passed by then.
  expect(request(true).signal.aborted).toBe(true);
  await stop();
  expect(second.signal.aborted).toBe(true);
});
