/** A line in the log for every request, with its id; never a URL or a body, since codes and secrets travel in them. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { AdminDependencies } from '../dependencies.js';
import { EVENT_STREAM } from '../event-stream.js';

/** Takes a caller's id over where it is harmless in a log, so that one id runs through several services. */
export function requestId(headers: Record<string, string | string[] | undefined>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{8,64}$/.test(given) ? given : randomUUID();
}

export function logRequests(
  app: FastifyInstance,
  { log, onRequest }: Pick<AdminDependencies, 'log' | 'onRequest'>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const fields = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(request.principal && { by: request.principal.name }),
    };
    const { method, route, status } = fields;
    // A stream is open for as long as somebody looks at a page; that says nothing of how fast we answer.
    const isStream = String(reply.getHeader('content-type')).startsWith(EVENT_STREAM);
    if (!isStream) onRequest?.({ method, route, status: String(status) }, reply.elapsedTime);
    if (reply.statusCode >= 500) log.warn(fields, 'request failed');
    else log.debug(fields, 'request');
  });
}
