/** /messages/{id}/content, /preview, /source and /attachments: what is in a message, for people who may know. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { MessageId } from '../../contract/ids.js';
import type { MessageView, ParsedMessage } from '../../contract/message.js';
import { problemError } from '../../contract/problem.js';
import { PREVIEW_POLICY, previewDocument } from '../../messages/preview.js';
import type { AdminDependencies } from '../dependencies.js';
import { sendDownload } from '../download.js';
import { idParams } from '../route-parts.js';
import { workSignals } from '../work-signals.js';

/** Of a text in an answer; the preview and the source have more. */
const MOST_TEXT = 1_000_000;

const contentSchema = Type.Object({
  headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
    description: 'In their order; names in small letters.',
  }),
  text: Type.Union([Type.String(), Type.Null()]),
  textIsCut: Type.Boolean({ description: `Beyond ${MOST_TEXT} characters.` }),
  hasHtml: Type.Boolean(),
  attachments: Type.Array(
    Type.Object({
      index: Type.Integer({ description: 'As /attachments/{index} takes it.' }),
      filename: Type.Union([Type.String(), Type.Null()]),
      contentType: Type.String(),
      size: Type.Integer({ description: 'bytes' }),
      inline: Type.Boolean({ description: 'Part of the HTML, such as an image in it.' }),
    }),
  ),
  size: Type.Integer({ description: 'Of the whole message, bytes.' }),
});

const attachmentParams = Type.Object({
  ...idParams.properties,
  index: Type.Integer({ minimum: 0, maximum: 100_000 }),
});

const file = (type: string, description: string) => ({
  200: { description, content: { [type]: { schema: Type.String({ format: 'binary' }) } } },
});

export const messageContentRoutes =
  ({ openMessage }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const signalOf = workSignals(app);
    const config = { scope: 'operate', audit: 'message.open' } as const;
    const tags = ['messages'];
    /** The trail tells what of it somebody has had. */
    const note = (request: FastifyRequest, message: MessageView, detail: string): void => {
      request.audited = { subject: { kind: 'message', id: message.id }, detail };
    };
    app.addHook('onClose', async () => openMessage.close());

    app.get(
      '/messages/:id/content',
      {
        config,
        schema: {
          ...{ tags, summary: 'Headers, text and attachments' },
          description:
            'Of what was received: fetched from the mailbox again, where nothing is marked read by that. It is gone where somebody, or the post-processing, has deleted or moved it.',
          params: idParams,
          response: { 200: contentSchema },
        },
      },
      async (request, reply) => {
        const { message, parsed, size } = await openMessage.open(idOf(request), signalOf(reply));
        note(request, message, 'content');
        const { headers, text, html, attachments } = parsed;
        return {
          headers,
          text: text === null ? null : text.slice(0, MOST_TEXT),
          textIsCut: (text?.length ?? 0) > MOST_TEXT,
          hasHtml: html !== null,
          attachments: attachments.map(({ filename, contentType, size: bytes, inline }, index) => ({
            ...{ index, filename, contentType, size: bytes, inline },
          })),
          size,
        };
      },
    );
    app.get(
      '/messages/:id/preview',
      {
        config,
        schema: {
          ...{ tags, summary: 'As it looks', params: idParams },
          description:
            'A document of its own for a frame with the attribute sandbox: nothing in it runs, nothing is fetched.',
          response: file('text/html', 'The message, as HTML that may do nothing.'),
        },
      },
      async (request, reply) => {
        const { message, parsed } = await openMessage.open(idOf(request), signalOf(reply));
        note(request, message, 'preview');
        return reply
          .header('content-security-policy', PREVIEW_POLICY)
          .header('x-frame-options', 'SAMEORIGIN')
          .type('text/html; charset=utf-8')
          .send(previewDocument(parsed));
      },
    );
    app.get(
      '/messages/:id/source',
      {
        config,
        schema: {
          ...{ tags, summary: 'The message as it was sent or received', params: idParams },
          response: file('message/rfc822', 'To be saved as a file.'),
        },
      },
      async (request, reply) => {
        const { message, source } = await openMessage.source(idOf(request), signalOf(reply));
        note(request, message, 'source');
        const name = `${message.subject || message.id}.eml`;
        return sendDownload(reply, { name, type: 'message/rfc822', content: source });
      },
    );
    app.get(
      '/messages/:id/attachments/:index',
      {
        config,
        schema: {
          ...{ tags, summary: 'One attachment', params: attachmentParams },
          response: file('application/octet-stream', 'To be saved as a file.'),
        },
      },
      async (request, reply) => {
        const { message, parsed } = await openMessage.open(idOf(request), signalOf(reply));
        const { index } = request.params;
        const attachment = attachmentOf(parsed, index);
        const { filename, contentType, content } = attachment;
        note(request, message, `attachment ${index}: ${(filename ?? contentType).slice(0, 100)}`);
        const name = filename ?? `attachment-${index + 1}`;
        return sendDownload(reply, { name, type: contentType, content });
      },
    );
  };

const idOf = ({ params }: { params: unknown }): MessageId => (params as { id: MessageId }).id;

/** @throws ProblemError `not-found` */
function attachmentOf({ attachments }: ParsedMessage, index: number) {
  const found = attachments[index];
  if (!found) throw problemError('not-found', { with: { what: 'attachment', id: index } });
  return found;
}
