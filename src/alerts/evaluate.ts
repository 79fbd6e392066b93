/** One look at everything: read the records, find what holds, change what is stored, and queue what channels are told. One process at a time. */
import type { Clock } from '../contract/clock.js';
import type { AlertChannelId, AlertId } from '../contract/ids.js';
import type { AlertChannel } from '../setup/alert-channel-record.js';
import type { AlertChannels } from '../setup/alert-channels.js';
import { keys } from '../storage/keys.js';
import { acquireLease } from '../storage/lease.js';
import type { Log } from '../telemetry/log.js';
import type { AlertState } from './alert.js';
import type { AlertStore, StoredState } from './alert-store.js';
import { alertView } from './alert-view.js';
import { conditionsOf } from './conditions.js';
import { type FactsDeps, readFacts } from './facts.js';
import { inPieces } from './in-pieces.js';
import { type Change, type ChangeEvent, changesOf } from './transitions.js';

const LEASE_MS = 30_000;

export interface EvaluateDeps extends FactsDeps {
  channels: Pick<AlertChannels, 'all'>;
  store: AlertStore;
  publicUrl: string;
  log: Log;
  clock: Clock;
  /** Told of each alert that opened, goes on or is over. */
  onAlert?(id: AlertId, status: 'open' | 'resolved'): void;
  /** How long the work of a killed process waits; ms. */
  leaseMs?: number;
}

/**
 * @param signal ends it between two records
 * @returns how many alerts changed; `undefined` when another process was at it
 */
export async function evaluate(deps: EvaluateDeps, signal: AbortSignal): Promise<number | undefined> {
  const { redis, store, clock } = deps;
  const lease = await acquireLease(redis, keys.alertsLease, deps.leaseMs ?? LEASE_MS);
  if (!lease) return undefined;
  const either = AbortSignal.any([signal, lease.signal]);
  try {
    const facts = await readFacts(deps, { now: clock.now(), signal: either });
    const channels: AlertChannel[] = [];
    for await (const channel of deps.channels.all()) channels.push(channel);
    const stored = await store.read();
    const states = new Map([...stored].map(([key, { state }]) => [key, state]));
    const now = clock.now();
    const { conditions, isExplained } = conditionsOf(facts, now);
    const found = { conditions: await inPieces(conditions), isExplained };
    const changed = await inPieces(changesOf(states, found, now));
    const changes = [...changed, ...untold(states, changed, channels)];
    for (const change of changes) {
      either.throwIfAborted();
      await applyChange(deps, { change, before: stored.get(change.key), channels });
    }
    return changes.length;
  } finally {
    await lease.release();
  }
}

/** What is open and a channel that listens now was not told: it is new, or wants to know more than before. */
function untold(
  states: ReadonlyMap<string, AlertState>,
  changed: readonly Change[],
  channels: readonly AlertChannel[],
): Change[] {
  const keysChanged = new Set(changed.map(({ key }) => key));
  return [...states].flatMap(([key, state]): Change[] => {
    if (state.openedAt === undefined || keysChanged.has(key)) return [];
    const isTold = listening(state, channels).every((id) => state.channels.includes(id));
    return isTold ? [] : [{ key, after: state, event: { type: 'reminder', alert: state, onlyUntold: true } }];
  });
}

async function applyChange(
  { store, publicUrl, log, onAlert }: EvaluateDeps,
  given: { change: Change; before: StoredState | undefined; channels: readonly AlertChannel[] },
): Promise<void> {
  const { change, before, channels } = given;
  const { key, event } = change;
  if (!event) {
    await store.apply({ key, before, after: change.after, channels: [] });
    return;
  }
  const told = toldOf(event, channels);
  const after = change.after && {
    ...change.after,
    channels: [...new Set([...change.after.channels, ...told])],
  };
  const result = await store.apply({
    key,
    before,
    after,
    ...('resolvedAt' in event.alert && { resolved: event.alert }),
    event: { type: event.type, alert: alertView(event.alert, publicUrl) },
    channels: told,
  });
  if (result === 'stale') return;
  const { id, condition } = event.alert;
  onAlert?.(id, event.type === 'resolved' ? 'resolved' : 'open');
  const facts = { alert: id, kind: condition.kind, subject: condition.subject };
  const words = { opened: 'alert', reminder: 'alert still open', resolved: 'alert resolved' }[event.type];
  log[event.type === 'resolved' ? 'info' : 'warn'](facts, `${words}: ${condition.problem.title}`);
  if (result === 'overflowed')
    log.error(
      { channels: told },
      'an alert channel has been dead for so long that its oldest alerts were dropped',
    );
}

function toldOf(
  { type, alert, onlyUntold }: ChangeEvent,
  channels: readonly AlertChannel[],
): AlertChannelId[] {
  if (type === 'resolved') return informed(alert, channels);
  return listening(alert, channels).filter((id) => !onlyUntold || !alert.channels.includes(id));
}

/** Channels that want to be told that it is there. */
const listening = ({ condition }: AlertState, channels: readonly AlertChannel[]): AlertChannelId[] =>
  channels
    .filter(({ settings: { enabled, minimumSeverity, only } }) => {
      const isSevereEnough = minimumSeverity === 'warning' || condition.severity === 'critical';
      return enabled && isSevereEnough && (only === undefined || only.includes(condition.kind));
    })
    .map(({ id }) => id);

/** Channels that were told that it is there: they are told that it is over. */
const informed = (alert: AlertState, channels: readonly AlertChannel[]): AlertChannelId[] =>
  channels.filter(({ id, settings }) => settings.enabled && alert.channels.includes(id)).map(({ id }) => id);
