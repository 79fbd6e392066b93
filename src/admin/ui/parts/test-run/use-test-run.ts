/**
 * One run of Test Connection on the page: idle → running → ended (all went well, or one step failed) | refused (it did not
 * begin, or its answer broke off) | stopped (by the person); from each of them it may run again.
 */
import { useEffect, useRef, useState } from 'react';
import { unreachable } from '../../api/client.js';
import { type TestedKind, type TestResult, type TestStep, testLines } from './test-stream.js';

export interface TestRunState {
  phase: 'idle' | 'running' | 'ended' | 'refused' | 'stopped';
  steps: readonly TestStep[];
  result?: TestResult;
  /** Why it was refused. */
  error?: unknown;
}

const IDLE: TestRunState = { phase: 'idle', steps: [] };

export function useTestRun(tested: { of: TestedKind; id: string }): {
  state: TestRunState;
  run(): void;
  stop(): void;
} {
  const [state, setState] = useState(IDLE);
  const running = useRef<AbortController>(undefined);
  // Whoever leaves the screen ends the test: it holds a session of the mailbox.
  useEffect(() => () => running.current?.abort(), []);

  async function walk(signal: AbortSignal): Promise<TestResult> {
    for await (const line of testLines(tested, signal)) {
      if ('result' in line) return line.result;
      setState(({ steps }) => ({ phase: 'running', steps: [...steps, line] }));
    }
    throw unreachable(new Error('the answer ended before the test did'));
  }

  return {
    state,
    run() {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ phase: 'running', steps: [] });
      walk(controller.signal).then(
        (result) => setState(({ steps }) => ({ phase: 'ended', steps, result })),
        (error: unknown) => {
          if (running.current !== controller) return;
          setState(({ steps }) =>
            controller.signal.aborted ? { phase: 'stopped', steps } : { phase: 'refused', steps, error },
          );
        },
      );
    },
    stop: () => running.current?.abort(),
  };
}
