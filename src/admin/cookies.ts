/** The cookies: the page session, what binds a sign-in to the browser that started it, and what a browser is known by. */
import { randomBytes } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

const SESSION = 'mailgrant_session';
const BINDING = 'mailgrant_sign_in';
/** As long as a sign-in may take. */
const BINDING_SECONDS = 10 * 60;
const KNOWN = 'mailgrant_browser';
const KNOWN_SECONDS = 90 * 24 * 60 * 60;

/** With https only the exact host may set the cookie (RFC 6265bis §4.1.3.2, `__Host-`). */
const named = (name: string, publicUrl: string): string =>
  publicUrl.startsWith('https:') ? `__Host-${name}` : name;

const attributes = (publicUrl: string, maxAge: number) =>
  ({ httpOnly: true, sameSite: 'lax', path: '/', secure: publicUrl.startsWith('https:'), maxAge }) as const;

export const sessionCookie = (request: FastifyRequest, publicUrl: string): string | undefined =>
  request.cookies[named(SESSION, publicUrl)];

/** @param session `value`; `leftMs` that it lasts at most */
export function setSessionCookie(
  reply: FastifyReply,
  publicUrl: string,
  { value, leftMs }: { value: string; leftMs: number },
): void {
  reply.setCookie(named(SESSION, publicUrl), value, attributes(publicUrl, Math.floor(leftMs / 1_000)));
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
  reply.clearCookie(named(SESSION, publicUrl), attributes(publicUrl, 0));
}

/** The binding of the browser that makes the request. */
export const bindingCookie = (request: FastifyRequest, publicUrl: string): string | undefined =>
  request.cookies[named(BINDING, publicUrl)];

/**
 * Binds a sign-in that starts now to the browser: SameSite=Lax, so that the cookie comes along when the authorization
 * server sends the browser back. One value for several sign-ins at once.
 */
export function boundBrowser(request: FastifyRequest, reply: FastifyReply, publicUrl: string): string {
  const value = bindingCookie(request, publicUrl) ?? randomBytes(32).toString('base64url');
  reply.setCookie(named(BINDING, publicUrl), value, attributes(publicUrl, BINDING_SECONDS));
  return value;
}

/** What a browser is known by that somebody signed in with before; it opens nothing (people/sign-in-brake). */
export const knownBrowser = (request: FastifyRequest, publicUrl: string): string | undefined =>
  request.cookies[named(KNOWN, publicUrl)];

/** A new value with every sign-in: one that was planted is worth nothing. */
export function newKnownBrowser(reply: FastifyReply, publicUrl: string): string {
  const value = randomBytes(32).toString('base64url');
  reply.setCookie(named(KNOWN, publicUrl), value, attributes(publicUrl, KNOWN_SECONDS));
  return value;
}
