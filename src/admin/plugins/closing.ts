/** While the service stops: what comes in on a kept connection is told so, and told to come on another one. */
import type { FastifyInstance } from 'fastify';
import { problemError } from '../../contract/problem.js';

export function refuseWhileClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', async (_request, reply) => {
    if (!isClosing) return;
    reply.header('connection', 'close');
    throw problemError('shutting-down');
  });
}
