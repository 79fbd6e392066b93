/** What came of an act on many: its progress, how many are done, and why the others are not. */
import { Button, CloseButton, Group, List, Progress, Text } from '@mantine/core';
import { Section } from '../../parts/page.js';
import { ProblemPanel, RefusalPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { MessageLink } from './message-link.js';
import type { Bulk, BulkOutcome } from './use-bulk.js';

/** Messages named beneath a problem that many have. */
const MOST_NAMED = 10;

export interface BulkOutcomePanelProps {
  bulk: Bulk;
  /** Of a message that was acted on. */
  subjectOf(id: string): string;
}

export function BulkOutcomePanel({ bulk: { run, stop, forget }, subjectOf }: BulkOutcomePanelProps) {
  if (!run) return null;
  const words = strings.messages.bulk;
  const { act, all, outcomes, isRunning, error } = run;
  const failed = outcomes.filter(({ problem }) => problem !== null);
  const done = outcomes.length - failed.length;
  return (
    <Section
      title={words.title}
      actions={
        isRunning ? (
          <Button size="xs" variant="default" onClick={stop}>
            {words.stop}
          </Button>
        ) : (
          <CloseButton aria-label={words.close} onClick={forget} />
        )
      }
    >
      {isRunning && <Progress value={(100 * outcomes.length) / all} aria-label={words.title} />}
      <Text size="sm" role="status">
        {isRunning ? words.running(outcomes.length, all) : done > 0 && words.done[act](done)}
      </Text>
      <RefusalPanel error={error} />
      {failed.length > 0 && <Text size="sm">{words.failed(failed.length)}</Text>}
      {byProblem(failed).map(([problem, some]) => (
        <ProblemPanel key={problem.code} problem={problem}>
          <List size="sm">
            {some.slice(0, MOST_NAMED).map(({ id }) => (
              <List.Item key={id}>
                <MessageLink id={id} underline="always">
                  {subjectOf(id)}
                </MessageLink>
              </List.Item>
            ))}
          </List>
          {some.length > MOST_NAMED && <Text size="sm">{words.others(some.length - MOST_NAMED)}</Text>}
        </ProblemPanel>
      ))}
      {!isRunning && all > outcomes.length && error === undefined && (
        <Group>
          <Text size="sm">{words.notTried(all - outcomes.length)}</Text>
        </Group>
      )}
    </Section>
  );
}

type Problem = NonNullable<BulkOutcome['problem']>;

/** What stopped fifty for one reason is told once. */
function byProblem(failed: readonly BulkOutcome[]): [Problem, BulkOutcome[]][] {
  const groups = new Map<string, [Problem, BulkOutcome[]]>();
  for (const outcome of failed) {
    if (!outcome.problem) continue;
    const group = groups.get(outcome.problem.code);
    if (group) group[1].push(outcome);
    else groups.set(outcome.problem.code, [outcome.problem, [outcome]]);
  }
  return [...groups.values()];
}
