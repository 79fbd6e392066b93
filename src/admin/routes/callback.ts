/** /oauth/callback: where the authorization server sends the browser back. Public: the state says what it belongs to. */
import type { FastifyPluginAsync } from 'fastify';
import { shownConnection } from '../connection-answers.js';
import { bindingCookie } from '../cookies.js';
import type { AdminDependencies } from '../dependencies.js';
import { consentedPage, successPage } from '../pages/callback-page.js';
import { answerWithPages, sendPage } from '../plugins/pages.js';

export const callbackRoutes =
  (deps: AdminDependencies): FastifyPluginAsync =>
  async (app) => {
    const { applications, connections, signIn, publicUrl } = deps;
    answerWithPages(app, deps.log);
    app.get(
      '/oauth/callback',
      {
        config: { scope: 'public' },
        schema: { tags: ['connections'], summary: 'The Callback URL; answers a page' },
        // A HEAD (a link preview, say) must not use the code up.
        exposeHeadRoute: false,
      },
      async (request, reply) => {
        const { searchParams } = new URL(request.raw.url ?? '', publicUrl);
        const binding = bindingCookie(request, publicUrl);
        const finished = await signIn.finish({ parameters: searchParams, binding });
        if (finished.kind === 'admin-consented') return sendPage(reply, consentedPage());
        const connection = await connections.read(finished.connection);
        return sendPage(reply, successPage(await shownConnection(applications, connection)));
      },
    );
  };
