/**
 * Idempotency-Keys: for 24 hours the same key with the same body gives the same answer, and makes one message. The id
 * is reserved before the message is spooled, under a lock per key; whoever finds the reservation of a request that died
 * in between spools the message under the reserved id.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectorId, MessageId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import { keys } from '../storage/keys.js';
import { acquireLease } from '../storage/lease.js';
import type { RedisClient } from '../storage/redis.js';

const KEPT_MS = 86_400_000;
const LOCK_MS = 10_000;
/** A request that died holds its lock for LOCK_MS at the longest. */
const LOCK_WAIT_MS = LOCK_MS + 2_000;
const LOOK_EVERY_MS = 25;

/** What a key stands for once its request was taken up. */
interface Reservation<Answer> {
  bodyDigest: string;
  id: MessageId;
  /** There once the message is durable. */
  answer?: Answer;
}

export interface IdempotentRequest<Answer> {
  /** The id that a new message would get. */
  newId(): MessageId;
  /** Finds the answer for a message that was spooled by a request which died before it could answer. */
  find(id: MessageId): Promise<Answer | undefined>;
  /** Makes the message durable under the id. */
  make(id: MessageId): Promise<Answer>;
}

/** A digest of a request's body that does not depend on the order of its fields. */
export function bodyDigest(body: unknown): string {
  const sorted = JSON.stringify(body, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('base64url');
}

/**
 * Runs a request once per key.
 * @throws ProblemError `idempotency-key-reused` for another body; `storage-unavailable` where another request with the
 *   key does not come to an end; whatever `make` throws
 */
export async function once<Answer>(
  redis: RedisClient,
  { connector, key, digest }: { connector: ConnectorId; key: string; digest: string },
  request: IdempotentRequest<Answer>,
): Promise<Answer> {
  const name = keys.idempotency(connector, key);
  const lock = await locked(redis, keys.idempotencyLock(connector, key));
  try {
    const stored = await redis.get(name);
    const known = stored ? (JSON.parse(stored) as Reservation<Answer>) : undefined;
    if (known && known.bodyDigest !== digest) throw problemError('idempotency-key-reused');
    if (known?.answer) return known.answer;
    const reservation: Reservation<Answer> = known ?? { bodyDigest: digest, id: request.newId() };
    const isMine =
      known !== undefined || (await redis.set(name, JSON.stringify(reservation), 'PX', KEPT_MS, 'NX'));
    // Redis was silent for longer than the lock lasts: somebody else may be at it, under this id or another.
    if (!isMine || lock.remainingMs() === 0) throw underWay();
    const answer = (known && (await request.find(known.id))) ?? (await request.make(reservation.id));
    // Should this fail, the next request finds the message by its reserved id.
    await redis.set(name, JSON.stringify({ ...reservation, answer }), 'PX', KEPT_MS).catch(() => undefined);
    return answer;
  } finally {
    await lock.release();
  }
}

async function locked(redis: RedisClient, name: string) {
  const until = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const lock = await acquireLease(redis, name, LOCK_MS);
    if (lock) return lock;
    if (performance.now() >= until) {
      throw underWay();
    }
    await wait(LOOK_EVERY_MS);
  }
}

const underWay = () =>
  problemError('storage-unavailable', {
    with: { what: 'another request with the same Idempotency-Key is still under way' },
  });
