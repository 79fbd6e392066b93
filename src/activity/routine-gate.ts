/**
 * Which runs are told of although nothing changed by them: those of each connector now and then, and none at all while
 * nobody looks on, so that a service that has nothing to do writes nothing.
 */
import type { Clock } from '../contract/clock.js';

/** Of one connector at most. */
const EVERY_MS = 5_000;
/** How soon a process notices that somebody looks on. */
const LOOK_EVERY_MS = 5_000;
/** Connectors remembered; told of twice is better than told of never. */
const MOST_KNOWN = 20_000;

export interface RoutineGate {
  allows(connector: string): boolean;
}

/** @param deps `isWatched`: whether somebody looks on; asked in the background */
export function createRoutineGate(deps: { isWatched(): Promise<boolean>; clock: Clock }): RoutineGate {
  const { clock } = deps;
  const toldAt = new Map<string, number>();
  let isWatched = false;
  let lookedAt = Number.NEGATIVE_INFINITY;

  function look(now: number): void {
    if (now - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = now;
    deps.isWatched().then(
      (found) => {
        isWatched = found;
      },
      // Redis is away: nobody can be told either.
      () => {
        isWatched = false;
      },
    );
  }

  return {
    allows(connector) {
      const now = clock.now();
      look(now);
      if (!isWatched || now - (toldAt.get(connector) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return false;
      if (toldAt.size >= MOST_KNOWN) toldAt.clear();
      toldAt.set(connector, now);
      return true;
    },
  };
}
