/** /livez, /readyz, /metrics: for what watches the service. Public, and without a secret. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { WatchDependencies } from '../dependencies.js';

const tags = ['service'];

const readinessSchema = Type.Object({
  status: Type.String({ description: 'ready or not-ready' }),
  checks: Type.Array(
    Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) }),
  ),
});

export const watchRoutes =
  ({ readiness, metrics }: WatchDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/livez',
      {
        config: { scope: 'public', rateLimit: false },
        schema: {
          tags,
          summary: 'Whether the process runs',
          response: { 200: Type.Object({ status: Type.String() }) },
        },
      },
      async () => ({ status: 'ok' }),
    );
    app.get(
      '/readyz',
      {
        config: { scope: 'public', rateLimit: false },
        schema: {
          tags,
          summary: 'Whether it can work: Redis, spool, key',
          response: { 200: readinessSchema, 503: readinessSchema },
        },
      },
      async (_request, reply) => {
        const checks = await readiness();
        const isReady = checks.every(({ ok }) => ok);
        return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready', checks });
      },
    );
    app.get(
      '/metrics',
      { config: { scope: 'public', rateLimit: false }, schema: { tags, summary: 'Metrics for Prometheus' } },
      async (_request, reply) => {
        const { contentType, text } = await metrics();
        return reply.type(contentType).send(text);
      },
    );
  };
