/**
 * The steps of one test: each is timed, bounded and reported as it ends.
 *
 * running → (a step fails, the deadline of the whole comes, the caller goes away) ended: the signal aborts, whatever the
 * step had open closes, and every later step is refused without a report.
 */
import { asProblem, type Problem, ProblemError, problem } from '../contract/problem.js';
import type { Finding } from '../contract/test-steps.js';
import type { Log } from '../telemetry/log.js';

export interface StepReport {
  step: string;
  /** `imap`, `smtp`, or `destination`. */
  protocol: string;
  status: 'ok' | 'failed';
  durationMs: number;
  detail: string;
  problem?: Problem;
}

export type StepDeadlines = Readonly<Record<string, number>>;

/** Sign-in includes one refresh and one further attempt, each of them bounded by itself. */
const DEADLINES_MS: StepDeadlines = { authenticate: 60_000, token: 40_000, webhook: 35_000 };
const DEADLINE_MS = 15_000;
/** Every step slow at once is no test that anybody waits for. */
export const WHOLE_MS = 90_000;

export interface TestRunOptions {
  /** Aborts when the caller goes away or the process stops. */
  signal: AbortSignal;
  onStep(report: StepReport): void;
  log: Log;
  /** By step, in place of the usual ones. */
  deadlinesMs?: StepDeadlines;
}

export interface TestRun {
  /** Aborts when the test has ended, however it did. */
  readonly signal: AbortSignal;
  readonly failed: boolean;
  /** @throws the step's problem, which has been reported then */
  run<Value>(
    at: { protocol: string; step: string },
    act: () => Promise<Finding<Value>>,
    late?: (seconds: number) => ProblemError,
  ): Promise<Value>;
  /** Ends it: the signal aborts. */
  end(): void;
}

export function createTestRun({ signal, onStep, log, deadlinesMs = {} }: TestRunOptions): TestRun {
  const stop = new AbortController();
  let failure: unknown;
  let why = 'it took too long as a whole';
  const leave = (): void => {
    why = 'whoever asked for it went away, or the service stops';
    stop.abort();
  };
  const whole = setTimeout(() => stop.abort(), deadlinesMs.whole ?? WHOLE_MS);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();

  const end = (): void => {
    clearTimeout(whole);
    signal.removeEventListener('abort', leave);
    stop.abort();
  };

  return {
    signal: stop.signal,
    get failed() {
      return failure !== undefined;
    },
    async run({ protocol, step }, act, late) {
      if (failure !== undefined) throw failure;
      const startedAt = performance.now();
      const deadlineMs = deadlinesMs[step] ?? DEADLINES_MS[step] ?? DEADLINE_MS;
      const report = (rest: Pick<StepReport, 'status' | 'detail' | 'problem'>): void =>
        onStep({ step, protocol, durationMs: Math.round(performance.now() - startedAt), ...rest });
      const stopped = (): ProblemError => new ProblemError(problem('test-stopped', { with: { step, why } }));
      const bounds = { signal: stop.signal, deadlineMs, late: late ?? lateStep(step), stopped };
      try {
        const { detail, value } = await bounded(act, bounds);
        report({ status: 'ok', detail });
        return value;
      } catch (thrown) {
        failure = thrown;
        const found = asProblem(thrown);
        if (found.code === 'internal-error') log.error({ err: thrown, step, protocol }, 'a test crashed');
        report({ status: 'failed', detail: found.detail, problem: found });
        end();
        throw thrown;
      }
    },
    end,
  };
}

const lateStep =
  (step: string) =>
  (seconds: number): ProblemError =>
    new ProblemError(problem('test-step-late', { with: { step, seconds } }));

interface Bounds {
  signal: AbortSignal;
  deadlineMs: number;
  late(seconds: number): ProblemError;
  stopped(): ProblemError;
}

/** Whichever comes first: the step's end, its deadline, the end of the test. */
const bounded = <Value>(act: () => Promise<Value>, bounds: Bounds): Promise<Value> =>
  new Promise((resolve, reject) => {
    const { signal, deadlineMs } = bounds;
    const timer = setTimeout(() => settle(() => reject(bounds.late(deadlineMs / 1_000))), deadlineMs);
    const aborted = (): void => settle(() => reject(bounds.stopped()));
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      outcome();
    };
    signal.addEventListener('abort', aborted);
    if (signal.aborted) return aborted();
    act().then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
