/** Says that something is not saved, and saves or discards it; stays in sight while the page is scrolled. */
import { Group, Paper, Text } from '@mantine/core';
import { BusyButton } from '../../parts/busy-button.js';
import { RefusalPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { countOf } from './connector-draft.js';
import classes from './save-bar.module.css';
import type { DraftOfConnector } from './use-connector-draft.js';

const words = strings.connectors.save;

export function SaveBar({ editing, mayChange }: { editing: DraftOfConnector; mayChange: boolean }) {
  const { patch, theirs, isSaving, error, discard } = editing;
  if (!mayChange)
    return (
      <Text size="sm" c="dimmed" mt="md">
        {words.mayNot}
      </Text>
    );
  return (
    <>
      <RefusalPanel error={error} />
      {patch !== undefined && (
        <Paper withBorder shadow="sm" p="sm" mt="md" className={classes.bar ?? ''}>
          {/* On the left: what was done is told on the right, and would lie on the buttons there. */}
          <Group gap="sm">
            <BusyButton type="submit" isBusy={isSaving} isIdle={theirs !== undefined}>
              {strings.parts.save}
            </BusyButton>
            <BusyButton variant="default" onClick={discard} isBusy={false} isIdle={isSaving}>
              {words.discard}
            </BusyButton>
            <Text size="sm" role="status">
              {words.unsaved(countOf(patch))}
            </Text>
          </Group>
        </Paper>
      )}
    </>
  );
}
