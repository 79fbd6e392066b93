/** /connector-types: what connectors there are, and the schema of each one's settings. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AdminDependencies } from '../dependencies.js';

const connectorTypeSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  description: Type.String(),
  direction: Type.String({ description: 'receive or send' }),
  needs: Type.Array(Type.String(), { description: 'Endpoints that its connection must have.' }),
  settings: Type.Unknown({ description: 'JSON Schema of its settings.' }),
  secrets: Type.Array(Type.String(), { description: 'JSON pointers of settings that are never answered.' }),
});

export const connectorTypeRoutes =
  ({ connectorTypes }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/connector-types',
      {
        config: { scope: 'read' },
        schema: {
          tags: ['connectors'],
          summary: 'Connector types and their settings',
          response: { 200: Type.Object({ items: Type.Array(connectorTypeSchema), nextCursor: Type.Null() }) },
        },
      },
      async () => ({
        items: connectorTypes.map(({ name, title, description, direction, needs, settings, secrets }) => ({
          name,
          title,
          description,
          direction,
          needs: [...needs],
          settings,
          secrets: [...secrets],
        })),
        nextCursor: null,
      }),
    );
  };
