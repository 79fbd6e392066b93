/** A problem as an admin reads it: what happened, what to do next, whose it is to fix, and the server's own words. */
import { Alert, Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiProblem, type ProblemView } from '../api/client.js';
import { strings } from '../strings/index.js';
import { Moment } from './moment.js';

export interface ProblemPanelProps {
  problem: ProblemView;
  /** It has not happened yet. */
  isWarning?: boolean;
  /** The buttons that mend it. */
  children?: ReactNode;
}

export function ProblemPanel({ problem, isWarning = false, children }: ProblemPanelProps) {
  const words = strings.problem;
  const Icon = isWarning ? IconInfoCircle : IconAlertTriangle;
  return (
    <Alert
      variant="outline"
      color={isWarning ? 'yellow' : 'red'}
      icon={<Icon aria-hidden />}
      title={problem.title}
      role={isWarning ? 'note' : 'alert'}
      data-problem={problem.code}
      // Addresses and a server's words are longer than a phone is wide.
      styles={{ body: { minWidth: 0, overflowWrap: 'anywhere' } }}
    >
      <Stack gap="xs">
        <Text size="sm">{problem.detail}</Text>
        <Text size="sm">
          <b>{words.next}</b> {problem.next}
        </Text>
        {problem.serverWords !== undefined && (
          <div>
            <Text size="xs" c="dimmed">
              {problem.unknown ? words.unknownServerWords : words.serverWords}
            </Text>
            <Code block tabIndex={0} aria-label={words.serverWords} style={{ whiteSpace: 'pre-wrap' }}>
              {problem.serverWords}
            </Code>
          </div>
        )}
        <Group gap="md">
          <Text size="xs" c="dimmed">
            {words.owner(problem.owner)}
          </Text>
          {problem.retryAt !== undefined && (
            <Text size="xs" c="dimmed" component="span">
              {words.retryAt} <Moment at={problem.retryAt} />
            </Text>
          )}
          {problem.correlationId !== undefined && (
            <Text size="xs" c="dimmed">
              {words.correlationId(problem.correlationId)}
            </Text>
          )}
          <Anchor
            size="xs"
            href={`/problems#${problem.code}`}
            title={problem.code}
            target="_blank"
            underline="always"
          >
            {words.about}
          </Anchor>
        </Group>
        {children !== undefined && <Group gap="sm">{children}</Group>}
      </Stack>
    </Alert>
  );
}

/** Whatever a request was refused with; nothing while there is no error. */
export function RefusalPanel({ error, children }: { error: unknown; children?: ReactNode }) {
  if (error === null || error === undefined) return null;
  if (error instanceof ApiProblem) return <ProblemPanel problem={error.problem}>{children}</ProblemPanel>;
  return (
    <Alert color="red" variant="outline" title={strings.problem.page} role="alert">
      <Stack gap="xs">
        <Text size="sm">{error instanceof Error ? error.message : String(error)}</Text>
        {children !== undefined && <Group gap="sm">{children}</Group>}
      </Stack>
    </Alert>
  );
}
