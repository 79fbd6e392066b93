/**
 * Signing in with a code on another device (RFC 8628): started here, finished by whoever enters the code, polled for by
 * one process at a time and by any of them after another one died; then the tail of every sign-in (accept-grant).
 */
import { type Clock, systemClock } from '../../contract/clock.js';
import type { ConnectionId } from '../../contract/ids.js';
import { type Problem, ProblemError, problem, problemError } from '../../contract/problem.js';
import type { Connections } from '../../setup/connections.js';
import { keys } from '../../storage/keys.js';
import { acquireLease } from '../../storage/lease.js';
import type { RedisClient } from '../../storage/redis.js';
import type { Vault } from '../../storage/vault.js';
import type { Log } from '../../telemetry/log.js';
import type { OAuthClients } from '../client/client.js';
import type { GrantedTokens } from '../client/token-request.js';
import { checkSignature } from '../server/id-token-signature.js';
import type { AcceptGrant } from '../sign-in/accept-grant.js';
import { clientOfConnection, clientToSignIn } from '../sign-in/sign-in-allowed.js';
import { createDeviceAttempts, type DeviceAttempt, type WaitingDevice } from './device-attempts.js';
import { expiredCode, pollDevice } from './device-poll.js';
import { askDeviceCode } from './device-start.js';

const REQUEST_DEADLINE_MS = 15_000;
/** Longer than a poll with all that follows; a process that dies holds the next poll up this long at most. */
const LEASE_MS = 20_000;
/** Another process is polling, or has just died doing it. */
const BUSY_PAUSE_MS = 2_000;

const PREFIX = 'device:';

/** Subject of a connection's device sign-in in the queue `refresh`. */
export const deviceSubject = (id: ConnectionId): string => `${PREFIX}${id}`;

/** @returns the connection that a subject of the queue is the device sign-in of */
export const connectionOfDevice = (subject: string): ConnectionId | undefined =>
  subject.startsWith(PREFIX) ? (subject.slice(PREFIX.length) as ConnectionId) : undefined;

export interface DeviceSignIn {
  /**
   * Asks for a code; one that was asked for before is no longer polled for.
   * @throws ProblemError of clientToSignIn, `device-code-not-offered`, and by the table of server-errors
   */
  start(id: ConnectionId): Promise<WaitingDevice>;
  /** @throws ProblemError `not-found`: none was started */
  read(id: ConnectionId): Promise<DeviceAttempt>;
  /** Handles a wake-up. @returns when to poll next, ms since the epoch; `undefined`: it has ended */
  poll(id: ConnectionId): Promise<number | undefined>;
}

/** Who signed in, or why nobody did. */
export interface DeviceEnd {
  user?: string;
  problem?: Problem;
}

/** @param deps `wake`: of the queue `refresh` */
export function createDeviceSignIn(deps: {
  redis: RedisClient;
  vault: Vault;
  connections: Pick<Connections, 'read'>;
  clients: OAuthClients;
  acceptGrant: AcceptGrant;
  wake(subject: string, at: number): Promise<void>;
  /** Told how each one ended: who signed in, or why nobody did. */
  onEnded?(id: ConnectionId, end: DeviceEnd): Promise<void>;
  log: Log;
  clock?: Clock;
  /** ms; for tests */
  leaseMs?: number;
}): DeviceSignIn {
  const { redis, connections, clients, acceptGrant, log, clock = systemClock } = deps;
  const attempts = createDeviceAttempts(deps);

  async function ended(
    id: ConnectionId,
    { id: attempt, startedAt }: WaitingDevice,
    end: DeviceEnd,
  ): Promise<undefined> {
    const state = end.problem ? 'failed' : 'signed-in';
    const endedAt = clock.now();
    await attempts.replace(id, { id: attempt, state, startedAt, endedAt, ...end }, endedAt);
    if (end.problem) log.warn({ connection: id, problem: end.problem.code }, end.problem.detail);
    await deps.onEnded?.(id, end);
  }

  async function pollHeld(id: ConnectionId): Promise<number | undefined> {
    const attempt = await attempts.read(id);
    if (attempt?.state !== 'waiting') return undefined;
    const connection = await connections.read(id);
    const { user } = connection.settings;
    const now = clock.now();
    if (connection.epoch !== attempt.epoch)
      return ended(id, attempt, { problem: problem('sign-in-superseded') });
    if (attempt.expiresAt <= now) return ended(id, attempt, { problem: expiredCode(attempt, user) });
    if (attempt.nextPollAt > now) return Math.min(attempt.nextPollAt, attempt.expiresAt);
    // Noted first: whoever takes over from a process that dies here keeps the server's interval as well.
    const asked = { ...attempt, nextPollAt: now + attempt.intervalMs };
    if (!(await attempts.replace(id, asked, now))) return undefined;
    const client = await clientOfConnection(clients, connection);
    const result = await pollDevice(client, {
      connection,
      attempt: asked,
      deadlineMs: REQUEST_DEADLINE_MS,
      now: () => clock.now(),
    });
    if (result.kind === 'failed') return ended(id, asked, { problem: result.problem });
    if (result.kind === 'wait') {
      if (!(await attempts.replace(id, result.attempt, clock.now()))) return undefined;
      return Math.min(result.attempt.nextPollAt, result.attempt.expiresAt);
    }
    return ended(id, asked, await accepted(result.tokens));

    /** The code is used up: whatever fails from here on ends the attempt. */
    async function accepted(tokens: GrantedTokens): Promise<DeviceEnd> {
      try {
        if (tokens.idToken !== undefined) await checkSignature(clients, client, tokens.idToken);
        const { user: signedIn } = await acceptGrant({ connection, client, tokens, epoch: asked.epoch });
        return { user: signedIn ?? user };
      } catch (error) {
        if (error instanceof ProblemError) return { problem: error.problem };
        throw error;
      }
    }
  }

  return {
    async start(id) {
      const connection = await connections.read(id);
      const client = await clientToSignIn(clients, connection);
      const asked = await askDeviceCode(clients, client, { connection, now: clock.now() });
      // First the wake-up: one that finds nothing costs nothing, an attempt that nobody polls for would.
      await deps.wake(deviceSubject(id), asked.nextPollAt);
      return attempts.open(id, asked);
    },
    async read(id) {
      await connections.read(id);
      const attempt = await attempts.read(id);
      if (attempt) return attempt;
      throw problemError('not-found', { with: { what: 'device sign-in of', id } });
    },
    async poll(id) {
      const lease = await acquireLease(redis, keys.devicePollLease(id), deps.leaseMs ?? LEASE_MS);
      if (!lease) return clock.now() + BUSY_PAUSE_MS;
      try {
        return await pollHeld(id);
      } catch (error) {
        if (error instanceof ProblemError) return afterProblem(id, error.problem);
        throw error;
      } finally {
        await lease.release();
      }
    },
  };

  /** What was thrown on the way: passing, or of no use ever again. */
  async function afterProblem(id: ConnectionId, why: Problem): Promise<number | undefined> {
    const attempt = why.code === 'not-found' ? undefined : await attempts.read(id);
    if (attempt?.state !== 'waiting') return undefined;
    if (why.verdict !== 'retry' && why.verdict !== 'wait-until') return ended(id, attempt, { problem: why });
    return Math.max(attempt.nextPollAt, clock.now() + attempt.intervalMs);
  }
}
