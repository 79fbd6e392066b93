/** What is left to do for a connector that was just made: sign the mailbox in, test it, switch it on. */
import { Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconCircleDashed } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Connection, Connector } from '../../api/client.js';
import { Section } from '../../parts/page.js';
import type { Search } from '../../routes.js';
import { strings } from '../../strings/index.js';

/** In the address of a connector that was just made. */
export const JUST_MADE = { new: 'yes' } as const;

export interface LeftToDoProps {
  connector: Connector;
  connection: Connection | undefined;
}

export function LeftToDo({ connector, connection }: LeftToDoProps) {
  const words = strings.connectors.left;
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  if (search.new === undefined || !connection) return null;
  const isSignedIn = connection.status === 'authorized';
  const hasRun = connector.health.lastSuccessAt !== null;
  const { new: _, ...others } = search;
  return (
    <Section
      title={words.title}
      actions={
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ to: '.', search: others as never, replace: true })}
        >
          {words.done}
        </Button>
      }
    >
      <Stack component="ol" gap="xs" m={0} pl={0}>
        <Step isDone={isSignedIn}>
          {isSignedIn ? words.signedIn(connection.authenticatedUser ?? connection.user) : words.signIn}
        </Step>
        <Step isDone={hasRun}>
          {words.test}
          <Text size="xs" c="dimmed">
            {words.testText}
          </Text>
        </Step>
        <Step isDone={connector.enabled}>{connector.enabled ? words.isOn : words.on}</Step>
      </Stack>
    </Section>
  );
}

function Step({ isDone, children }: { isDone: boolean; children: ReactNode }) {
  const Icon = isDone ? IconCheck : IconCircleDashed;
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="start">
      <ThemeIcon size="sm" radius="xl" variant="light" color={isDone ? 'green' : 'gray'}>
        <Icon size={14} aria-hidden />
      </ThemeIcon>
      <Text component="div" size="sm">
        {children}
      </Text>
    </Group>
  );
}
