/** The OpenAPI document, made from the schemas that the routes validate with. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { problemViewSchema } from '../../setup/view-parts.js';

const problemSchema = Type.Object({
  type: Type.String({ description: '/problems#<code>: what the code means, on this service' }),
  status: Type.Integer(),
  instance: Type.String({ description: 'The id of this request, as in the log.' }),
  ...problemViewSchema.properties,
});

const problemAnswer = {
  description: 'What went wrong, whose it is to fix, and what to do next (RFC 9457).',
  content: { 'application/problem+json': { schema: problemSchema } },
};

/** Before any route: the document is collected while they register. */
export async function describeApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mailgrant',
        version: '1',
        description:
          'The email connector service. Records carry a version: send it back as If-Match with PATCH and DELETE. Lists answer items and nextCursor. Times are ISO 8601 in UTC.',
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'mailgrant_session',
            description: 'A page session.',
          },
        },
      },
    },
    transform({ schema, url, route }) {
      const scope = route.config?.scope;
      const described: FastifySchema = { ...schema };
      if (scope !== undefined && scope !== 'public') {
        described.security = [{ apiKey: [] }, { session: [] }];
        described.description = `${described.description ?? ''} Needs the scope ${scope}.`.trim();
      }
      described.response = { ...(described.response as object | undefined), default: problemAnswer };
      return { schema: described, url };
    },
  });
  app.get(
    '/api/openapi.json',
    { config: { scope: 'public' }, schema: { summary: 'This document', tags: ['service'] } },
    async () => app.swagger(),
  );
}
