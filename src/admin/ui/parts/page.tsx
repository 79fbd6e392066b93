/** What every screen has around it: its heading and acts, waiting and failing the same way everywhere, and empty states. */
import { Box, Button, Center, Group, Loader, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { strings } from '../strings/index.js';
import { RefusalPanel } from './problem-panel.js';

export interface PageProps {
  title: string;
  /** Beside the title: a status, say. */
  beside?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, beside, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Mailgrant`;
  }, [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="center">
        <Group gap="sm">
          {/* A name may be an address, longer than a phone is wide. */}
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {beside}
        </Group>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A section of a screen, with its heading. */
export function Section({
  title,
  actions,
  children,
}: {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Paper withBorder p="md" component="section" {...(title !== undefined && { 'aria-label': title })}>
      <Stack gap="sm">
        {title !== undefined && (
          <Group justify="space-between">
            <Title order={2} size="h4">
              {title}
            </Title>
            {actions}
          </Group>
        )}
        {children}
      </Stack>
    </Paper>
  );
}

/** What was asked for is on its way. */
export function Loading() {
  return (
    <Center p="xl" role="status">
      <Loader aria-hidden />
      <VisuallyHidden>{strings.parts.loading}</VisuallyHidden>
    </Center>
  );
}

/** Of a query. */
interface Retried {
  error: unknown;
  isFetching: boolean;
  refetch(): Promise<unknown>;
}

/** Why something could not be read, and a button to try again. */
export function ReadFailed({ query: { error, refetch, isFetching } }: { query: Retried }) {
  return (
    <RefusalPanel error={error}>
      <Button variant="default" size="xs" loading={isFetching} onClick={() => void refetch()}>
        {strings.parts.tryAgain}
      </Button>
    </RefusalPanel>
  );
}

/** Shows what was read; while it is not there, that it is on its way, or why it does not come and a button to try again. */
export function Loaded<Data>({
  query,
  children,
}: {
  query: Retried & { data: Data | undefined };
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  return query.error ? <ReadFailed query={query} /> : <Loading />;
}

/** Where there is nothing yet: what would stand here, and the first step towards it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Center p="xl">
      <Stack align="center" maw={520} gap="sm">
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        <Text component="div" size="sm" c="dimmed" ta="center">
          {children}
        </Text>
        {action !== undefined && <Box>{action}</Box>}
      </Stack>
    </Center>
  );
}
