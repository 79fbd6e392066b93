/** /api-keys: keys for programs; each is shown once. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ApiKeyId } from '../../contract/ids.js';
import { isoTime, timeSchema } from '../../setup/view-parts.js';
import type { ApiKey, ApiKeys } from '../api-keys.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { SCOPES } from '../principal.js';
import { idParams, nothing } from '../route-parts.js';

const tags = ['api keys'];

const keyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: timeSchema,
});

const newKeyView = Type.Object({
  ...keyView.properties,
  key: Type.String({ description: 'The key. It is not stored and cannot be shown again.' }),
});

const newKeyBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    scopes: Type.Array(Type.Enum([...SCOPES]), {
      minItems: 1,
      maxItems: SCOPES.length,
      description: 'read: look. operate: also send, run and sign in. admin: everything.',
    }),
  },
  { additionalProperties: false },
);

const shown = ({ id, name, scopes, createdAt }: ApiKey) => ({
  id,
  name,
  scopes,
  createdAt: isoTime(createdAt),
});

export const apiKeyRoutes =
  (apiKeys: ApiKeys): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api-keys',
      {
        config: { scope: 'admin' },
        schema: { tags, summary: 'List', querystring: listQuery, response: { 200: listOf(keyView) } },
      },
      async ({ query }) => listAnswer(await apiKeys.list(pageOptions(query)), shown),
    );
    app.post(
      '/api-keys',
      {
        config: { scope: 'admin', audit: 'api-key.create' },
        schema: { tags, summary: 'Create', body: newKeyBody, response: { 201: newKeyView } },
      },
      async ({ body }, reply) => {
        const { record, key } = await apiKeys.create({ name: body.name, scopes: [...new Set(body.scopes)] });
        return reply.code(201).send({ ...shown(record), key });
      },
    );
    app.delete(
      '/api-keys/:id',
      {
        config: { scope: 'admin', audit: 'api-key.delete' },
        schema: {
          tags,
          summary: 'Delete: the key stops working at once',
          params: idParams,
          response: { 204: nothing },
        },
      },
      async ({ params }, reply) => {
        await apiKeys.delete(params.id as ApiKeyId);
        return reply.code(204).send(null);
      },
    );
  };
