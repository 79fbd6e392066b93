/** The acts on a connection's grant: every way in, refreshed now, and signed out. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ConnectionId } from '../../contract/ids.js';
import { appOnlySetup } from '../../setup/app-only-setup.js';
import { connectionViewSchema } from '../../setup/connection-view.js';
import type { Application, Connection } from '../../setup/model.js';
import { problemOrNullSchema, problemView } from '../../setup/view-parts.js';
import { shownConnection } from '../connection-answers.js';
import { boundBrowser } from '../cookies.js';
import type { AdminDependencies } from '../dependencies.js';
import { deviceView, deviceViewSchema } from '../device-view.js';
import { versioned } from '../etag.js';
import { idParams } from '../route-parts.js';

const tags = ['connections'];

/** What GetOAuthAccessToken calls the verifier: a bare code, or all that the browser was redirected to. */
const exchangeBody = Type.Object(
  {
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
    redirectedUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);

const token = (description: string) =>
  // RFC 6749 §A.12: VSCHAR; anything else would end the SASL string that it stands in.
  Type.Optional(
    Type.String({ maxLength: 100_000, pattern: '^[\\x20-\\x7E]+$', writeOnly: true, description }),
  );

const tokensBody = Type.Object(
  {
    accessToken: token('Taken as it is where no refresh token comes with it, and shown as asserted.'),
    refreshToken: token('Refreshed once, and checked like a sign-in; what it yields is used.'),
    expiresAt: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'When a bare access token ends; an hour from now if left out.',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);

const signedOutSchema = Type.Object({
  ...connectionViewSchema.properties,
  revocation: Type.Object(
    {
      outcome: Type.String({ description: 'revoked, not-offered, nothing-held or failed' }),
      problem: problemOrNullSchema,
    },
    { description: 'What became of the tokens at the provider; here they are forgotten in any case.' },
  ),
});

export const grantRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { connections, signIn, signOut, refreshNow, pasteTokens, deviceSignIn, publicUrl } = deps;
    const idOf = (params: { id: string }): ConnectionId => params.id as ConnectionId;
    const shown = async (id: ConnectionId) => shownConnection(deps, await connections.read(id));
    const read = { params: idParams, response: { 200: connectionViewSchema } };

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
        const isPage = request.principal?.kind !== 'key';
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
      '/connections/:id/device',
      {
        config: { scope: 'operate', audit: 'connection.device' },
        schema: {
          tags,
          summary: 'Start a sign-in with a code on another device',
          description: 'Show code and link to the user. The service asks for the tokens by itself.',
          params: idParams,
          response: { 200: deviceViewSchema },
        },
      },
      async ({ params }) => deviceView(await deviceSignIn.start(idOf(params))),
    );
    app.get(
      '/connections/:id/device',
      {
        config: { scope: 'operate' },
        schema: {
          tags,
          summary: 'How the device sign-in stands',
          description: 'For a day after its end, too.',
          params: idParams,
          response: { 200: deviceViewSchema },
        },
      },
      async ({ params }) => deviceView(await deviceSignIn.read(idOf(params))),
    );
    app.post(
      '/connections/:id/tokens',
      {
        config: { scope: 'admin', audit: 'connection.tokens' },
        schema: { tags, summary: 'Supply tokens by hand', body: tokensBody, ...read },
      },
      async (request, reply) => {
        const { user } = await pasteTokens(idOf(request.params), request.body);
        const whose = user === undefined ? 'An access token that nobody proved' : `Tokens of ${user}`;
        request.audited = { detail: `${whose} was supplied by hand.` };
        return versioned(reply, await shown(idOf(request.params)));
      },
    );
    app.post(
      '/connections/:id/refresh',
      {
        config: { scope: 'operate', audit: 'connection.refresh' },
        schema: {
          tags,
          summary: 'Refresh the access token now',
          description: 'Of an app-only connection this also gets the first one (Get New Access Token).',
          ...read,
        },
      },
      async ({ params }, reply) => {
        await refreshNow(idOf(params));
        return versioned(reply, await shown(idOf(params)));
      },
    );
    app.get(
      '/connections/:id/app-only-setup',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'What to run in Exchange Online PowerShell for an app-only connection',
          params: idParams,
          response: {
            200: Type.Object({
              cmdlets: Type.Array(Type.String()),
              toFillIn: Type.Array(Type.Object({ placeholder: Type.String(), where: Type.String() })),
              notes: Type.Array(Type.String()),
            }),
          },
        },
      },
      async ({ params }) => {
        const connection = await connections.read(idOf(params));
        return appOnlySetup(connection, await applicationOf(deps, connection));
      },
    );
    app.post(
      '/connections/:id/sign-out',
      {
        config: { scope: 'admin', audit: 'connection.sign-out' },
        schema: {
          tags,
          summary: 'End the grant',
          description:
            'Forgotten here always, and revoked at the provider where it has an endpoint for that.',
          params: idParams,
          response: { 200: signedOutSchema },
        },
      },
      async (request, reply) => {
        const revocation = await signOut(idOf(request.params));
        const problem = revocation.outcome === 'failed' ? problemView(revocation.problem) : null;
        request.audited = { detail: `At the provider: ${revocation.outcome}.` };
        return {
          ...versioned(reply, await shown(idOf(request.params))),
          revocation: { outcome: revocation.outcome, problem },
        };
      },
    );
  };

async function applicationOf(
  { applications }: Pick<AdminDependencies, 'applications'>,
  { settings }: Connection,
): Promise<Application | undefined> {
  return settings.application === undefined ? undefined : applications.read(settings.application);
}
