/** /oauth/callback: where the authorization server sends the browser back. Public: the state says what it belongs to. */
import type { FastifyPluginAsync } from 'fastify';
import { ProblemError } from '../../contract/problem.js';
import { connectionOfState } from '../../oauth/sign-in/sign-in-attempts.js';
import { shownConnection } from '../connection-answers.js';
import { bindingCookie } from '../cookies.js';
import type { AdminDependencies } from '../dependencies.js';
import { consentedPage, successPage } from '../pages/callback-page.js';
import { answerWithPages, sendPage } from '../plugins/pages.js';

export const callbackRoutes =
  (deps: AdminDependencies): FastifyPluginAsync =>
  async (app) => {
    const { connections, signIn, publicUrl } = deps;
    answerWithPages(app, deps.log);
    app.get(
      '/oauth/callback',
      {
        config: { scope: 'public', audit: 'connection.sign-in' },
        schema: { tags: ['connections'], summary: 'The Callback URL; answers a page' },
        // A HEAD (a link preview, say) must not use the code up.
        exposeHeadRoute: false,
      },
      async (request, reply) => {
        const { searchParams } = new URL(request.raw.url ?? '', publicUrl);
        const binding = bindingCookie(request, publicUrl);
        const id = connectionOfState(searchParams.get('state') ?? '');
        const subject = { kind: 'connection', ...(id !== undefined && { id }) } as const;
        request.audited = { subject };
        const finished = await signIn.finish({ parameters: searchParams, binding }).catch((refused) => {
          // Anybody can make up a state; one that was given and has expired looks the same.
          const isMadeUp = id === undefined || codeOf(refused) === 'sign-in-link-expired';
          if (isMadeUp) request.audited = { isNothing: true };
          throw refused;
        });
        if (finished.kind === 'admin-consented') {
          // Its state is the same for everybody: whoever calls it proves nothing, and changed nothing here.
          request.audited = { isNothing: true };
          return sendPage(reply, consentedPage());
        }
        const actor = { kind: 'person', id: finished.user } as const;
        request.audited = { actor, subject };
        const connection = await connections.read(finished.connection);
        request.audited = { actor, subject: { ...subject, name: connection.settings.name } };
        return sendPage(reply, successPage(await shownConnection(deps, connection)));
      },
    );
  };

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof ProblemError ? thrown.problem.code : undefined;
