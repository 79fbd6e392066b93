/** Answers that are pages: HTML, forms in, problems as pages. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { httpStatusOf } from '../../contract/problem.js';
import type { Log } from '../../telemetry/log.js';
import type { Html } from '../html.js';
import { problemPage, type WayBack } from '../pages/problem-page.js';
import { answerProblems } from './problems.js';

export const sendPage = (reply: FastifyReply, page: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page.markup);

/**
 * On an area of its own: its problems become pages; who must sign in first is sent there.
 * @param back where such a page leads back to
 */
export function answerWithPages(app: FastifyInstance, log: Log, back?: WayBack): void {
  answerProblems(app, log, (request, reply, found) => {
    if (found.code === 'unauthenticated') return reply.redirect('/sign-in', 303);
    return sendPage(reply.code(httpStatusOf(found.code)), problemPage(found, request.id, back));
  });
}

/** On an area of its own: reads forms (WHATWG URL, application/x-www-form-urlencoded) into text fields. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}
