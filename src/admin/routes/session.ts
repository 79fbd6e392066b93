/** /session: signing in and out, the own password, and the one-time links; for the page, in JSON. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { clearSessionCookie, sessionCookie } from '../cookies.js';
import { type AdminDependencies, limitsOf } from '../dependencies.js';
import type { Entrance } from '../entrance.js';
import { createOwnAccount } from '../own-account.js';
import type { Principal } from '../principal.js';
import { nothing } from '../route-parts.js';

const tags = ['session'];

const sessionView = Type.Object({
  kind: Type.String({ description: 'person; session: opened by an API key; key: no session, an API key' }),
  name: Type.String(),
  id: Type.Union([Type.String(), Type.Null()], { description: 'Of the person.' }),
  role: Type.Union([Type.String(), Type.Null()], { description: 'Of the person.' }),
  scopes: Type.Array(Type.String()),
  hasPassword: Type.Boolean({
    description: 'Whether there is a password to change: of a person who does not come through OpenID.',
  }),
});

const password = (description: string) =>
  Type.String({ minLength: 1, maxLength: 2_000, description, writeOnly: true });
const closed = <Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const text = (description: string) => Type.String({ minLength: 1, maxLength: 200, description });

const signInBody = closed({
  name: text('Name of the person.'),
  password: password('Password, or an API key with the scope admin.'),
});
const token = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What the link carries after token= (an invitation) or link= (the set-up link).',
  writeOnly: true,
});
const newPassword = password('At least 12 characters, and not easy to guess.');

const shown = ({ kind, name, id, role, scopes, hasPassword = false }: Principal) => ({
  kind,
  name,
  id: id ?? null,
  role: role ?? null,
  scopes: [...scopes],
  hasPassword,
});

export const sessionRoutes =
  (deps: AdminDependencies, entrance: Entrance): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { publicUrl } = deps;
    const account = createOwnAccount(deps, entrance);
    const braked = { rateLimit: { max: limitsOf(deps).signInsPerMinute, timeWindow: 60_000 } };
    const signedIn = { 200: sessionView };

    app.get(
      '/session',
      { config: { scope: 'read' }, schema: { tags, summary: 'Who am I', response: signedIn } },
      async ({ principal }) => shown(principal as Principal),
    );
    app.post(
      '/session',
      {
        config: { scope: 'public', audit: 'session.start', ...braked },
        schema: {
          tags,
          summary: 'Sign in',
          description: 'Sets the session cookie. For pages of this origin; programs send an API key.',
          body: signInBody,
          response: signedIn,
        },
      },
      async (request, reply) => {
        const { name, password: secret } = request.body;
        return shown(await entrance.signIn(request, reply, { name, secret }));
      },
    );
    app.delete(
      '/session',
      {
        config: { scope: 'read', audit: 'session.end' },
        schema: { tags, summary: 'Sign out', response: { 204: nothing } },
      },
      async (request, reply) => signedOut(request, reply),
    );
    app.delete(
      '/session/all',
      {
        config: { scope: 'read', audit: 'session.end-all' },
        schema: { tags, summary: 'Sign out everywhere', response: { 204: nothing } },
      },
      async (request, reply) => {
        await account.endAllSessions(request);
        return signedOut(request, reply);
      },
    );
    app.post(
      '/session/password',
      {
        config: { scope: 'read', audit: 'person.change-password', ...braked },
        schema: {
          tags,
          summary: 'Change the own password',
          description: 'Ends every other session of the person; this one goes on under a new cookie.',
          body: closed({ oldPassword: password('As it is now.'), newPassword }),
          response: signedIn,
        },
      },
      async (request, reply) =>
        shown(
          await account.changePassword(request, reply, {
            old: request.body.oldPassword,
            new: request.body.newPassword,
          }),
        ),
    );
    app.post(
      '/session/set-up',
      {
        config: { scope: 'public', audit: 'person.set-up', ...braked },
        schema: {
          tags,
          summary: 'Make the first admin',
          description: 'With the set-up link that the service logs at start while nobody is stored.',
          body: closed({ token, name: text('Name to sign in with.'), password: newPassword }),
          response: signedIn,
        },
      },
      async (request, reply) => shown(await account.setUp(request, reply, request.body)),
    );
    app.post(
      '/session/invitation',
      {
        config: { scope: 'public', audit: 'person.set-password', ...braked },
        schema: {
          tags,
          summary: 'Set the password that an invitation is for',
          body: closed({ token, password: newPassword }),
          response: signedIn,
        },
      },
      async (request, reply) => shown(await account.acceptInvitation(request, reply, request.body)),
    );

    async function signedOut(request: FastifyRequest, reply: FastifyReply) {
      const cookie = sessionCookie(request, publicUrl);
      if (cookie !== undefined) await entrance.sessions.end(cookie);
      clearSessionCookie(reply, publicUrl);
      return reply.code(204).send(null);
    }
  };
