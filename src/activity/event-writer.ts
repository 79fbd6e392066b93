/**
 * Writes down what this process tells of. Whoever tells neither waits nor fails: what is told of one subject in a moment
 * is joined to one event, many subjects are given more than a moment, and what Redis does not take is tried again. Only
 * what does not fit into the buffer is lost; that is logged, and marked in the log, so that those who follow read anew.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import type { Log } from '../telemetry/log.js';
import type { Describe } from './describe.js';
import type { Happening } from './event.js';
import type { EventLog, NewEntry } from './event-log.js';
import { createRoutineGate } from './routine-gate.js';

/** What comes of a subject within it is one event. */
const PAUSE_MS = 250;
/** However much happens, a process writes two hundred events a second at most. */
const PAUSE_PER_EVENT_MS = 5;
const LONGEST_PAUSE_MS = 5_000;
const RETRY_MS = 1_000;
/** Subjects that wait while Redis is away. */
const MOST_WAITING = 10_000;
/** Events of one command. */
const AT_ONCE = 200;
/** Redis may be away as the service stops. */
const LAST_WRITE_MS = 2_000;

export interface EventWriter {
  /** @param happening `isRoutine`: nobody wants to read of it later */
  tell(happening: Happening & { isRoutine?: true }): void;
  /** A connector ran, and shows as before: told now and then, while somebody looks on. */
  routine(connector: string): void;
  /** Writes what waits, if that can be done in a moment. Nothing is told any more. */
  close(): Promise<void>;
}

export function createEventWriter(deps: {
  events: Pick<EventLog, 'append' | 'isWatched'>;
  describe: Describe;
  log: Log;
  clock?: Clock;
  mostWaiting?: number;
  /** ms */
  pauseMs?: number;
  retryMs?: number;
}): EventWriter {
  const { events, describe, log, clock = systemClock, mostWaiting = MOST_WAITING } = deps;
  const { pauseMs = PAUSE_MS, retryMs = RETRY_MS } = deps;
  const gate = createRoutineGate({ isWatched: events.isWatched, clock });
  let waiting = new Map<string, Told>();
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  /** Nothing is written before; by performance.now(). */
  let restUntil = 0;
  let isFailing = false;
  let isClosed = false;

  function add(told: Told): void {
    const key = keyOf(told);
    const before = waiting.get(key);
    if (!before && waiting.size >= mostWaiting) lost += 1;
    else waiting.set(key, before ? joined(before, told) : told);
  }
  function arm(): void {
    if (isClosed || timer || writing) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        writing = write();
      },
      Math.max(pauseMs, restUntil - performance.now()),
    );
    timer.unref();
  }

  async function write(): Promise<void> {
    const taken = waiting;
    const wereLost = lost;
    waiting = new Map();
    lost = 0;
    const left = [...taken.values()];
    let isGapLeft = wereLost > 0;
    restUntil = performance.now() + Math.min(LONGEST_PAUSE_MS, left.length * PAUSE_PER_EVENT_MS);
    try {
      while (left.length > 0 || isGapLeft) {
        const part = await Promise.all(left.slice(0, AT_ONCE).map(described));
        await events.append([...(isGapLeft ? [{ isGap: true } as const] : []), ...part]);
        isGapLeft = false;
        left.splice(0, part.length);
      }
      if (wereLost > 0) log.warn({ lost: wereLost }, 'events were lost; pages that follow them read anew');
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'Redis takes no events; they wait');
      isFailing = true;
      restUntil = performance.now() + retryMs;
      if (isGapLeft) lost += wereLost;
      putBack(left);
    }
    writing = undefined;
    if (waiting.size > 0 || lost > 0) arm();
  }

  async function described({ isRoutine, ...happening }: Told): Promise<NewEntry> {
    // One record that cannot be read must not keep all others; what it is now, its readers find out.
    const found =
      happening.status === undefined ? await describe(happening).catch(() => undefined) : undefined;
    return { ...happening, ...found, ...(isRoutine && { isRoutine }) };
  }
  /** Beneath what was told meanwhile, which knows better. */
  function putBack(left: readonly Told[]): void {
    const newer = waiting;
    waiting = new Map();
    for (const told of [...left, ...newer.values()]) add(told);
  }

  return {
    tell(happening) {
      if (isClosed) return;
      add(happening);
      arm();
    },
    routine(connector) {
      if (isClosed || !gate.allows(connector)) return;
      add({ kind: 'connector', subject: connector, isRoutine: true });
      arm();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const last = (writing ?? Promise.resolve()).then(write);
      const deadline = new AbortController();
      const given = new Promise<void>((resolve) => {
        const end = setTimeout(resolve, LAST_WRITE_MS);
        deadline.signal.addEventListener('abort', () => clearTimeout(end));
      });
      await Promise.race([last, given]);
      deadline.abort();
    },
  };
}

interface Told extends Happening {
  isRoutine?: true;
}

const keyOf = ({ kind, subject = '' }: Happening): string => `${kind} ${subject}`;

/** The later one knows what it is now; together they are routine only where both are. */
function joined(before: Told, { isRoutine, ...later }: Told): Told {
  if (!isRoutine) return later;
  return before.isRoutine ? { ...later, isRoutine } : before;
}
