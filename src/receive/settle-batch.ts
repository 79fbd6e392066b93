/** Writes what became of a batch into the ledger's state: delivered and owed, pending with its next attempt, quarantined, or gone. */
import { durationMs } from '../contract/duration.js';
import { problem } from '../contract/problem.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import { counted } from '../setup/time-left.js';
import type { FetchedInbound, RefusedMessage } from './fetch-batch.js';
import { fingerprint } from './fingerprint.js';
import { type InboundRecord, newRecord, withStep } from './inbound-record.js';
import { type LedgerState, settle } from './ledger-state.js';
import { pauseMs } from './schedule.js';

export interface BatchOutcome {
  confirmed: readonly FetchedInbound[];
  /** Each counts an attempt. */
  refused: readonly RefusedMessage[];
  gone: readonly number[];
  /** UIDs that were refused when everything was: tried after all others next time, and no attempt. */
  putOff?: readonly number[];
  /** How long confirmed messages had been in the mailbox, where that is known. */
  waitedMs?: readonly number[];
}

export interface SettleContext {
  settings: Pick<ReceiveSettings, 'maxAttempts' | 'retryInterval' | 'postProcessing'>;
  /** Records of earlier attempts, by message id. */
  earlier: ReadonlyMap<string, InboundRecord>;
  /** ms since the epoch */
  now: number;
  /** Names this process in records. */
  owner: string;
}

/** What is committed together with the state. */
export interface Settled {
  fingerprints: Buffer[];
  records: InboundRecord[];
  quarantined: number;
}

export function settleBatch(state: LedgerState, outcome: BatchOutcome, context: SettleContext): Settled {
  const { now, owner, earlier, settings } = context;
  const settled: Settled = { fingerprints: [], records: [], quarantined: 0 };

  for (const uid of outcome.gone) settle(state, uid);
  for (const uid of outcome.putOff ?? []) {
    state.pending.set(uid, { attempts: state.pending.get(uid)?.attempts ?? 0, nextAt: now });
  }

  for (const message of outcome.confirmed) {
    const attempt = (state.pending.get(message.uid)?.attempts ?? 0) + 1;
    settle(state, message.uid);
    state.quarantined.delete(message.uid);
    if (settings.postProcessing.action !== 'none') state.owed.add(message.uid);
    settled.fingerprints.push(fingerprint(message.source));
    const record = earlier.get(message.id) ?? newRecord(message, message.parsed, now);
    settled.records.push(withStep(record, { at: now, status: 'delivered', attempt, owner }));
  }

  for (const refused of outcome.refused) {
    const attempt = (state.pending.get(refused.uid)?.attempts ?? 0) + 1;
    const record = earlier.get(refused.id) ?? newRecord(refused, refused.parsed, now);
    const step = { at: now, attempt, owner, problem: refused.problem };
    if (attempt < settings.maxAttempts) {
      const retryAt = Math.max(
        now + pauseMs(attempt, durationMs(settings.retryInterval)),
        refused.problem.retryAt ?? 0,
      );
      state.pending.set(refused.uid, { attempts: attempt, nextAt: retryAt });
      settled.records.push(withStep(record, { ...step, status: 'pending', retryAt }));
      continue;
    }
    settle(state, refused.uid);
    state.quarantined.add(refused.uid);
    settled.quarantined++;
    const tried = withStep(record, { ...step, status: 'pending' });
    const why = problem('message-quarantined', {
      with: { attempts: counted(attempt, 'attempt'), uid: refused.uid },
      serverWords: refused.problem.serverWords ?? refused.problem.detail,
    });
    settled.records.push(withStep(tried, { at: now, status: 'quarantined', attempt, owner, problem: why }));
  }
  return settled;
}
