/** Every error leaves as a problem: problem+json to programs, a page to people. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problem } from '../../contract/problem.js';
import type { Log } from '../../telemetry/log.js';
import { foreseen, sendProblem } from '../problem-answer.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The problem that the request ended with. */
    problem: Problem | undefined;
  }
}

/** Answers a problem on the routes of one area; pages have their own. */
export type ProblemAnswer = (request: FastifyRequest, reply: FastifyReply, found: Problem) => FastifyReply;

/** @param answer how a problem is answered; on the root: {@link sendProblem} */
export function answerProblems(app: FastifyInstance, log: Log, answer: ProblemAnswer = sendProblem): void {
  if (!app.hasRequestDecorator('problem')) app.decorateRequest('problem', undefined);
  app.setErrorHandler((error, request, reply) => {
    const found = foreseen(error, request) ?? crashed(error, request);
    request.problem = found;
    return answer(request, reply, found);
  });

  function crashed(error: unknown, request: FastifyRequest): Problem {
    log.error({ requestId: request.id, route: request.routeOptions.url, err: error }, 'request crashed');
    return problem('internal-error', { with: { what: error instanceof Error ? error.name : typeof error } });
  }
}

const answerUnknownRoute = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(request, reply, problem('route-not-found', { with: { method: request.method } }));

export function answerUnknownRoutes(app: FastifyInstance): void {
  app.setNotFoundHandler(answerUnknownRoute);
}

/** The same within the limit of requests, which by itself counts only routes that exist. */
export function limitUnknownRoutes(app: FastifyInstance): void {
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, answerUnknownRoute);
}
