/**
 * A message as it looks, in a frame that may do nothing: `sandbox` without any word takes scripts, forms, navigation,
 * downloads and its origin from it, and the document's own policy has nothing fetched (src/messages/preview.ts).
 */
import { Stack, Text } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { strings } from '../../strings/index.js';
import classes from './messages.module.css';

export function MessagePreview({ id }: { id: string }) {
  const words = strings.messages.content;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed" className={classes.note}>
        <IconShieldLock size={18} aria-hidden className={classes.noteIcon} />
        <span>{words.previewNote}</span>
      </Text>
      <iframe
        className={classes.preview}
        sandbox=""
        referrerPolicy="no-referrer"
        src={`/api/v1/messages/${encodeURIComponent(id)}/preview`}
        title={words.preview}
      />
    </Stack>
  );
}
