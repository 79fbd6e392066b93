/** /applications: client registrations. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ApplicationId } from '../../contract/ids.js';
import { applicationSchema } from '../../setup/application-schema.js';
import { applicationView, applicationViewSchema } from '../../setup/application-view.js';
import type { Application } from '../../setup/model.js';
import { type AdminDependencies, callbackUrlOf } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { bodyCheckedByService, idParams, ifMatchHeaders, nothing, patchOf } from '../route-parts.js';

const tags = ['applications'];

export const applicationRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { applications } = deps;
    const view = (application: Application) =>
      applicationView(application, callbackUrlOf(deps), deps.warnings.ofApplication(application));
    const idOf = (params: { id: string }): ApplicationId => params.id as ApplicationId;

    app.get(
      '/applications',
      {
        config: { scope: 'read' },
        schema: {
          tags,
          summary: 'List',
          querystring: listQuery,
          response: { 200: listOf(applicationViewSchema) },
        },
      },
      async ({ query }) => listAnswer(await applications.list(pageOptions(query)), view),
    );
    app.post(
      '/applications',
      {
        config: { scope: 'admin', audit: 'application.create' },
        schema: {
          tags,
          summary: 'Create',
          body: applicationSchema,
          response: { 201: applicationViewSchema },
        },
        validatorCompiler: bodyCheckedByService,
      },
      async ({ body }, reply) =>
        reply.code(201).send(versioned(reply, view(await applications.create(body)))),
    );
    app.get(
      '/applications/:id',
      {
        config: { scope: 'read' },
        schema: { tags, summary: 'Read', params: idParams, response: { 200: applicationViewSchema } },
      },
      async ({ params }, reply) => versioned(reply, view(await applications.read(idOf(params)))),
    );
    app.patch(
      '/applications/:id',
      {
        config: { scope: 'admin', audit: 'application.update' },
        schema: {
          tags,
          summary: 'Change',
          description: 'A new client secret resumes every connection of the application.',
          params: idParams,
          headers: ifMatchHeaders,
          body: patchOf(applicationSchema),
          response: { 200: applicationViewSchema },
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request, reply) => {
        const changed = await applications.patch(idOf(request.params), ifMatchVersion(request), request.body);
        return versioned(reply, view(changed));
      },
    );
    app.delete(
      '/applications/:id',
      {
        config: { scope: 'admin', audit: 'application.delete' },
        schema: {
          tags,
          summary: 'Delete',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await applications.delete(idOf(request.params), ifMatchVersion(request));
        return reply.code(204).send(null);
      },
    );
    app.post(
      '/applications/:id/admin-consent',
      {
        config: { scope: 'operate', audit: 'application.admin-consent' },
        schema: {
          tags,
          summary: 'The link on which an administrator of the tenant consents for everybody',
          description: 'The answer comes back to the Callback URL, and signs nobody in.',
          params: idParams,
          body: Type.Union([
            Type.Object(
              {
                appOnly: Type.Boolean({
                  default: false,
                  description: 'For the application permissions of app-only connections.',
                }),
              },
              { additionalProperties: false },
            ),
            Type.Null(),
          ]),
          response: { 200: Type.Object({ adminConsentUrl: Type.String() }) },
        },
      },
      async ({ params, body }) => ({
        adminConsentUrl: await deps.adminConsent(idOf(params), { appOnly: body?.appOnly ?? false }),
      }),
    );
  };
