/** The clock, injected so that unit tests own the time. */
export interface Clock {
  /** @returns milliseconds since the epoch */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
