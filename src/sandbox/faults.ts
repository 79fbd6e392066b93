/**
 * Scripted misbehaviour of one server of the sandbox.
 *
 * A fault is waiting → taken (once for each occasion that it fits, up to `times`) → used up, or withdrawn by the
 * function that `add` returned. The oldest fault that fits an occasion is taken.
 */

/** When and how often a fault happens. */
export interface FaultScope {
  /** UPN or address of the only account it concerns; all accounts when absent. */
  user?: string;
  /** How many times; for ever when absent. */
  times?: number;
}

export interface Faults<F extends object> {
  /** @returns a function that withdraws the fault */
  add(fault: F & FaultScope): () => void;
  /**
   * The fault for this occasion, if one waits; counts it as used once.
   * @param user the account concerned, by every name it has; `undefined` while it is unknown, which only faults for all fit
   */
  take(user: readonly string[] | undefined, fits: (fault: F) => boolean): F | undefined;
  clear(): void;
}

export function createFaults<F extends object>(): Faults<F> {
  let waiting: { fault: F; user: string | undefined; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, user: fault.user?.toLowerCase(), left: fault.times ?? Number.POSITIVE_INFINITY };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    take(user, fits) {
      if (waiting.length === 0) return undefined;
      const names = user?.map((name) => name.toLowerCase());
      const entry = waiting.find(
        (each) => (each.user === undefined || names?.includes(each.user) === true) && fits(each.fault),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
      return entry.fault;
    },
    clear() {
      waiting = [];
    },
  };
}
