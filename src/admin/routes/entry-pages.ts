/** The pages on the way in and out: sign-in, sign-out, the set-up link, an invitation, the own password. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { httpStatusOf, type Problem, ProblemError, problemError } from '../../contract/problem.js';
import { clearSessionCookie, sessionCookie } from '../cookies.js';
import { type AdminDependencies, limitsOf } from '../dependencies.js';
import type { Entrance } from '../entrance.js';
import type { Html } from '../html.js';
import { createOwnAccount } from '../own-account.js';
import {
  invitationPage,
  passwordPage,
  setUpPage,
  signInPage,
  withoutPasswordPage,
} from '../pages/sign-in-page.js';
import type { RouteAudit } from '../plugins/audit.js';
import { answerWithPages, readForms, sendPage } from '../plugins/pages.js';
import type { RouteScope } from '../principal.js';

const hide = { hide: true };
type Form = { Body: Record<string, unknown> | undefined };
type Link = { Querystring: { token?: string | string[]; link?: string | string[] } };

/** A body of JSON may hold anything. */
const field = ({ body }: FastifyRequest<Form>, name: string): string => {
  const value = typeof body === 'object' && body !== null ? body[name] : undefined;
  return typeof value === 'string' ? value : '';
};
const tokenIn = ({ query }: FastifyRequest<Link>): string => String(query.token ?? '');

/** What is told beside the form; anything else is a page of its own. */
const BESIDE_THE_FORM: ReadonlySet<string> = new Set<Problem['code']>([
  ...(['password-refused', 'sign-in-paused', 'sign-ins-busy', 'password-too-weak'] as const),
  ...(['old-password-wrong', 'invalid-request', 'password-sign-in-off'] as const),
]);

export const entryPageRoutes =
  (deps: AdminDependencies, entrance: Entrance): FastifyPluginAsync =>
  async (app) => {
    const { people, firstAdmin, publicUrl, log, openId, isPasswordSignInOff = false } = deps;
    const account = createOwnAccount(deps, entrance);
    answerWithPages(app, log);
    readForms(app);
    const braked = { rateLimit: { max: limitsOf(deps).signInsPerMinute, timeWindow: 60_000 } };
    const post = (scope: RouteScope, audit: RouteAudit) => ({
      config: { scope, audit, ...braked },
      schema: hide,
    });
    const open = { config: { scope: 'public' }, schema: hide } as const;

    const ways = { openIdName: openId?.name, hasPasswords: !isPasswordSignInOff };
    app.get('/sign-in', open, async (_request, reply) => sendPage(reply, signInPage(ways)));
    app.post<Form>('/sign-in', post('public', 'session.start'), (request, reply) => {
      const name = field(request, 'name') || 'admin';
      return orAgain(request, reply, {
        act: () => entrance.signIn(request, reply, { name, secret: field(request, 'secret') }),
        form: (refused) => signInPage({ ...ways, refused, name }),
      });
    });
    app.post('/sign-out', post('read', 'session.end'), signOut);
    app.post('/sign-out-everywhere', post('read', 'session.end-all'), async (request, reply) => {
      await account.endAllSessions(request);
      return signOut(request, reply);
    });

    // Opening a link changes nothing: mail scanners and previews open links as well.
    app.get<Link>('/setup', open, async ({ query }, reply) => {
      const token = String(query.link ?? '');
      await firstAdmin.refuseInvalidLink(token);
      return sendPage(reply, setUpPage(token));
    });
    app.post<Form>('/setup', post('public', 'person.set-up'), (request, reply) => {
      const given = {
        token: field(request, 'token'),
        name: field(request, 'name'),
        password: field(request, 'password'),
      };
      return orAgain(request, reply, {
        act: () => account.setUp(request, reply, given),
        form: (refused) => setUpPage(given.token, { refused, name: given.name }),
      });
    });
    app.get<Link>('/invitation', open, async (request, reply) => {
      const token = tokenIn(request);
      return sendPage(reply, invitationPage(token, await people.invited(token)));
    });
    app.post<Form>('/invitation', post('public', 'person.set-password'), async (request, reply) => {
      const given = { token: field(request, 'token'), password: field(request, 'password') };
      const { name } = await people.invited(given.token);
      return orAgain(request, reply, {
        act: () => account.acceptInvitation(request, reply, given),
        form: (refused) => invitationPage(given.token, { refused, name }),
      });
    });

    app.get('/password', { config: { scope: 'read' }, schema: hide }, async ({ principal }, reply) => {
      if (principal?.kind !== 'person') throw problemError('person-session-needed');
      return sendPage(
        reply,
        principal.hasPassword ? passwordPage(principal.name) : withoutPasswordPage(principal.name),
      );
    });
    app.post<Form>('/password', post('read', 'person.change-password'), (request, reply) => {
      const passwords = { old: field(request, 'old'), new: field(request, 'password') };
      return orAgain(request, reply, {
        act: () => account.changePassword(request, reply, passwords),
        form: (refused) => passwordPage(request.principal?.name ?? '', refused),
      });
    });

    /** Does it and goes to the connections; what the person can put right is told beside the form. */
    async function orAgain(
      request: FastifyRequest,
      reply: FastifyReply,
      { act, form }: { act(): Promise<unknown>; form(refused: Problem): Html },
    ): Promise<FastifyReply> {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof ProblemError) || !BESIDE_THE_FORM.has(error.problem.code)) throw error;
        request.problem = error.problem;
        return sendPage(reply.code(httpStatusOf(error.problem.code)), form(error.problem));
      }
      return reply.redirect('/', 303);
    }

    async function signOut(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const cookie = sessionCookie(request, publicUrl);
      if (cookie !== undefined) await entrance.sessions.end(cookie);
      clearSessionCookie(reply, publicUrl);
      return reply.redirect('/sign-in', 303);
    }
  };
