/** A turn at a mailbox: the poll lease, held while one session of it is open, over all processes. */
import type { MailboxKey } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import { acquireLease, type Lease } from '../storage/lease.js';
import type { RedisClient } from '../storage/redis.js';

/** Renewed every ten seconds; a process that died gives the mailbox free after this. */
export const POLL_LEASE_MS = 30_000;

/**
 * Runs work while holding the mailbox.
 * @param work its signal aborts when the lease is lost or the caller's signal does
 * @returns 'busy' when another session of the mailbox is open
 */
export async function withMailbox<Result>(
  redis: RedisClient,
  mailbox: { key: MailboxKey; signal: AbortSignal; leaseMs?: number },
  work: (turn: { owner: string; signal: AbortSignal }) => Promise<Result>,
): Promise<Result | 'busy'> {
  const lease: Lease | undefined = await acquireLease(
    redis,
    keys.pollLease(mailbox.key),
    mailbox.leaseMs ?? POLL_LEASE_MS,
  );
  if (!lease) return 'busy';
  try {
    return await work({ owner: lease.owner, signal: AbortSignal.any([lease.signal, mailbox.signal]) });
  } finally {
    await lease.release();
  }
}
