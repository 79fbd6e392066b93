/**
 * Who asks, and whether they may: an API key as Bearer token (RFC 6750), or a page session. Each route names the scope
 * it needs in its config; one that does not keeps the service from starting.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiKeys } from '../api-keys.js';
import { sessionCookie, setSessionCookie } from '../cookies.js';
import { type Principal, principalOfPerson, type RouteScope, refuseWithout } from '../principal.js';
import { refuseCrossSite } from '../same-origin.js';
import type { Sessions } from '../sessions.js';
import type { RouteAudit } from './audit.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route needs. */
    scope?: RouteScope;
  }
  interface FastifyInstance {
    /** Every route there is and the scope that it needs. */
    routeTable: readonly RouteEntry[];
  }
  interface FastifyRequest {
    /** Who makes the request, as far as it is known. */
    principal: Principal | undefined;
  }
}

export interface RouteEntry {
  method: string;
  url: string;
  scope: RouteScope;
  /** Pages are left out of the OpenAPI document. */
  isPage: boolean;
  audit: RouteAudit | undefined;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Authentication {
  apiKeys: ApiKeys;
  sessions: Sessions;
  publicUrl: string;
}

export function authenticate(app: FastifyInstance, authentication: Authentication): void {
  app.decorateRequest('principal', undefined);
  const routeTable: RouteEntry[] = [];
  app.decorate('routeTable', routeTable);
  app.addHook('onRoute', ({ config, method, url, schema }) => {
    const scope = config?.scope;
    if (scope === undefined) throw new Error(`route ${String(method)} ${url} names no scope`);
    for (const each of [method].flat())
      routeTable.push({ method: each, url, scope, isPage: schema?.hide === true, audit: config?.audit });
  });
  // Before the body is read, and after the rate limit, which counts in onRequest: whoever guesses is slowed down as well.
  app.addHook('preParsing', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    // Without a route there is nothing to protect; the answer is 404 whoever asks.
    if (scope === undefined) return;
    const isChange = !SAFE_METHODS.has(request.method);
    if (scope === 'public') {
      // The forms before a session: another site must not sign somebody in as somebody else (login CSRF).
      if (isChange) refuseCrossSite(request, authentication.publicUrl);
      return;
    }
    request.principal = await principalOf(request, reply, authentication);
    refuseWithout(request.principal, scope);
    if (request.principal?.kind !== 'key' && isChange) refuseCrossSite(request, authentication.publicUrl);
  });
}

/**
 * For what goes on after the request was let in: whether it still would be. Does not count as use: a page that is left
 * open is idle.
 * @param request that was let in
 */
export function stillGood(
  request: FastifyRequest,
  { apiKeys, sessions, publicUrl }: Authentication,
): () => Promise<boolean> {
  const key = bearerOf(request);
  if (key !== undefined) return async () => (await apiKeys.principalOf(key)) !== undefined;
  const cookie = sessionCookie(request, publicUrl);
  return async () => cookie !== undefined && sessions.isOpen(cookie);
}

const bearerOf = ({ headers: { authorization = '' } }: FastifyRequest): string | undefined =>
  /^Bearer +([\x21-\x7e]{1,500})$/i.exec(authorization)?.[1];

/** A Bearer token that is given decides alone: a wrong one is not helped by a session. */
async function principalOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { apiKeys, sessions, publicUrl }: Authentication,
): Promise<Principal | undefined> {
  if (request.headers.authorization !== undefined) {
    const key = bearerOf(request);
    return key === undefined ? undefined : apiKeys.principalOf(key);
  }
  const cookie = sessionCookie(request, publicUrl);
  const open = cookie === undefined ? undefined : await sessions.look(cookie);
  if (open === undefined) return undefined;
  const { owner, cookie: renewed, leftMs } = open;
  if (renewed !== undefined) setSessionCookie(reply, publicUrl, { value: renewed, leftMs });
  if (owner.kind === 'person') return principalOfPerson(owner.person);
  return { kind: 'session', name: 'page', openedBy: owner.openedBy, scopes: ['admin'] };
}
