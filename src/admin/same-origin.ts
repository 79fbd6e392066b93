/**
 * Cross-site request forgery: what a browser sends along by itself (the session cookie) must not let another site act.
 * Browsers say where a request comes from in Sec-Fetch-Site (Fetch Metadata, W3C) or at least in Origin; a page cannot
 * forge either. The Host header is not asked: it is whatever the client says.
 */
import type { FastifyRequest } from 'fastify';
import { problemError } from '../contract/problem.js';

/** @throws ProblemError `cross-site-request` */
export function refuseCrossSite({ headers }: FastifyRequest, publicUrl: string): void {
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined ? headers.origin === new URL(publicUrl).origin : site === 'same-origin';
  if (!isOurs) throw problemError('cross-site-request', { with: { publicUrl } });
}
