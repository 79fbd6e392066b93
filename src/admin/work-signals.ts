/** Signals for work that a request waits for: aborted when its caller goes away, and when the service stops, which does not wait for it. */
import type { FastifyReply } from 'fastify';

/** What of Fastify it needs, whatever types the instance has. */
interface Closing {
  addHook(name: 'preClose', hook: () => Promise<void>): unknown;
}

/** @returns gives each request its signal */
export function workSignals(app: Closing): (reply: FastifyReply) => AbortSignal {
  const running = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const each of running) each.abort();
  });
  return (reply) => {
    const work = new AbortController();
    // Gone while it was looked up who asks: no close comes any more.
    if (reply.raw.destroyed) {
      work.abort();
      return work.signal;
    }
    running.add(work);
    reply.raw.once('close', () => {
      running.delete(work);
      work.abort();
    });
    return work.signal;
  };
}
