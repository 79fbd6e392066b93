/** The text of a message, as it is written. */
import { Stack, Text } from '@mantine/core';
import { strings } from '../../strings/index.js';
import classes from './messages.module.css';

export function MessageText({ text, isCut }: { text: string | null; isCut: boolean }) {
  const words = strings.messages.content;
  if (text === null || text.trim() === '')
    return (
      <Text size="sm" c="dimmed">
        {words.noText}
      </Text>
    );
  return (
    <Stack gap="xs">
      {isCut && <Text size="sm">{words.cut}</Text>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and whoever has no mouse must be able to */}
      <section className={classes.text} aria-label={words.tabs.text} tabIndex={0}>
        {text}
      </section>
    </Stack>
  );
}
