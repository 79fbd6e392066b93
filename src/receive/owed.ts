/** Post-processing that is owed: a mark or copy at once, a move or deletion when every enabled receiver of the mailbox is done. */
import type { ReceiveSession } from '../contract/connector-type.js';
import type { ConnectorId, MailboxKey } from '../contract/ids.js';
import { type Problem, ProblemError } from '../contract/problem.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import { stillListed } from './choose-heads.js';
import type { Ledger, Ledgers } from './ledger.js';
import { isDoneWith, type LedgerState } from './ledger-state.js';
import { foldedMailbox } from './message-id.js';
import { readOrNone } from './read-or-none.js';

/** Another enabled receiver of the same folder of the same mailbox. */
interface OtherReceiver {
  id: ConnectorId;
  mailbox: string;
  action: string;
}

export interface OwedParts {
  connections: Connections;
  connectors: Connectors;
  ledgers: Ledgers;
}

/** Finds the other receivers of a mailbox: on any connection with the same mailbox key, enabled, on the same folder. */
async function otherReceivers(
  parts: OwedParts,
  self: { connector: ConnectorId; mailboxKey: MailboxKey; mailbox: string },
): Promise<OtherReceiver[]> {
  const connections = await parts.connections.ofMailbox(self.mailboxKey);
  const ids = (await Promise.all(connections.map(({ id }) => parts.connections.connectors(id)))).flat();
  const connectors = await Promise.all(
    [...new Set(ids)]
      .filter((id) => id !== self.connector)
      .map((id) => readOrNone(() => parts.connectors.read(id))),
  );
  return connectors.flatMap((connector) => {
    if (!connector?.enabled || parts.connectors.typeOf(connector).direction !== 'receive') return [];
    const { mailbox, postProcessing } = connector.settings as unknown as ReceiveSettings;
    if (foldedMailbox(mailbox) !== foldedMailbox(self.mailbox)) return [];
    return [{ id: connector.id, mailbox, action: postProcessing.action }];
  });
}

/** The owed UIDs that may be processed now. */
async function dueOwed(
  parts: OwedParts,
  state: LedgerState,
  context: { settings: ReceiveSettings; others: () => Promise<OtherReceiver[]> },
): Promise<number[]> {
  const owed = state.owed.values();
  const { action } = context.settings.postProcessing;
  if (owed.length === 0 || (action !== 'move' && action !== 'delete')) return owed;
  const others = await context.others();
  const ledgers = await Promise.all(
    others.map(async (other) => ({ other, state: await parts.ledgers.read(other.id, other.mailbox) })),
  );
  return owed.filter((uid) =>
    ledgers.every(
      ({ other, state: theirs }) =>
        theirs.uidValidity === state.uidValidity &&
        theirs.account === state.account &&
        isDoneWith(theirs, uid, other.action),
    ),
  );
}

export interface OwedPostProcessing {
  /**
   * Applies what may be applied now and takes it out of what is owed. A refusal does not stop the poll: it stays owed
   * and is tried again at the next one.
   * @throws ProblemError what ends the session; LedgerLostError
   */
  apply(): Promise<void>;
  /** What the server refused. */
  problem(): Problem | undefined;
}

/** The post-processing of one poll. */
export function createPostProcessing(
  parts: OwedParts,
  run: {
    connector: ConnectorId;
    mailboxKey: MailboxKey;
    settings: ReceiveSettings;
    session: ReceiveSession;
    ledger: Ledger;
  },
): OwedPostProcessing {
  const { settings, session, ledger } = run;
  const { state } = ledger;
  let refusal: Problem | undefined;
  let found: Promise<OtherReceiver[]> | undefined;
  const others = (): Promise<OtherReceiver[]> => {
    found ??= otherReceivers(parts, { ...run, mailbox: settings.mailbox });
    return found;
  };
  return {
    problem: () => refusal,
    async apply() {
      if (state.owed.isEmpty || refusal) return;
      const uids = await dueOwed(parts, state, { settings, others });
      if (uids.length === 0) return;
      let refused: Problem | undefined;
      try {
        for (const uid of await session.postProcess(uids, settings.postProcessing)) state.owed.delete(uid);
      } catch (thrown) {
        if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'post-processing-failed')
          throw thrown;
        refused = thrown.problem;
      }
      // A message that somebody has moved or deleted needs nothing more; some servers refuse to pass over it.
      const { listed, gone } = await stillListed(
        session,
        uids.filter((uid) => state.owed.has(uid)),
      );
      for (const uid of gone) state.owed.delete(uid);
      if (listed.length > 0) refusal = refused;
      if (listed.length < uids.length) await ledger.commit();
    },
  };
}
