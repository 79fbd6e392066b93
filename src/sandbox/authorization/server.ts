/** The authorization server over plain http on loopback: routes by Entra's paths. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AadstsRefusal, refusalBody } from './aadsts.js';
import { adminConsent } from './admin-consent.js';
import { type AuthorizeAnswer, authorize } from './authorize.js';
import type { AuthorizationContext } from './context.js';
import { answerDevicePage, answerDeviceRequest, DEVICE_PAGE_PATH } from './device-endpoint.js';
import { metadata } from './discovery.js';
import { answerIdentityRequest } from './managed-identities.js';
import { answerRevocation } from './revocation.js';
import { answerTokenRequest } from './token-request.js';

/** More than any form of the protocol needs. */
const MAX_BODY_BYTES = 256 * 1024;

export interface HttpListener {
  port: number;
  origin: string;
  /** Requests that come before `serve` was called wait for it. */
  serve(context: AuthorizationContext): void;
  close(): Promise<void>;
}

/** Listens first, because the issuer that the context needs contains the port. */
export async function listenHttp(port: number): Promise<HttpListener> {
  let context: AuthorizationContext | undefined;
  const server = createServer((request, response) => {
    if (!context) return void request.socket.destroy();
    route(context, request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const listening = typeof address === 'object' && address ? address.port : port;
  return {
    port: listening,
    origin: `http://127.0.0.1:${listening}`,
    serve(given) {
      context = given;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function route(
  context: AuthorizationContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', context.origin);
  const identity = await answerIdentityRequest(context, url, request);
  if (identity) {
    response.writeHead(identity.status, { 'content-type': 'application/json', ...identity.headers });
    return void response.end(identity.body);
  }
  const [, tenant = '', ...rest] = url.pathname.split('/');
  const path = rest.join('/');
  const body = request.method === 'POST' ? await readBody(request) : '';
  try {
    if (path === 'oauth2/v2.0/token' && request.method === 'POST')
      return await answerTokenRequest(context, tenant, { request, response, body });
    if (path === 'oauth2/v2.0/authorize') {
      const asked = { query: url.searchParams, action: `${url.pathname}${url.search}` };
      return sendAuthorizeAnswer(
        response,
        authorize(context, tenant, asked, request.method === 'POST' ? choiceOf(body) : undefined),
      );
    }
    const form = request.method === 'POST' ? new URLSearchParams(body) : undefined;
    const { authorization } = request.headers;
    if (path === 'oauth2/v2.0/devicecode' && form)
      return sendJson(
        response,
        200,
        answerDeviceRequest(context, tenant, { parameters: form, authorization }),
      );
    if (url.pathname === DEVICE_PAGE_PATH)
      return sendAuthorizeAnswer(response, answerDevicePage(context, url.searchParams, form));
    if (path === 'v2.0/adminconsent') {
      const action = `${url.pathname}${url.search}`;
      return sendAuthorizeAnswer(
        response,
        adminConsent(context, tenant, { query: url.searchParams, action, form }),
      );
    }
    if (path === 'oauth2/v2.0/revoke' && form)
      return sendJson(response, answerRevocation(context, form, authorization), {});
    if (path === 'v2.0/.well-known/openid-configuration') {
      const { status = 200, says } = context.discoveryFault;
      return sendJson(response, status, { ...metadata(context, tenant), ...says });
    }
    if (path === 'discovery/v2.0/keys') return sendJson(response, 200, context.signer.jwks);
    sendJson(response, 404, { error: 'not_found' });
  } catch (error) {
    if (!(error instanceof AadstsRefusal)) throw error;
    sendJson(response, error.status, refusalBody(error, context.clock.now(), context.origin));
  }
}

function choiceOf(body: string): { as?: string; decline?: boolean; scope?: string } {
  const form = new URLSearchParams(body);
  const as = form.get('as');
  const scope = form.get('scope');
  return { ...(as ? { as } : {}), ...(scope ? { scope } : {}), decline: form.has('decline') };
}

function sendAuthorizeAnswer(response: ServerResponse, answer: AuthorizeAnswer): void {
  if ('redirect' in answer) {
    response.writeHead(302, { location: answer.redirect, 'cache-control': 'no-store' });
    response.end();
    return;
  }
  response.writeHead(answer.status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(answer.html);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'access-control-allow-origin': '*',
  });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
