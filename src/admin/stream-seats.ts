/** How many streams are open at once: each holds a connection for as long as a page is open. */
import { problemError } from '../contract/problem.js';
import type { Principal } from './principal.js';

export interface StreamLimits {
  /** Of one person or key: so many pages of theirs are open. */
  perPrincipal: number;
  /** Of a process. */
  inAll: number;
}
const LIMITS: StreamLimits = { perPrincipal: 30, inAll: 1_000 };

/** @returns takes a seat, and gives what lets go of it; throws ProblemError `too-many-streams` */
export function createStreamSeats(limits: Partial<StreamLimits> = {}): (principal: Principal) => () => void {
  const { perPrincipal, inAll } = { ...LIMITS, ...limits };
  const taken = new Map<string, number>();
  let all = 0;
  return ({ kind, id, openedBy, name }) => {
    const who = `${kind} ${id ?? openedBy ?? name}`;
    const theirs = taken.get(who) ?? 0;
    if (all >= inAll || theirs >= perPrincipal) throw problemError('too-many-streams');
    all += 1;
    taken.set(who, theirs + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      all -= 1;
      const left = (taken.get(who) ?? 1) - 1;
      if (left === 0) taken.delete(who);
      else taken.set(who, left);
    };
  };
}
