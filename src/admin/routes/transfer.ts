/** Resealing, and what leaves and enters the service as a file: grants, whole set-ups. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ConnectionId } from '../../contract/ids.js';
import { connectionViewSchema } from '../../setup/connection-view.js';
import { problemView, problemViewSchema } from '../../setup/view-parts.js';
import { grantFileSchema } from '../../transfer/grant-file.js';
import { SETUP_LISTS, setupDocumentSchema } from '../../transfer/setup-document.js';
import { shownConnection } from '../connection-answers.js';
import type { AdminDependencies } from '../dependencies.js';
import { versioned } from '../etag.js';
import { bodyCheckedByService, idParams } from '../route-parts.js';

/** Long enough that guessing it costs more than signing in again. */
const SHORTEST_PASSPHRASE = 12;
/** Some ten thousand connections with their connectors. */
const SETUP_BYTES = 32 * 1024 * 1024;

const passphrase = Type.String({
  minLength: SHORTEST_PASSPHRASE,
  maxLength: 1_000,
  writeOnly: true,
  description: `Protects the file; at least ${SHORTEST_PASSPHRASE} characters. It is not kept, and nobody can recover it.`,
});

const exportBody = Type.Object(
  {
    passphrase,
    move: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'End the grant here once the file is made; needed where two users of one grant would end it.',
      }),
    ),
  },
  { additionalProperties: false },
);

const exportAnswer = Type.Object({
  file: grantFileSchema,
  warnings: Type.Array(problemViewSchema),
});

const importBody = Type.Object(
  {
    file: Type.Unknown({ description: 'The file of the export, as it is.' }),
    passphrase: Type.String({ minLength: 1, maxLength: 1_000, writeOnly: true }),
  },
  { additionalProperties: false },
);

const setupQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only say what would be done.' })),
  onExisting: Type.Optional(
    Type.Enum(['skip', 'update'], {
      default: 'skip',
      description: 'What is done with one of the same name and kind that is here already.',
    }),
  ),
});

const setupReport = Type.Object({
  dryRun: Type.Boolean(),
  items: Type.Array(
    Type.Object({
      list: Type.String(),
      ref: Type.String(),
      name: Type.String(),
      status: Type.String({
        description: 'created, updated, skipped or faulty; of a dry run what it would be',
      }),
      id: Type.Optional(Type.String()),
      secrets: Type.Array(Type.String(), {
        description: 'JSON pointers of secrets that are to be entered now.',
      }),
      faults: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
    }),
  ),
});

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
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { transfer, connections } = deps;
    const idOf = (params: { id: string }): ConnectionId => params.id as ConnectionId;

    app.post(
      '/connections/:id/export',
      {
        config: { scope: 'admin', audit: 'connection.export' },
        schema: {
          tags: ['connections'],
          summary: 'Export the grant as an encrypted file',
          description: 'For another machine, one without a browser, say. It holds the refresh token.',
          params: idParams,
          body: exportBody,
          response: { 200: exportAnswer },
        },
      },
      async (request) => {
        const { params, body } = request;
        const { file, warnings } = await transfer.exportGrant(idOf(params), body);
        request.audited = { detail: body.move === true ? 'Moved: the grant ended here.' : 'Copied.' };
        return { file, warnings: warnings.map(problemView) };
      },
    );
    app.post(
      '/connections/:id/import',
      {
        config: { scope: 'admin', audit: 'connection.import' },
        schema: {
          tags: ['connections'],
          summary: 'Import a grant that was exported elsewhere',
          description:
            'User, client, tenant and account must be the same; it is refreshed once, and checked like a sign-in.',
          params: idParams,
          body: importBody,
          response: { 200: connectionViewSchema },
        },
      },
      async (request, reply) => {
        const id = idOf(request.params);
        const { user } = await transfer.importGrant(id, request.body);
        request.audited = { detail: `The grant of ${user ?? 'an application'}.` };
        return versioned(reply, await shownConnection(deps, await connections.read(id)));
      },
    );

    app.get(
      '/setup/export',
      {
        config: { scope: 'admin', audit: 'setup.export' },
        schema: {
          tags: ['setup'],
          summary: 'Export applications, connections, connectors and alert channels, without secrets',
          description:
            'To move a set-up between test and production: edit what differs, then import it there.',
          response: { 200: Type.Unsafe({ ...setupDocumentSchema, additionalProperties: true }) },
        },
        serializerCompiler: () => (document) => JSON.stringify(document),
      },
      async (request) => {
        const document = await transfer.exportSetup();
        const counts = SETUP_LISTS.map((list) => `${document[list].length} ${list}`);
        request.audited = { detail: `${counts.join(', ')}.` };
        return document;
      },
    );
    app.post(
      '/setup/import',
      {
        config: { scope: 'admin', audit: 'setup.import' },
        bodyLimit: SETUP_BYTES,
        schema: {
          tags: ['setup'],
          summary: 'Import a set-up',
          description:
            'Everything is checked before anything is written. Items that are here already are found by name and kind. The answer says which secrets are to be entered.',
          querystring: setupQuery,
          body: setupDocumentSchema,
          response: { 200: setupReport },
        },
        validatorCompiler: bodyCheckedByService,
      },
      async (request) => {
        const { dryRun = false, onExisting = 'skip' } = request.query;
        const done = await transfer.importSetup(request.body, { dryRun, onExisting });
        const count = (status: string) => done.items.filter((each) => each.status === status).length;
        const word = dryRun ? 'would be ' : '';
        request.audited = {
          detail: `${count('created')} ${word}created, ${count('updated')} ${word}updated, ${count('skipped')} ${word}skipped.`,
        };
        return done;
      },
    );

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
