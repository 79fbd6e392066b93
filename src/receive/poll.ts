/**
 * One poll of one connector, top to bottom. The caller holds the mailbox's poll lease.
 *
 * open session → select → claim ledger → take position → list candidates → heads and filter → plan batches →
 * (fetch → parse → hand over → settle → post-process) per batch, the next one fetched meanwhile → what is still owed
 */
import type {
  FetchedHead,
  MailContext,
  ReceiveConnectorType,
  ReceiveSession,
} from '../contract/connector-type.js';
import type { ConnectorId, MailboxKey } from '../contract/ids.js';
import type { ParsedMessage } from '../contract/message.js';
import { type Problem, ProblemError } from '../contract/problem.js';
import type { ReceiveSettings } from '../contract/receive-settings.js';
import type { Log } from '../telemetry/log.js';
import { planBatches } from './batches.js';
import { type Candidates, isNothingNew, listCandidates, refusedLast } from './candidates.js';
import { chooseHeads } from './choose-heads.js';
import type { Destination } from './destinations/index.js';
import { type FetchedBatch, fetchBatch, inboundOf, type Origin, parsed, unreadable } from './fetch-batch.js';
import { headerBlock } from './fingerprint.js';
import { handOver } from './hand-over.js';
import type { InboundRecords } from './inbound-records.js';
import type { Ledger } from './ledger.js';
import { advance } from './ledger-state.js';
import { inboundMessageId } from './message-id.js';
import { createPostProcessing, type OwedParts } from './owed.js';
import { takePosition } from './position.js';
import { type BatchOutcome, settleBatch } from './settle-batch.js';

/** Heads fetched at once; with headers some 10 KB each. */
const HEADS_AT_ONCE = 500;

/** Reads mail; wired from connectors/mail. */
export interface MailParser {
  parseMessage(source: Uint8Array): Promise<ParsedMessage>;
  parseHeaders(headers: Uint8Array): Promise<ParsedMessage>;
}

export interface PollParts extends OwedParts {
  records: InboundRecords;
  parser: MailParser;
  log: Log;
  /** @returns ms since the epoch */
  now(): number;
  /** Told of each batch once it is committed, for statistics. */
  onSettled?(settled: SettledMessages): void;
}

/** What became of the messages of a batch. */
export interface SettledMessages {
  connector: ConnectorId;
  delivered: number;
  quarantined: number;
  /** What refused a message, each time that it was tried. */
  refusals: Problem[];
  /** Of each delivered message that came after its connector was made: ms from its INTERNALDATE to its confirmation. */
  waitedMs: readonly number[];
}

export interface PollRun {
  connector: ConnectorId;
  mailboxKey: MailboxKey;
  type: ReceiveConnectorType;
  settings: ReceiveSettings;
  context: MailContext;
  /** Opened at the first message, with the secrets it needs. */
  destination(): Promise<Destination>;
  /** Owner of the poll lease. */
  owner: string;
  /** When the connector was made: what came before has not waited for it; ms since the epoch. */
  since: number;
}

export interface PollResult {
  delivered: number;
  quarantined: number;
  /** More messages wait than maxMessagesPerPoll: poll again at once. */
  more: boolean;
  /** When the first pending message is tried again; ms since the epoch. */
  retryAt: number | undefined;
  /** What did not stop the poll, and should be seen: post-processing that failed. */
  problem: Problem | undefined;
}

/**
 * @throws ProblemError of the session, or of a destination that is down as a whole; what was confirmed before is settled
 * @throws LedgerLostError when another run has taken the ledger over
 */
export async function poll(parts: PollParts, run: PollRun): Promise<PollResult> {
  const session = await run.type.open(run.context);
  try {
    const selected = await session.select(run.settings.mailbox);
    const ledger = await parts.ledgers.claim(run.connector, run.settings.mailbox, {
      owner: run.owner,
      account: run.mailboxKey,
    });
    const { state } = ledger;
    const position = await takePosition(ledger, { session, selected, settings: run.settings });
    if (position !== 'same')
      parts.log.info({ position, watermark: state.watermark }, 'took position in the mailbox');

    const postProcessing = createPostProcessing(parts, { ...run, session, ledger });
    const result = { delivered: 0, quarantined: 0, more: false };
    if (!isNothingNew(state, selected, run.settings)) {
      const now = parts.now();
      const candidates = await listCandidates(session, { state, selected, settings: run.settings, now });
      if (candidates.chose) await ledger.commit();
      const origin = {
        connector: run.connector,
        mailbox: run.settings.mailbox,
        uidValidity: selected.uidValidity,
      };
      const work = {
        session,
        ledger,
        candidates,
        origin,
        arrivals: new Map(),
        postProcess: postProcessing.apply,
      };
      Object.assign(result, await handOverCandidates(parts, run, work));
    }
    await postProcessing.apply();
    const waiting = [...state.pending.values()].map(({ nextAt }) => nextAt);
    const retryAt = waiting.length > 0 ? Math.min(...waiting) : undefined;
    return { ...result, retryAt, problem: postProcessing.problem() };
  } finally {
    await session.close();
  }
}

interface Work {
  session: ReceiveSession;
  ledger: Ledger;
  candidates: Candidates;
  origin: Origin;
  /** UID → INTERNALDATE, ms since the epoch, of what is being handed over. */
  arrivals: Map<number, number>;
  postProcess(): Promise<void>;
}

async function handOverCandidates(
  parts: PollParts,
  run: PollRun,
  work: Work,
): Promise<Pick<PollResult, 'delivered' | 'quarantined' | 'more'>> {
  const { session, ledger, candidates } = work;
  const { settings } = run;
  const tally = { delivered: 0, quarantined: 0 };
  /** The settlement of the batch before, written while this one is handed over. */
  let settling: Promise<number> = Promise.resolve(0);
  const settled = async (): Promise<void> => {
    const before = settling;
    settling = Promise.resolve(0);
    tally.quarantined += await before;
  };
  const taken = candidates.uids.slice(0, settings.maxMessagesPerPoll);
  for (let at = 0; at < taken.length; at += HEADS_AT_ONCE) {
    await settled();
    const looked = taken.slice(at, at + HEADS_AT_ONCE).sort((a, b) => a - b);
    const heads = await chooseHeads(session, looked, {
      state: ledger.state,
      settings,
      parseHeaders: parts.parser.parseHeaders,
    });
    noteArrivals(work.arrivals, heads);
    const inTurn = refusedLast(heads, ledger.state, ({ uid }) => uid);
    const batches = planBatches(inTurn, ledger.state.careful);
    const [first] = batches;
    let fetching = first && fetchBatch(session, first);
    for (const [i, uids] of batches.entries()) {
      const fetched = await fetching;
      if (!fetched) break;
      if ('failed' in fetched) {
        await settled();
        await noteFailedFetch(parts, run, { ...work, uids, failed: fetched.failed });
        throw fetched.failed;
      }
      const following = batches[i + 1];
      fetching = following && fetchBatch(session, following);
      const { outcome, down } = await deliverBatch(parts, run, { ...work, batch: fetched.batch });
      tally.delivered += outcome.confirmed.length;
      await settled();
      settling = settleAndCommit(parts, run, work, outcome);
      settling.catch(() => undefined);
      if (down || run.context.signal.aborted || settings.postProcessing.action !== 'none') await settled();
      if (down) throw new ProblemError(down);
      run.context.signal.throwIfAborted();
      await work.postProcess();
    }
  }
  await settled();
  await settleAndCommit(parts, run, work, { confirmed: [], refused: [], gone: [] });
  return { ...tally, more: candidates.uids.length > taken.length };
}

function noteArrivals(arrivals: Work['arrivals'], heads: readonly FetchedHead[]): void {
  arrivals.clear();
  for (const { uid, receivedAt } of heads) if (receivedAt !== undefined) arrivals.set(uid, receivedAt);
}

/** How a destination wants its messages parsed. */
export const readerFor = (
  { reads }: Pick<Destination, 'reads'>,
  { parseMessage, parseHeaders }: MailParser,
): MailParser['parseMessage'] =>
  reads === 'message' ? parseMessage : (source) => parseHeaders(headerBlock(source));

/** Hands a batch over, each message parsed as its turn comes. `down`: the destination is, as a whole. */
async function deliverBatch(
  parts: PollParts,
  run: PollRun,
  { batch, origin, ledger, arrivals }: Pick<Work, 'origin' | 'ledger' | 'arrivals'> & { batch: FetchedBatch },
): Promise<{ outcome: BatchOutcome; down: Problem | undefined }> {
  const destination = await run.destination();
  const read = readerFor(destination, parts.parser);
  const withheld = batch.withheld.map((uid) => unreadable(origin, uid, 'FETCH left it out'));
  const { signal } = run.context;
  const waitedMs: number[] = [];
  const handed = await handOver(
    refusedLast(batch.messages, ledger.state, ({ uid }) => uid).map((message) => inboundOf(origin, message)),
    async (message) => {
      await destination.deliver(await parsed(message, read), signal);
      const arrivedAt = arrivals.get(message.uid) ?? Number.NEGATIVE_INFINITY;
      if (arrivedAt >= run.since) waitedMs.push(parts.now() - arrivedAt);
    },
    signal,
  );
  const refusals = handed.refused.map(({ message, problem }) => ({ ...message, problem }));
  return {
    outcome: {
      confirmed: handed.confirmed,
      refused: [...refusals, ...withheld],
      gone: batch.gone,
      putOff: handed.putOff.map(({ uid }) => uid),
      waitedMs,
    },
    down: handed.down,
  };
}

/** @returns how many messages went to quarantine */
async function settleAndCommit(
  parts: PollParts,
  run: PollRun,
  { ledger, candidates, origin }: Pick<Work, 'ledger' | 'candidates' | 'origin'>,
  outcome: BatchOutcome,
): Promise<number> {
  const { state } = ledger;
  const retried = outcome.confirmed.filter(({ uid }) => state.pending.has(uid));
  const ids = [...retried, ...outcome.refused].map(({ uid }) =>
    inboundMessageId(run.connector, { ...origin, uid }),
  );
  const settled = settleBatch(state, outcome, {
    settings: run.settings,
    earlier: await parts.records.readMany(run.connector, ids),
    now: parts.now(),
    owner: run.owner,
  });
  advance(state, candidates.existing, candidates.bound);
  await ledger.commit(settled);
  parts.onSettled?.({
    connector: run.connector,
    delivered: outcome.confirmed.length,
    quarantined: settled.quarantined,
    refusals: outcome.refused.map(({ problem }) => problem),
    waitedMs: outcome.waitedMs ?? [],
  });
  return settled.quarantined;
}

/**
 * A session that ended during a FETCH may have met a message it cannot take: its batch is fetched one by one from then
 * on, and one that fails alone counts an attempt, so that in the end it is quarantined instead of blocking the mailbox.
 */
async function noteFailedFetch(
  parts: PollParts,
  run: PollRun,
  work: Work & { uids: readonly number[]; failed: unknown },
): Promise<void> {
  const { failed, uids, ledger } = work;
  if (run.context.signal.aborted || !(failed instanceof ProblemError)) return;
  const { code, foreign, detail } = failed.problem;
  if (code !== 'imap-unavailable' || foreign?.error !== undefined) return;
  const [only] = uids;
  const alone = uids.length === 1 && only !== undefined && ledger.state.careful.has(only);
  if (!alone) for (const uid of uids) ledger.state.careful.add(uid);
  const refused = alone ? [unreadable(work.origin, only, detail)] : [];
  if (alone) ledger.state.careful.add(only);
  await settleAndCommit(parts, run, work, { confirmed: [], refused, gone: [] });
}
