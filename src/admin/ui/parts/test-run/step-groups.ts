/** What is planned and what was reported, joined: the steps of each protocol with where they stand. */
import { strings } from '../../strings/index.js';
import type { StepLineProps, StepStatus } from './step-line.js';
import { isSameStep, type PlannedStep } from './test-plan.js';
import type { TestRunState } from './use-test-run.js';

export interface StepGroup {
  protocol: string;
  lines: StepLineProps[];
}

export function groupedSteps(plan: readonly PlannedStep[], { phase, steps }: TestRunState): StepGroup[] {
  // What was not planned (a step of a newer service) stands where it came.
  const all: PlannedStep[] = [
    ...steps.map(({ protocol, step }) => ({ protocol, step })),
    ...plan.filter((planned) => !steps.some((reported) => isSameStep(planned, reported))),
  ];
  const isOver = phase !== 'running' || steps.some(({ status }) => status === 'failed');
  const groups = new Map<string, StepLineProps[]>();
  for (const [index, planned] of all.entries()) {
    const report = steps.find((reported) => isSameStep(planned, reported));
    const ahead: StepStatus = isOver ? 'skipped' : index === steps.length ? 'running' : 'waiting';
    const line = { step: planned.step, status: report?.status ?? ahead, ...(report && { report }) };
    groups.set(planned.protocol, [...(groups.get(planned.protocol) ?? []), line]);
  }
  return [...groups].map(([protocol, lines]) => ({ protocol, lines }));
}

/** For screen readers: the step that runs, then what it came to. */
export function progressOf({ phase, result }: TestRunState, groups: readonly StepGroup[]): string {
  const words = strings.testRun;
  const named = (wanted: StepStatus): string | undefined => {
    for (const { protocol, lines } of groups) {
      const line = lines.find(({ status }) => status === wanted);
      if (line) return `${words.protocols[protocol] ?? protocol}, ${words.steps[line.step] ?? line.step}`;
    }
    return undefined;
  };
  if (phase === 'running') return words.runningAt(named('running') ?? '');
  if (phase === 'stopped') return words.stopped;
  if (phase !== 'ended') return '';
  return result === 'ok' ? words.ok : words.failedAt(named('failed') ?? '');
}
