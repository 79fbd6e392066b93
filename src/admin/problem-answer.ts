/** Problems as answers: RFC 9457 problem+json with our members beside the standard ones; what Fastify throws becomes one of ours. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { httpStatusOf, type Problem, ProblemError, problem } from '../contract/problem.js';
import { readableFaults } from '../setup/settings-check.js';
import { problemView } from '../setup/view-parts.js';
import { redisAway } from '../storage/redis.js';
import { problemType } from './problem-type.js';

/** The body of an error answer. `type` leads to what the code means; `instance` is the request's id, as in the log. */
export function problemBody(found: Problem, requestId: string): Record<string, unknown> {
  return {
    type: problemType(found.code),
    status: httpStatusOf(found.code),
    instance: `urn:mailgrant:request:${requestId}`,
    ...problemView(found),
  };
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, found: Problem): FastifyReply {
  if (found.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="mailgrant"');
  if (found.retryAt !== undefined) {
    reply.header('retry-after', Math.max(1, Math.ceil((found.retryAt - Date.now()) / 1_000)));
  }
  // As bytes: a serializer of the route's success schema would drop members.
  const body = Buffer.from(JSON.stringify(problemBody(found, request.id)));
  return reply.code(httpStatusOf(found.code)).type('application/problem+json').send(body);
}

/** Fastify's own errors by code (fastify.dev, Reference/Errors). */
const FASTIFY_PROBLEMS: Readonly<Record<string, (error: FastifyError, request: FastifyRequest) => Problem>> =
  {
    FST_ERR_CTP_BODY_TOO_LARGE: (_error, request) =>
      problem('payload-too-large', { with: { limit: request.routeOptions.bodyLimit } }),
    FST_ERR_CTP_INVALID_MEDIA_TYPE: (_error, request) =>
      problem('unsupported-media-type', {
        with: { contentType: request.headers['content-type'] ?? 'nothing at all' },
      }),
    FST_ERR_CTP_EMPTY_JSON_BODY: () => problem('invalid-request', { detail: 'The body is empty.' }),
    FST_ERR_CTP_INVALID_JSON_BODY: () =>
      problem('invalid-request', { detail: 'The body is not valid JSON.' }),
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
      problem('invalid-request', { detail: 'The body is not as long as Content-Length says.' }),
  };

/**
 * The problem that an error of a request stands for.
 * @returns `undefined` when nobody foresaw it: an internal error, to be logged with its stack
 */
export function foreseen(error: unknown, request: FastifyRequest): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof Error)) return undefined;
  const known = error as FastifyError;
  if (known.validation) {
    const place = known.validationContext === 'body' ? '' : `${known.validationContext ?? ''}:`;
    const fields = readableFaults(known.validation).map(({ path, message }) => ({
      path: `${place}${path}`,
      message,
    }));
    return problem('invalid-request', { fields });
  }
  const byCode = FASTIFY_PROBLEMS[known.code]?.(known, request);
  if (byCode) return byCode;
  const away = redisAway(error);
  if (away) return away;
  // secure-json-parse refuses "__proto__" keys, malformed JSON and malformed URLs: the client's errors by their status.
  const status = known.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return problem('invalid-request', { detail: 'The request cannot be read.' });
  return undefined;
}
