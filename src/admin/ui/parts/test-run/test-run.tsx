/** Test Connection: the button, and the steps as they run, each with its time; the one that failed with what to do. */
import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import { ProblemPanel, RefusalPanel } from '../problem-panel.js';
import { type TestedKind, type TestStep, testLines } from './test-stream.js';

export interface TestRunProps {
  of: TestedKind;
  id: string;
}

export function TestRun({ of, id }: TestRunProps) {
  const [steps, setSteps] = useState<TestStep[]>([]);
  const [isRunning, setIsRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const words = strings.testRun;
  const run = async (): Promise<void> => {
    setSteps([]);
    setError(undefined);
    setIsRunning(true);
    try {
      for await (const line of testLines({ of, id }, new AbortController().signal))
        if ('step' in line) setSteps((before) => [...before, line]);
    } catch (thrown) {
      setError(thrown);
    }
    setIsRunning(false);
  };
  return (
    <Stack gap="sm">
      <div>
        <Button variant="default" onClick={() => void run()} loading={isRunning}>
          {words.act}
        </Button>
      </div>
      <RefusalPanel error={error} />
      {steps.map((each) => (
        <div key={`${each.protocol} ${each.step}`}>
          <Text size="sm">
            {each.protocol} {each.step}: {each.status} ({each.durationMs} ms) {each.detail}
          </Text>
          {each.problem && <ProblemPanel problem={each.problem} />}
        </div>
      ))}
    </Stack>
  );
}
