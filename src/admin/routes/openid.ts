/** The sign-in of people through the company's OpenID provider, where there is one: to it, and back. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { ProblemError } from '../../contract/problem.js';
import { nameOf, type OpenIdArrival } from '../../people/openid-people.js';
import { bindingCookie, boundBrowser } from '../cookies.js';
import { type AdminDependencies, limitsOf } from '../dependencies.js';
import type { Entrance } from '../entrance.js';
import { safeUrl } from '../html.js';
import { leavePage } from '../pages/leave-page.js';
import { answerWithPages, readForms, sendPage } from '../plugins/pages.js';

const hide = { hide: true };

export const openIdRoutes =
  (deps: AdminDependencies, entrance: Entrance): FastifyPluginAsync =>
  async (app) => {
    const { openId, openIdPeople: people, publicUrl, log, audit } = deps;
    if (!openId || !people) return;
    const { name, provider } = openId;
    answerWithPages(app, log, { href: '/sign-in', words: 'Back to the sign-in' });
    readForms(app);
    const braked = { rateLimit: { max: limitsOf(deps).signInsPerMinute, timeWindow: 60_000 } };

    const arrivalOf = async (
      request: FastifyRequest,
      answer: Parameters<typeof provider.finish>[0],
    ): Promise<OpenIdArrival> => {
      const proved = await provider.finish(answer).catch((refused) => {
        // Anybody can make up a state; one that was given and is over looks the same.
        if (refused instanceof ProblemError && refused.problem.code === 'openid-attempt-over')
          request.audited = { isNothing: true };
        throw refused;
      });
      const known = await people.find(proved);
      const subject = known ? { id: known.id, name: known.name } : { name: nameOf(proved.claims) };
      request.audited = { subject: { kind: 'person', ...subject } };
      return people.signIn(proved);
    };

    app.post(
      '/sign-in/openid',
      {
        config: { scope: 'public', audit: { elsewhere: 'the entry of /sign-in/callback' }, ...braked },
        schema: hide,
      },
      async (request, reply) => {
        const url = await provider.authorizationUrl(boundBrowser(request, reply, publicUrl));
        // No redirect: the answer to a form may not lead to another origin (form-action of our policy).
        return sendPage(reply.header('refresh', `0; url=${safeUrl(url) ?? ''}`), leavePage(name, url));
      },
    );
    app.get(
      '/sign-in/callback',
      {
        config: { scope: 'public', audit: 'session.start', ...braked },
        schema: hide,
        // A HEAD (a link preview, say) must not use the code up.
        exposeHeadRoute: false,
      },
      async (request, reply) => {
        const { searchParams } = new URL(request.raw.url ?? '', publicUrl);
        const binding = bindingCookie(request, publicUrl);
        const arrived = await arrivalOf(request, { parameters: searchParams, binding }).catch((refused) => {
          log.warn({ requestId: request.id, from: request.clientAddress }, 'sign-in refused');
          throw refused;
        });
        await entrance.letIn(request, reply, arrived.person);
        request.audited = { ...request.audited, detail: `through ${provider.issuer}` };
        await recordChange(request, arrived);
        return reply.redirect('/', 303);
      },
    );

    /** Who is new, or of another role, is so by the provider's word: that is an entry of its own. */
    async function recordChange(request: FastifyRequest, { person, change }: OpenIdArrival): Promise<void> {
      if (!change) return;
      const { id, name, role } = person;
      const from = change.kind === 'role' ? { from: change.from } : {};
      await audit.record('changes', {
        actor: { kind: 'service' },
        from: request.clientAddress,
        action: change.kind === 'made' ? 'person.create' : 'person.update',
        subject: { kind: 'person', id, name },
        outcome: 'done',
        detail: `by the claims of ${provider.issuer}`,
        changes: [{ field: '/role', ...from, to: role }],
        requestId: request.id,
      });
    }
  };
