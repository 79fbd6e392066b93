/**
 * The bytes of an inbound message for somebody who looks at it, by its UID. The session is one of its own: it changes
 * nothing (EXAMINE, BODY.PEEK) and touches no ledger, so it needs no poll lease, and no poll waits for it. It holds the
 * mailbox's read lease: however many people look, over all processes, a mailbox has one such session at a time.
 */
import { problemError } from '../contract/problem.js';
import type { Connection, Connector } from '../setup/model.js';
import { keys } from '../storage/keys.js';
import { acquireLease, type Lease } from '../storage/lease.js';
import { fetchAgain } from './fetch-again.js';
import type { InboundRecord } from './inbound-record.js';
import type { ReceiveDeps } from './receive-handler.js';

/** A process that died while it read lets others read after this. */
const LEASE_MS = 30_000;
/** How long one waits for another who reads in the same mailbox. */
const WAIT_SECONDS = 20;
const ASK_AGAIN_MS = 100;

/**
 * @param signal of whoever waits for it; ends the session
 * @throws ProblemError `message-gone`, `message-unreadable`, `mailbox-read-busy`, and what grant and session say
 */
export async function readSource(
  deps: Pick<ReceiveDeps, 'redis' | 'connectors' | 'mailContext' | 'parser' | 'log' | 'clock'>,
  place: { connector: Connector; connection: Connection; record: InboundRecord },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { connector, connection, record } = place;
  const type = deps.connectors.typeOf(connector);
  if (type.direction !== 'receive') throw new Error(`${connector.id} does not receive`);
  const lease = await readLease(deps, connection, signal);
  try {
    const working = AbortSignal.any([signal, lease.signal]);
    const session = await type.open(
      await deps.mailContext(connection, connector.id, { signal: working, log: deps.log, needs: type.needs }),
    );
    try {
      return (await fetchAgain(session, record, { readOnly: true, parser: deps.parser })).source;
    } finally {
      await session.close();
    }
  } finally {
    await lease.release();
  }
}

async function readLease(
  { redis, clock }: Pick<ReceiveDeps, 'redis' | 'clock'>,
  { authorization }: Connection,
  signal: AbortSignal,
): Promise<Lease> {
  const until = clock.now() + WAIT_SECONDS * 1_000;
  for (;;) {
    signal.throwIfAborted();
    const lease = await acquireLease(redis, keys.readLease(authorization.mailboxKey), LEASE_MS);
    if (lease) return lease;
    if (clock.now() >= until) throw problemError('mailbox-read-busy', { with: { seconds: WAIT_SECONDS } });
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}
