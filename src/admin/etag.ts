/** Versions over HTTP: ETag on what is read, If-Match on what is changed (RFC 9110 §8.8.3, §13.1.1). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemError } from '../contract/problem.js';

/** Sets ETag and hands the record on. */
export function versioned<View extends { version: number }>(reply: FastifyReply, view: View): View {
  reply.header('etag', `"${view.version}"`);
  return view;
}

/**
 * The version that a change was made against. A weak tag counts as well: proxies that compress weaken ours.
 * @throws ProblemError `if-match-required` also for `*` and for what no record ever had: it would be no check at all
 */
export function ifMatchVersion({ headers }: FastifyRequest): number {
  const match = /^(?:W\/)?"?(\d{1,15})"?$/.exec(headers['if-match'] ?? '');
  if (!match) throw problemError('if-match-required');
  return Number(match[1]);
}
