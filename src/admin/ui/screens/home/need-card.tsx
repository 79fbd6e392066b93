/** A card under "Needs a person": what happened, what to do next, and the buttons that do it. */
import { Group, Paper, Text } from '@mantine/core';
import { IconAlertTriangle, IconHandStop, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { strings } from '../../strings/index.js';
import styles from './home.module.css';

const SIGNS = { person: IconHandStop, problem: IconAlertTriangle, notice: IconInfoCircle } as const;

export interface NeedCardProps {
  sign: keyof typeof SIGNS;
  title: string;
  /** What to do next. */
  next?: string | undefined;
  /** What it stops. */
  children?: ReactNode;
  /** Buttons; the first is the one that mends it. */
  acts: ReactNode;
}

export function NeedCard({ sign, title, next, children, acts }: NeedCardProps) {
  const Sign = SIGNS[sign];
  return (
    <Paper
      component="li"
      withBorder
      p="xs"
      pl="sm"
      className={styles.cause}
      data-look={sign === 'notice' ? 'warning' : 'bad'}
    >
      <Group gap="sm" justify="space-between" align="center">
        <Group gap="sm" wrap="nowrap" align="flex-start" flex="1 1 20rem" miw={0}>
          <Sign size={20} aria-hidden className={styles.sign} />
          <div className={styles.cell}>
            <Text size="sm" fw={600}>
              {title}
            </Text>
            {next !== undefined && (
              <Text size="sm" c="dimmed">
                <b>{strings.home.needs.next}</b> {next}
              </Text>
            )}
            {children}
          </div>
        </Group>
        <Group gap="xs">{acts}</Group>
      </Group>
    </Paper>
  );
}
