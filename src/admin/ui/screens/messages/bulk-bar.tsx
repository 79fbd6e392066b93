/** What can be done with the messages that are selected, and with how many of them. */
import { Button, Group, Text } from '@mantine/core';
import { useConfirm } from '../../parts/confirm.js';
import { strings } from '../../strings/index.js';
import { questionOf } from './act-question.js';
import { ACTS, type Act, type ListedMessage, mayBe } from './message-kinds.js';

export interface BulkBarProps {
  selected: readonly ListedMessage[];
  isRunning: boolean;
  onAct(act: Act, messages: readonly ListedMessage[]): void;
  onClear(): void;
}

export function BulkBar({ selected, isRunning, onAct, onClear }: BulkBarProps) {
  const words = strings.messages.bulk;
  const confirm = useConfirm();
  const begin = async (act: Act): Promise<void> => {
    const those = selected.filter((message) => mayBe(act, message));
    const question = questionOf(act, those);
    if (question && !(await confirm(question))) return;
    onAct(act, those);
  };
  return (
    <section aria-label={words.region}>
      <Group gap="sm">
        <Text size="sm" fw={600} role="status">
          {words.selected(selected.length)}
        </Text>
        {ACTS.map((act) => {
          const count = selected.filter((message) => mayBe(act, message)).length;
          return (
            count > 0 && (
              <Button
                key={act}
                size="xs"
                variant={act === 'cancel' ? 'default' : 'filled'}
                disabled={isRunning}
                onClick={() => void begin(act)}
              >
                {words.acts[act](count)}
              </Button>
            )
          );
        })}
        <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
          {words.clear}
        </Button>
      </Group>
    </section>
  );
}
