/** Liveness and readiness: /livez says that the process turns, /readyz that it could do its work now. */

export interface HealthCheck {
  name: string;
  /** Throws when the part is not usable. */
  check(): Promise<void>;
}

export interface Readiness {
  ready: boolean;
  checks: { name: string; ok: boolean; ms: number; fault?: string }[];
}

export interface Health {
  /** Runs every check, each within its deadline. */
  readiness(): Promise<Readiness>;
  /** From now on not ready: a load balancer looks elsewhere while the service stops. */
  stopping(): void;
}

const DEADLINE_MS = 2_000;

/** @param options `deadlineMs`: how long one check may take; two seconds unless given */
export function createHealth(checks: readonly HealthCheck[], options: { deadlineMs?: number } = {}): Health {
  const { deadlineMs = DEADLINE_MS } = options;
  let stopping = false;
  return {
    async readiness() {
      const results = await Promise.all(checks.map((each) => result(each, deadlineMs)));
      if (stopping) results.push({ name: 'service', ok: false, ms: 0, fault: 'stopping' });
      return { ready: results.every(({ ok }) => ok), checks: results };
    },
    stopping() {
      stopping = true;
    },
  };
}

async function result(
  { name, check }: HealthCheck,
  deadlineMs: number,
): Promise<Readiness['checks'][number]> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${deadlineMs} ms`)), deadlineMs);
  });
  const ms = (): number => Math.round(performance.now() - startedAt);
  try {
    await Promise.race([check(), late]);
    return { name, ok: true, ms: ms() };
  } catch (error) {
    return { name, ok: false, ms: ms(), fault: error instanceof Error ? error.message : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

/** Redis answers a PING. */
export const redisCheck = (redis: { ping(): Promise<unknown> }): HealthCheck => ({
  name: 'redis',
  check: async () => void (await redis.ping()),
});

/** The spool takes a file. */
export const spoolCheck = (spool: { checkWritable(): Promise<void> }): HealthCheck => ({
  name: 'spool',
  check: () => spool.checkWritable(),
});
