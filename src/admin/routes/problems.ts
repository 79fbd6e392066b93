/** /problems: what each problem means and what to do; public, since it says nothing of this service's data. */
import type { FastifyPluginAsync } from 'fastify';
import { problemsPage } from '../pages/problems-page.js';
import { sendPage } from '../plugins/pages.js';
import { PROBLEMS_PATH } from '../problem-type.js';

export const problemRoutes: FastifyPluginAsync = async (app) => {
  app.get(PROBLEMS_PATH, { config: { scope: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    sendPage(reply, problemsPage()),
  );
};
