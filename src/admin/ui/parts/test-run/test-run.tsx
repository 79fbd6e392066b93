/** Test Connection: the button, and the steps as they run, each with its time; the one that failed with what to do. */
import { Alert, Button, Group, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconPlayerStop, IconPlugConnected } from '@tabler/icons-react';
import { useMay } from '../../api/session.js';
import { strings } from '../../strings/index.js';
import { RefusalPanel } from '../problem-panel.js';
import { groupedSteps, progressOf } from './step-groups.js';
import { StepLine } from './step-line.js';
import classes from './test-run.module.css';
import type { TestedKind } from './test-stream.js';
import { useTestPlan } from './use-test-plan.js';
import { type TestRunState, useTestRun } from './use-test-run.js';

export interface TestRunProps {
  of: TestedKind;
  id: string;
}

/** A run belongs to what it tests: another one begins anew. */
export const TestRun = (props: TestRunProps) => <Run key={`${props.of} ${props.id}`} {...props} />;

function Run(props: TestRunProps) {
  const { state, run, stop } = useTestRun(props);
  const plan = useTestPlan(props);
  const may = useMay('operate');
  const words = strings.testRun;
  const isRunning = state.phase === 'running';
  const groups = state.phase === 'idle' ? [] : groupedSteps(plan, state);
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          onClick={run}
          disabled={!may || isRunning}
        >
          {words.act}
        </Button>
        {isRunning && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            onClick={stop}
          >
            {words.stop}
          </Button>
        )}
        {!may && (
          <Text size="sm" c="dimmed">
            {words.mayNot}
          </Text>
        )}
      </Group>
      <VisuallyHidden role="status">{progressOf(state, groups)}</VisuallyHidden>
      {groups.map(({ protocol, lines }) => (
        <section key={protocol} aria-label={words.protocols[protocol] ?? protocol}>
          <Title order={3} size="h6">
            {words.protocols[protocol] ?? protocol}
          </Title>
          <ol className={classes.steps}>
            {lines.map((line) => (
              <StepLine key={line.step} {...line} />
            ))}
          </ol>
        </section>
      ))}
      <Outcome state={state} />
    </Stack>
  );
}

function Outcome({ state: { phase, result, steps, error } }: { state: TestRunState }) {
  const words = strings.testRun;
  if (phase === 'refused') return <RefusalPanel error={error} />;
  if (phase === 'stopped')
    return (
      <Text size="sm" c="dimmed">
        {words.stopped}
      </Text>
    );
  if (phase !== 'ended') return null;
  if (result === 'failed')
    return (
      <Text size="sm" fw={500}>
        {words.failed}
      </Text>
    );
  const tookMs = steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return (
    <Alert color="green" variant="outline" icon={<IconCircleCheck aria-hidden />} title={words.ok}>
      {words.okDetail(steps.length, tookMs)}
    </Alert>
  );
}
