/**
 * The admin API and the page, assembled: requests are numbered and logged, headers set, clients limited and
 * authenticated, and whatever fails leaves as a problem. Routes stand by resource in routes/.
 */
import cookie from '@fastify/cookie';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { problem } from '../contract/problem.js';
import { createApiKeys } from './api-keys.js';
import { subjectReaders } from './audit-subjects.js';
import { knowClientAddresses } from './client-address.js';
import { type AdminDependencies, limitsOf, type WatchDependencies } from './dependencies.js';
import { createEntrance } from './entrance.js';
import { auditRequests } from './plugins/audit.js';
import { type Authentication, authenticate } from './plugins/authentication.js';
import { refuseWhileClosing } from './plugins/closing.js';
import { refuseDeepBodies } from './plugins/nesting.js';
import { describeApi } from './plugins/openapi.js';
import { answerProblems, answerUnknownRoutes, limitUnknownRoutes } from './plugins/problems.js';
import { limitRequests } from './plugins/rate-limit.js';
import { logRequests, requestId } from './plugins/requests.js';
import { setSecurityHeaders } from './plugins/security-headers.js';
import { foreseen, sendProblem } from './problem-answer.js';
import { alertRoutes } from './routes/alerts.js';
import { apiKeyRoutes } from './routes/api-keys.js';
import { applicationRoutes } from './routes/applications.js';
import { auditRoutes } from './routes/audit.js';
import { callbackRoutes } from './routes/callback.js';
import { connectionRoutes } from './routes/connections.js';
import { connectorTypeRoutes } from './routes/connector-types.js';
import { connectorRoutes } from './routes/connectors.js';
import { entryPageRoutes } from './routes/entry-pages.js';
import { eventRoutes } from './routes/events.js';
import { grantRoutes } from './routes/grants.js';
import { messageBulkRoutes } from './routes/message-bulk.js';
import { messageContentRoutes } from './routes/message-content.js';
import { messageListRoutes } from './routes/message-lists.js';
import { messageRoutes } from './routes/messages.js';
import { openIdRoutes } from './routes/openid.js';
import { overviewRoutes } from './routes/overview.js';
import { peopleRoutes } from './routes/people.js';
import { problemRoutes } from './routes/problems.js';
import { providerRoutes } from './routes/providers.js';
import { sessionRoutes } from './routes/session.js';
import { statisticsRoutes } from './routes/statistics.js';
import { stylesheetRoutes } from './routes/stylesheet.js';
import { testRoutes } from './routes/tests.js';
import { transferRoutes } from './routes/transfer.js';
import { watchRoutes } from './routes/watch.js';
import { webAppRoutes } from './routes/web-app.js';
import { createSessions } from './sessions.js';

/** Bytes of a request body, but for messages. */
const BODY_BYTES = 1024 * 1024;
/** A client that sends its request slower than this is let go. */
const REQUEST_TIMEOUT_MS = 120_000;

/** What the API and a worker's few routes have in common: numbered and logged requests, problems, closing. */
function createServer(deps: Pick<AdminDependencies, 'log' | 'onRequest'>) {
  const app = Fastify({
    logger: false,
    genReqId: ({ headers }) => requestId(headers),
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Fastify's own 503 is no problem+json; see plugins/closing.
    return503OnClosing: false,
    // What cannot even be routed, such as a broken escape in the path; hooks do not run for it.
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id).header('cache-control', 'no-store');
      const found = foreseen(error, request) ?? problem('invalid-request');
      return sendProblem(request as FastifyRequest, reply as FastifyReply, found);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  logRequests(app, deps);
  answerProblems(app, deps.log);
  refuseWhileClosing(app);
  return app;
}

const lastOfPointer = (pointer: string): string => pointer.split('/').at(-1) ?? pointer;

/** What a process without the role admin serves: /livez, /readyz and /metrics, nothing else. */
export async function createWatchApi(deps: WatchDependencies): Promise<FastifyInstance> {
  const app = createServer(deps);
  answerUnknownRoutes(app);
  await app.register(watchRoutes(deps));
  return app;
}

/**
 * Builds the API. It listens where the caller says, with `listen()`; `close()` waits for what is in flight.
 * @throws Error when a route names no scope, or one that changes something no audit action
 */
export async function createAdminApi(deps: AdminDependencies): Promise<FastifyInstance> {
  const app = createServer(deps);
  knowClientAddresses(app, deps.trustedProxies);
  app.removeContentTypeParser('text/plain');

  const apiKeys = createApiKeys(deps.redis, { environmentKey: deps.apiKey });
  const authentication: Authentication = {
    apiKeys,
    sessions: createSessions({
      ...{ redis: deps.redis, apiKeys, people: deps.people, environmentKey: deps.apiKey },
      ...(deps.sessionLimits && { limits: deps.sessionLimits }),
      ...(deps.clock && { clock: deps.clock }),
    }),
    publicUrl: deps.publicUrl,
  };
  const entrance = createEntrance(deps, authentication);
  await setSecurityHeaders(app, deps.publicUrl);
  await app.register(cookie);
  await limitRequests(app, limitsOf(deps).requestsPerMinute);
  limitUnknownRoutes(app);
  authenticate(app, authentication);
  refuseDeepBodies(app);
  auditRequests(app, {
    trail: deps.audit,
    subjects: subjectReaders(deps),
    schemas: deps.connectorTypes.map(({ settings }) => settings),
    secrets: deps.connectorTypes.flatMap(({ secrets }) => secrets.map(lastOfPointer)),
  });
  await describeApi(app, deps.publicUrl);

  const resources = [
    applicationRoutes(deps),
    providerRoutes(deps),
    connectionRoutes(deps),
    grantRoutes(deps),
    connectorRoutes(deps),
    testRoutes(deps),
    messageRoutes(deps),
    messageListRoutes(deps),
    messageBulkRoutes(deps),
    messageContentRoutes(deps),
    overviewRoutes(deps),
    statisticsRoutes(deps),
    eventRoutes(deps, authentication),
    connectorTypeRoutes(deps),
    alertRoutes(deps),
    apiKeyRoutes(authentication.apiKeys),
    peopleRoutes(deps),
    sessionRoutes(deps, entrance),
    auditRoutes(deps),
    transferRoutes(deps),
  ];
  for (const resource of resources) await app.register(resource, { prefix: '/api/v1' });
  await app.register(watchRoutes(deps));
  await app.register(problemRoutes);
  await app.register(callbackRoutes(deps));
  await app.register(entryPageRoutes(deps, entrance));
  await app.register(openIdRoutes(deps, entrance));
  await app.register(stylesheetRoutes);
  await app.register(webAppRoutes(deps));
  return app;
}
