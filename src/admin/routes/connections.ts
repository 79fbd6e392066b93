/** /connections: one mailbox signed in, each; and the acts on its grant. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ConnectionId } from '../../contract/ids.js';
import { connectionSchema } from '../../setup/connection-schema.js';
import { connectionViewSchema } from '../../setup/connection-view.js';
import { applicationsOf, connectionAnswer, shownConnection } from '../connection-answers.js';
import { boundBrowser } from '../cookies.js';
import type { AdminDependencies } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { bodyCheckedByService, idParams, ifMatchHeaders, nothing, patchOf } from '../route-parts.js';

const tags = ['connections'];

/** What GetOAuthAccessToken calls the verifier: a bare code, or all that the browser was redirected to. */
const exchangeBody = Type.Object(
  {
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
    redirectedUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);

export const connectionRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { applications, connections, signIn, signOut, accessTokens, publicUrl } = deps;
    const idOf = (params: { id: string }): ConnectionId => params.id as ConnectionId;
    const shown = async (id: ConnectionId) => shownConnection(deps, await connections.read(id));
    const read = { params: idParams, response: { 200: connectionViewSchema } };

    app.get(
      '/connections',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List',
          querystring: listQuery,
          response: { 200: listOf(connectionViewSchema) },
        },
      },
      async ({ query }) => {
        const page = await connections.list(pageOptions(query));
        const known = await applicationsOf(applications, page.items);
        return listAnswer(page, (each) => connectionAnswer(deps, each, known));
      },
    );
    app.post(
      '/connections',
      {
        config: { scope: 'admin', audit: 'connection.create' },
        schema: { tags, summary: 'Create', body: connectionSchema, response: { 201: connectionViewSchema } },
        validatorCompiler: bodyCheckedByService,
      },
      async ({ body }, reply) => {
        const { id } = await connections.create(body);
        return reply.code(201).send(versioned(reply, await shown(id)));
      },
    );
    app.get(
      '/connections/:id',
      { config: { scope: 'read' }, schema: { tags, summary: 'Read', ...read } },
      async ({ params }, reply) => versioned(reply, await shown(idOf(params))),
    );
    app.patch(
      '/connections/:id',
      {
        config: { scope: 'admin', audit: 'connection.update' },
        schema: {
          tags,
          summary: 'Change',
          description: 'A new User, Scope, application or host ends the grant: sign in again afterwards.',
          headers: ifMatchHeaders,
          body: patchOf(connectionSchema),
          ...read,
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request, reply) => {
        const id = idOf(request.params);
        await connections.patch(id, ifMatchVersion(request), request.body);
        return versioned(reply, await shown(id));
      },
    );
    app.delete(
      '/connections/:id',
      {
        config: { scope: 'admin', audit: 'connection.delete' },
        schema: {
          tags,
          summary: 'Delete',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await connections.delete(idOf(request.params), ifMatchVersion(request));
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/connections/:id/authorize',
      {
        config: { scope: 'operate', audit: 'connection.authorize' },
        schema: {
          tags,
          summary: 'Start a sign-in',
          description:
            'Answers the URL to open within ten minutes. Started with a page session, the same browser must finish it.',
          params: idParams,
          response: { 200: Type.Object({ authorizationUrl: Type.String() }) },
        },
      },
      async (request, reply) => {
        const isPage = request.principal?.kind === 'session';
        const options = isPage ? { binding: boundBrowser(request, reply, publicUrl) } : {};
        return { authorizationUrl: await signIn.authorizationUrl(idOf(request.params), options) };
      },
    );
    app.post(
      '/connections/:id/exchange',
      {
        config: { scope: 'operate', audit: 'connection.sign-in' },
        schema: {
          tags,
          summary: 'Finish a sign-in by hand',
          description: 'A bare code belongs to the newest sign-in that was started for the connection.',
          body: exchangeBody,
          ...read,
        },
      },
      async (request, reply) => {
        const { params, body } = request;
        const answer =
          body.code === undefined ? { redirectedUrl: body.redirectedUrl ?? '' } : { code: body.code };
        const finished = await signIn.exchange(idOf(params), answer);
        if (finished.kind === 'signed-in') request.audited = { detail: `${finished.user} signed in.` };
        return versioned(reply, await shown(idOf(params)));
      },
    );
    app.post(
      '/connections/:id/refresh',
      {
        config: { scope: 'operate', audit: 'connection.refresh' },
        schema: { tags, summary: 'Refresh the access token now', ...read },
      },
      async ({ params }, reply) => {
        await accessTokens.accessToken(idOf(params), { force: true });
        return versioned(reply, await shown(idOf(params)));
      },
    );
    app.post(
      '/connections/:id/sign-out',
      {
        config: { scope: 'admin', audit: 'connection.sign-out' },
        schema: { tags, summary: 'End the grant', ...read },
      },
      async ({ params }, reply) => {
        await signOut(idOf(params));
        return versioned(reply, await shown(idOf(params)));
      },
    );
  };
