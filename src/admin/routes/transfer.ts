/** Resealing, and what leaves and enters the service as a file: grants, whole set-ups. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AuditReport, SubjectKind } from '../../audit/audit-entry.js';
import type { ConnectionId } from '../../contract/ids.js';
import { connectionViewSchema } from '../../setup/connection-view.js';
import { problemView } from '../../setup/view-parts.js';
import type { ImportedItem } from '../../transfer/import-setup.js';
import { SETUP_LISTS, type SetupList, setupDocumentSchema } from '../../transfer/setup-document.js';
import { shownConnection } from '../connection-answers.js';
import type { AdminDependencies } from '../dependencies.js';
import { versioned } from '../etag.js';
import { actorOf } from '../plugins/audit.js';
import { bodyCheckedByService, idParams } from '../route-parts.js';
import {
  exportAnswer,
  exportBody,
  importBody,
  resealReport,
  setupQuery,
  setupReport,
} from '../transfer-schemas.js';

/** Some ten thousand connections with their connectors. */
const SETUP_BYTES = 32 * 1024 * 1024;

const KINDS: Readonly<Record<SetupList, SubjectKind>> = {
  applications: 'application',
  connections: 'connection',
  connectors: 'connector',
  alertChannels: 'alert-channel',
};

/** A record that an import made or changed, for the audit trail: who looks for the record finds it. */
const imported = (
  { principal, ip, id: requestId }: Pick<FastifyRequest, 'principal' | 'ip' | 'id'>,
  { list, id, name, status }: ImportedItem,
): AuditReport => ({
  actor: actorOf(principal),
  from: ip,
  action: `${KINDS[list]}.${status === 'created' ? 'create' : 'update'}`,
  subject: { kind: KINDS[list], ...(id !== undefined && { id }), name },
  outcome: 'done',
  detail: 'By an import of a set-up.',
  requestId,
});

export const transferRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { audit, transfer, connections } = deps;
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
        const onWritten = (item: ImportedItem): Promise<void> =>
          audit.record('changes', imported(request, item));
        const done = await transfer.importSetup(request.body, { dryRun, onExisting, onWritten });
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
