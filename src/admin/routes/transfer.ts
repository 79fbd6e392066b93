/** Resealing, and what leaves and enters the service as a file: grants, whole set-ups. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AdminDependencies } from '../dependencies.js';

const resealReport = Type.Object({
  keyId: Type.String({ description: 'Id of the key that everything is sealed with now.' }),
  kinds: Type.Array(
    Type.Object({
      kind: Type.String(),
      resealed: Type.Integer({ description: 'Sealed anew by this run.' }),
      current: Type.Integer({ description: 'Sealed with that key, in the end.' }),
      remaining: Type.Record(Type.String(), Type.Integer(), {
        description: 'Sealed with another one, in the end: key id and how many.',
      }),
    }),
  ),
  remaining: Type.Integer({ description: '0: the previous keys are needed no more.' }),
  unreadable: Type.Array(Type.String(), {
    description: 'Records and fields that no key opens, some of them.',
  }),
});

export const transferRoutes =
  ({ transfer }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/service/reseal',
      {
        config: { scope: 'admin', audit: 'service.reseal' },
        schema: {
          tags: ['service'],
          summary: 'Seal everything anew with the first encryption key',
          description:
            'Every process must have that key as its first one; refused while one has not. Safe while the service works, and to repeat.',
          response: { 200: resealReport },
        },
      },
      async (request) => {
        const report = await transfer.reseal();
        const resealed = report.kinds.reduce((sum, each) => sum + each.resealed, 0);
        request.audited = {
          detail: `${resealed} values sealed anew with key ${report.keyId}; ${report.remaining} remain.`,
        };
        return report;
      },
    );
  };
