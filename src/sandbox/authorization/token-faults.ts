/** What the token endpoint can be made to do instead of its work, and how each looks on the wire. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AadstsRefusal, refusalBody } from './aadsts.js';

/** What happens; `grantType` limits it to one. The account and the number of times are in FaultScope. */
export type TokenFault = (
  | { kind: 'status'; status: number; retryAfterSeconds?: number; retryAfterAs?: 'date'; body?: string }
  | { kind: 'redirect'; status: number; location: string }
  | { kind: 'aadsts'; code: number }
  | { kind: 'hang' }
  | { kind: 'drop' }
  | { kind: 'truncated' }
  /** Half of the answer comes, and then nothing more. */
  | { kind: 'stall' }
  | { kind: 'html' }
  | { kind: 'wrong-content-type' }
  | { kind: 'error-with-200'; code: number }
  /** Waits before the request is judged, and goes on as if nothing had been; another fault may follow. */
  | { kind: 'delay'; ms: number }
  | { kind: 'hold'; until: Promise<unknown> }
  /** The grant changes, and the connection breaks instead of the answer. */
  | { kind: 'lost-answer' }
  /** The token response lacks these fields. */
  | { kind: 'omit'; fields: string[] }
  /** The server's clock is ahead by so much (or behind, below 0): id_token and header Date say so. */
  | { kind: 'clock-off'; ms: number }
  /** The id_token is not signed at all, or with a key that is not the tenant's. */
  | { kind: 'forged'; signed: 'not' | 'with-another-key' }
  /** The token is one for Microsoft Graph, whatever was asked for: mail servers refuse it. */
  | { kind: 'for-graph' }
  /** The id_token says this instead. */
  | { kind: 'claims'; claims: Record<string, unknown> }
) & { grantType?: 'authorization_code' | 'refresh_token' };

export type TokenFaultKind = TokenFault['kind'];

const JSON_TYPE = 'application/json; charset=utf-8';

/** Kinds that answer before the grant is touched. */
const INSTEAD: ReadonlySet<TokenFaultKind> = new Set([
  'status',
  'redirect',
  'aadsts',
  'hang',
  'drop',
  'html',
  'error-with-200',
]);

export const isInstead = (fault: TokenFault): boolean => INSTEAD.has(fault.kind);

/** Plays a fault that replaces the answer; the grant stays as it was. */
export function playInstead(
  fault: TokenFault,
  request: IncomingMessage,
  response: ServerResponse,
  place: { now: number; origin: string },
): void {
  switch (fault.kind) {
    case 'status': {
      const retryAfter = fault.retryAfterSeconds;
      response.writeHead(fault.status, {
        'content-type': fault.body?.startsWith('{') ? JSON_TYPE : 'text/html',
        ...(retryAfter === undefined ? {} : { 'retry-after': retryAfterOf(fault, place.now) }),
      });
      response.end(fault.body ?? `<html><body>${fault.status} Service Unavailable</body></html>`);
      return;
    }
    case 'redirect':
      response.writeHead(fault.status, { location: fault.location });
      response.end();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!DOCTYPE html><html><body>We are sorry, something went wrong.</body></html>');
      return;
    case 'aadsts':
    case 'error-with-200': {
      const refusal = new AadstsRefusal(fault.code);
      response.writeHead(fault.kind === 'aadsts' ? refusal.status : 200, { 'content-type': JSON_TYPE });
      response.end(JSON.stringify(refusalBody(refusal, place.now, place.origin)));
      return;
    }
    case 'drop':
      request.socket.destroy();
      return;
    default:
      // 'hang': nothing is ever answered; closing the tenant ends the connection.
      return;
  }
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterOf(fault: { retryAfterSeconds?: number; retryAfterAs?: 'date' }, now: number): string {
  const seconds = fault.retryAfterSeconds ?? 0;
  return fault.retryAfterAs === 'date' ? new Date(now + seconds * 1_000).toUTCString() : String(seconds);
}

/** What the id_token of a faulty answer says otherwise. */
export function claimsOf(fault: TokenFault | undefined, now: number): Record<string, unknown> | undefined {
  if (fault?.kind === 'claims') return fault.claims;
  if (fault?.kind !== 'clock-off') return undefined;
  const seconds = Math.floor((now + fault.ms) / 1_000);
  return { iat: seconds, nbf: seconds, exp: seconds + 3_600 };
}

/** Sends the token response, or what a fault leaves of it; the grant has changed already. */
export function sendTokens(
  fault: TokenFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  body: Record<string, unknown>,
): void {
  if (fault?.kind === 'lost-answer') {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'omit') for (const field of fault.fields) delete body[field];
  const json = Buffer.from(JSON.stringify(body));
  if (fault?.kind === 'stall') {
    response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': json.length });
    response.write(json.subarray(0, Math.floor(json.length / 2)));
    return;
  }
  response.writeHead(200, {
    'content-type': fault?.kind === 'wrong-content-type' ? 'text/plain' : JSON_TYPE,
    'content-length': fault?.kind === 'truncated' ? Math.floor(json.length / 2) : json.length,
    ...(fault?.kind === 'clock-off' && { date: new Date(Date.now() + fault.ms).toUTCString() }),
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
  });
  response.end(fault?.kind === 'truncated' ? json.subarray(0, Math.floor(json.length / 2)) : json);
}
