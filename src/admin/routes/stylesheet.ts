/** The stylesheet of the pages without scripts: signing in, the set-up link, an invitation, the callback, the problems. */
import type { FastifyPluginAsync } from 'fastify';
import { STYLE, STYLE_PATH } from '../pages/style.js';

export const stylesheetRoutes: FastifyPluginAsync = async (app) => {
  app.get(STYLE_PATH, { config: { scope: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(STYLE),
  );
};
