/** One step of a test: its sign, its name, what was seen and how long it took; the one that failed with what to do. */
import { Group, Loader, Text } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { strings } from '../../strings/index.js';
import { ProblemPanel } from '../problem-panel.js';
import classes from './test-run.module.css';
import type { TestStep } from './test-stream.js';

export type StepStatus = 'ok' | 'failed' | 'running' | 'waiting' | 'skipped';

export interface StepLineProps {
  step: string;
  status: StepStatus;
  /** What was reported; absent before its end. */
  report?: TestStep;
}

export function StepLine({ step, status, report }: StepLineProps) {
  const words = strings.testRun;
  const isAhead = status === 'waiting' || status === 'skipped';
  return (
    <li className={classes.step} data-step={step} data-status={status}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <span className={classes.sign}>
          <StepSign status={status} />
        </span>
        <div className={classes.words}>
          <Text size="sm" {...(isAhead ? { c: 'dimmed' } : { fw: 500 })}>
            {words.steps[step] ?? step}{' '}
            <Text span size="xs" c="dimmed" fw={400}>
              {status === 'ok' || status === 'failed' ? '' : words.statuses[status]}
            </Text>
          </Text>
          {report?.status === 'ok' && (
            <Text size="xs" c="dimmed" className={classes.detail}>
              {report.detail}
            </Text>
          )}
        </div>
        <Text size="xs" c="dimmed" className={classes.time}>
          {report && words.took(report.durationMs)}
          {status === 'running' && <Elapsed />}
        </Text>
      </Group>
      {report?.problem && (
        <div className={classes.problem}>
          <ProblemPanel problem={report.problem} />
        </div>
      )}
    </li>
  );
}

function StepSign({ status }: { status: StepStatus }) {
  const label = strings.testRun.statuses[status];
  if (status === 'running') return <Loader size={18} aria-label={label} />;
  if (status === 'ok')
    return (
      <IconCircleCheckFilled
        size={20}
        color="var(--mantine-color-green-text)"
        role="img"
        aria-label={label}
      />
    );
  if (status === 'failed')
    return <IconCircleXFilled size={20} color="var(--mantine-color-error)" role="img" aria-label={label} />;
  return <IconCircleDashed size={20} color="var(--mantine-color-dimmed)" role="img" aria-label={label} />;
}

const TICK_MS = 1_000;

/** Seconds since it began, once there is one: a step that is slow shows that something goes on. */
function Elapsed() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return seconds === 0 ? null : strings.testRun.took(seconds * 1_000);
}
