/** A limit per client address and process: a brake on loops and guessing, not an allotment. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { problemError } from '../../contract/problem.js';
import { networkOf } from '../../people/sign-in-brake.js';

const MINUTE_MS = 60_000;

/** @param requestsPerMinute of one client; routes may set a lower one in their config */
export async function limitRequests(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    cache: 10_000,
    keyGenerator: ({ clientAddress }) => networkOf(clientAddress),
    errorResponseBuilder: (_request, { ttl }) => problemError('rate-limited', { retryAt: Date.now() + ttl }),
  });
}
