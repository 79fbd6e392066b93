/** Work that is wanted soon: wishes that come meanwhile are one, and work that is long or asked for often leaves pauses. */

export interface Soon {
  /** Does the work in so many ms, or earlier where that was asked for before. */
  in(ms: number): void;
  /** Nothing begins any more; resolves when what runs has ended. */
  close(): Promise<void>;
}

/** @param deps `restFactor`: the pause after the work, as a multiple of how long that took; none unless given */
export function createSoon(deps: {
  work(): Promise<void>;
  onError(error: unknown): void;
  restFactor?: number;
}): Soon {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let restUntil = 0;
  let running: Promise<void> | undefined;
  let isClosed = false;

  const run = async (): Promise<void> => {
    dueAt = Number.POSITIVE_INFINITY;
    const startedAt = performance.now();
    try {
      await deps.work();
    } catch (error) {
      if (!isClosed) deps.onError(error);
    }
    const now = performance.now();
    restUntil = now + (now - startedAt) * (deps.restFactor ?? 0);
    running = undefined;
    if (dueAt < Number.POSITIVE_INFINITY) arm();
  };
  const arm = (): void => {
    clearTimeout(timer);
    if (isClosed || running) return;
    const ms = Math.max(0, dueAt - performance.now(), restUntil - performance.now());
    timer = setTimeout(() => {
      running = run();
    }, ms);
    timer.unref();
  };
  return {
    in(ms) {
      const at = performance.now() + ms;
      if (at >= dueAt) return;
      dueAt = at;
      arm();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
