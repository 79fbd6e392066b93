/**
 * From what was known and what holds now to what changes: a pure function of states, conditions and the time.
 *
 *   new → seen, or open at once where it does not pass by itself      seen and held long enough → open: told
 *   open and worse → told again; still there a day later → reminder    gone long enough → resolved: told
 *   explained by something else → stays as it is: nothing is known of it
 */
import { newAlertId } from '../contract/ids.js';
import { DAY_MS } from '../setup/time-left.js';
import type { AlertEventType, AlertState, Condition, ResolvedAlert } from './alert.js';
import type { Found } from './conditions.js';

export interface Change {
  key: string;
  /** `undefined`: forgotten. */
  after: AlertState | undefined;
  /** What is told of it; its channels are filled in by who tells. */
  event?: ChangeEvent;
}

export interface ChangeEvent {
  type: AlertEventType;
  alert: AlertState | ResolvedAlert;
  /** Told only to channels that do not know of it. */
  onlyUntold?: boolean;
}

/** What is broken is said again each day; what only will break is said again when it comes closer. */
const REMIND_AFTER_MS = DAY_MS;
/** What grows without getting worse in kind, or gets worse and better by turns, is told again at most this often. */
const GROWTH_TOLD_MS = 60 * 60_000;

/**
 * @param found conditions that hold, all of them
 * @param now ms since the epoch; one that went backwards shortens no wait and repeats nothing
 * @returns what changes, alert by alert, found as it is asked for
 */
export function* changesOf(
  states: ReadonlyMap<string, AlertState>,
  { conditions, isExplained }: { conditions: readonly Condition[]; isExplained: Found['isExplained'] },
  now: number,
): Generator<readonly Change[]> {
  const holding = new Set(conditions.map(({ key }) => key));
  // What is over first: the rest then stands at the end, as it is now.
  for (const [key, state] of states) {
    if (holding.has(key)) continue;
    if (!isExplained(state)) yield noLongerThere(key, state, now);
    else if (state.openedAt === undefined) yield [{ key, after: undefined }];
  }
  for (const condition of conditions) {
    const before = states.get(condition.key);
    yield before ? stillThere(before, condition, now) : [firstSeen(condition, now)];
  }
}

function firstSeen(condition: Condition, now: number): Change {
  const state: AlertState = { id: newAlertId(), condition, firstSeenAt: now, channels: [] };
  return condition.holdsMs === 0 ? opened(state, now) : { key: condition.key, after: state };
}

const opened = (state: AlertState, now: number): Change => told('opened', { ...state, openedAt: now }, now);

function told(type: 'opened' | 'reminder', state: AlertState, now: number): Change {
  const { goneSince: _, ...kept } = state;
  const { level, severity } = state.condition;
  const after = { ...kept, toldAt: now, toldLevel: level, toldSeverity: severity };
  return { key: state.condition.key, after, event: { type, alert: after } };
}

function stillThere(before: AlertState, condition: Condition, now: number): Change[] {
  const { goneSince, ...kept } = before;
  const state: AlertState = { ...kept, condition };
  if (before.openedAt === undefined) {
    const firstSeenAt = Math.min(before.firstSeenAt, now);
    if (now - firstSeenAt >= condition.holdsMs) return [opened(state, now)];
    const isSame = firstSeenAt === before.firstSeenAt && shownOf(condition) === shownOf(before.condition);
    return isSame ? [] : [{ key: condition.key, after: { ...state, firstSeenAt } }];
  }
  const toldAt = Math.min(before.toldAt ?? now, now);
  const toldLevel = Math.min(before.toldLevel ?? 0, condition.level);
  const isWorse =
    condition.severity === 'critical' &&
    before.condition.severity === 'warning' &&
    (before.toldSeverity !== 'critical' || now - toldAt >= GROWTH_TOLD_MS);
  const hasGrown = condition.level > toldLevel && now - toldAt >= GROWTH_TOLD_MS;
  if (isWorse || hasGrown) return [told('opened', state, now)];
  if (condition.severity === 'critical' && now - toldAt >= REMIND_AFTER_MS)
    return [told('reminder', state, now)];
  const isSame =
    goneSince === undefined &&
    toldAt === before.toldAt &&
    toldLevel === before.toldLevel &&
    shownOf(condition) === shownOf(before.condition);
  return isSame ? [] : [{ key: condition.key, after: { ...state, toldAt, toldLevel } }];
}

function noLongerThere(key: string, state: AlertState, now: number): Change[] {
  const { openedAt, condition } = state;
  if (openedAt === undefined) return [{ key, after: undefined }];
  const goneSince = Math.min(state.goneSince ?? now, now);
  if (now - goneSince >= condition.clearsMs) {
    const alert: ResolvedAlert = { ...state, openedAt, resolvedAt: now };
    return [{ key, after: undefined, event: { type: 'resolved', alert } }];
  }
  return goneSince === state.goneSince ? [] : [{ key, after: { ...state, goneSince } }];
}

/** What people see change; details carry times and would be new each minute. */
const shownOf = ({ kind, severity, level, subject, problem, affects }: Condition): string =>
  JSON.stringify([kind, severity, level, subject, problem.code, problem.title, affects]);
