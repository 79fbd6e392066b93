/** Begins a test of a mailbox: one at a time over all processes, so that it costs the mailbox one further session and no more. */
import { asProblem, problemError } from '../contract/problem.js';
import type { Connection } from '../setup/model.js';
import { keys } from '../storage/keys.js';
import { acquireLease } from '../storage/lease.js';
import type { DiagnosisDependencies } from './dependencies.js';
import { createTestRun, type StepReport, type TestRun, WHOLE_MS } from './steps.js';

/** A test of a process that was killed is over after this long. */
const LEASE_MS = 30_000;

export type TestResult = 'ok' | 'failed';

export interface TestOptions {
  /** Aborts when whoever asked goes away, or the service stops; sockets are closed then. */
  signal: AbortSignal;
  /** Told of each step as it ends. */
  onStep(report: StepReport): void;
}

export interface BegunTest {
  /** Never rejects: what goes wrong is a step that failed. */
  finished: Promise<TestResult>;
}

/**
 * @param walk the tests to make, one after the other; it ends by throwing when one fails
 * @throws ProblemError `test-running`
 */
export async function beginTest(
  { redis, log, deadlinesMs = {} }: DiagnosisDependencies,
  connection: Connection,
  { signal, onStep, walk }: TestOptions & { walk(run: TestRun): Promise<void> },
): Promise<BegunTest> {
  const lease = await acquireLease(redis, keys.testLease(connection.authorization.mailboxKey), LEASE_MS);
  if (!lease) {
    const seconds = WHOLE_MS / 1_000;
    throw problemError('test-running', { with: { user: connection.settings.user, seconds } });
  }
  const run = createTestRun({ signal, onStep, log, deadlinesMs });
  const walked = async (): Promise<TestResult> => {
    try {
      await walk(run);
      return run.failed ? 'failed' : 'ok';
    } catch (thrown) {
      if (!run.failed) {
        // Between two steps: Redis went away, or something was deleted meanwhile.
        const found = asProblem(thrown);
        log.error({ err: thrown, connection: connection.id }, 'a test broke off between two steps');
        onStep({
          step: 'test',
          protocol: 'mailgrant',
          status: 'failed',
          durationMs: 0,
          detail: found.detail,
          problem: found,
        });
      }
      return 'failed';
    } finally {
      run.end();
      await lease.release();
    }
  };
  return { finished: walked() };
}
