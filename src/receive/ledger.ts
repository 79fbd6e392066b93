/**
 * The ledger in Redis: one hash per connector and mailbox, claimed for one run at a time.
 *
 * unclaimed → claimed (claim, under the mailbox's poll lease) → claimed by another (its owner's writes are refused)
 * The poll lease lies in the mailbox's slot and the ledger in the connector's, so the owner is compared here once more.
 */
import type { ConnectorId } from '../contract/ids.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { appendWrites, CHUNK_BYTES, CHUNKS, chunksInUse, ringBytes } from './fingerprint-ring.js';
import { type InboundRecord, recordJson } from './inbound-record.js';
import { emptyLedger, type LedgerState, ledgerFields, readLedgerFields } from './ledger-state.js';
import { foldedMailbox } from './message-id.js';
import { claimLedger } from './scripts/claim-ledger.js';
import { commitLedger } from './scripts/commit-ledger.js';

/** Records of delivered messages kept per connector; quarantined ones are all kept. */
export const RECENT_RECORDS = 100;

/** The end of a lease's owner is what is unique; a long host name before it would cost memory in every ledger. */
const OWNER_CHARACTERS = 17;

/** Thrown when another owner has claimed the ledger: whatever this run found may not be written. */
export class LedgerLostError extends Error {
  override readonly name = 'LedgerLostError';
}

export interface Ledger {
  /** Changed by the run, stored by commit(). */
  readonly state: LedgerState;
  /**
   * Stores the state, and with it fingerprints of newly delivered messages and message records, in one step.
   * @throws LedgerLostError
   */
  commit(additions?: { fingerprints?: readonly Buffer[]; records?: readonly InboundRecord[] }): Promise<void>;
  /** Every fingerprint in the window, one after the other. */
  fingerprints(): Promise<Buffer>;
}

export interface Ledgers {
  /**
   * Takes the ledger for a run; whoever had it before may not write any more.
   * @param owner of the poll lease
   * @param account mailbox key; a ledger of another account is begun afresh
   */
  claim(connector: ConnectorId, mailbox: string, owner: { owner: string; account: string }): Promise<Ledger>;
  /** As it stands, for other receivers of the mailbox. */
  read(connector: ConnectorId, mailbox: string): Promise<LedgerState>;
  /** Deletes it with its fingerprints: the next poll starts by startFrom. */
  reset(connector: ConnectorId, mailbox: string): Promise<void>;
}

export function createLedgers(redis: RedisClient): Ledgers {
  return {
    async claim(connector, mailboxName, { owner: leaseOwner, account }) {
      const owner = leaseOwner.slice(-OWNER_CHARACTERS);
      const mailbox = foldedMailbox(mailboxName);
      const key = keys.ledger(connector, mailbox);
      const stored = readLedgerFields(pairs(await claimLedger.run(redis, [key], [owner])));
      const state = stored.account === account ? stored : { ...emptyLedger(account), fingerprints: 0 };
      return {
        state,
        async commit({ fingerprints = [], records = [] } = {}) {
          const writes = appendWrites(state.fingerprints, fingerprints);
          state.fingerprints += fingerprints.length;
          const fields = ledgerFields(state);
          const written = await commitLedger.run(
            redis,
            [
              key,
              keys.inbound(connector),
              keys.inboundRecent(connector),
              keys.quarantine(connector),
              ...writes.map(({ chunk }) => keys.fingerprints(connector, mailbox, chunk)),
            ],
            [
              owner,
              CHUNK_BYTES,
              RECENT_RECORDS,
              fields.length,
              ...fields.flat(),
              writes.length,
              ...writes.flatMap(({ offset, bytes }) => [offset, bytes]),
              ...records.flatMap((record) => [record.id, record.at, record.status, recordJson(record)]),
            ],
          );
          if (written === 0) throw new LedgerLostError(`the ledger of ${connector} has another owner`);
        },
        async fingerprints() {
          const chunks = await Promise.all(
            Array.from({ length: chunksInUse(state.fingerprints) }, (_, chunk) =>
              redis.getBuffer(keys.fingerprints(connector, mailbox, chunk)),
            ),
          );
          const empty = Buffer.alloc(CHUNK_BYTES);
          return Buffer.concat(chunks.map((chunk) => chunk ?? empty)).subarray(
            0,
            ringBytes(state.fingerprints),
          );
        },
      };
    },
    async read(connector, mailbox) {
      return readLedgerFields(await redis.hgetall(keys.ledger(connector, foldedMailbox(mailbox))));
    },
    async reset(connector, mailboxName) {
      const mailbox = foldedMailbox(mailboxName);
      const chunks = Array.from({ length: CHUNKS }, (_, chunk) =>
        keys.fingerprints(connector, mailbox, chunk),
      );
      await redis.unlink(keys.ledger(connector, mailbox), ...chunks);
    },
  };
}

function pairs(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] as string] = flat[i + 1] as string;
  return fields;
}
