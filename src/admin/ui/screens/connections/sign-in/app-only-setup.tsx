/** What an administrator runs in Exchange Online so that the application may open the mailbox, filled in, to be copied. */
import { Anchor, Box, Code, Collapse, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../../api/client.js';
import { queryKeys } from '../../../api/keys.js';
import { CopyAction } from '../../../parts/copy-field.js';
import { Loaded } from '../../../parts/page.js';
import { strings } from '../../../strings/index.js';

/** @param props `isOpen` from the start */
export function AppOnlySetup({ connection, isOpen }: { connection: string; isOpen: boolean }) {
  const words = strings.signIn.setup;
  const [isShown, setIsShown] = useState(isOpen);
  const query = useQuery({
    queryKey: [...queryKeys.connection(connection), 'app-only-setup'],
    enabled: isShown,
    queryFn: () =>
      answerOf(api.GET('/api/v1/connections/{id}/app-only-setup', { params: { path: { id: connection } } })),
  });
  return (
    <Stack gap="xs">
      <Anchor
        component="button"
        type="button"
        size="sm"
        ta="left"
        aria-expanded={isShown}
        onClick={() => setIsShown(!isShown)}
      >
        {isShown ? words.hide : words.show}
      </Anchor>
      <Collapse expanded={isShown} keepMounted={false}>
        <Loaded query={query}>{(setup) => <Setup {...setup} />}</Loaded>
      </Collapse>
    </Stack>
  );
}

interface SetupProps {
  cmdlets: string[];
  toFillIn: { placeholder: string; where: string }[];
  notes: string[];
}

function Setup({ cmdlets, toFillIn, notes }: SetupProps) {
  const words = strings.signIn.setup;
  const script = cmdlets.join('\n');
  return (
    <Stack gap="sm">
      {notes.map((note) => (
        <Text key={note} size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {note}
        </Text>
      ))}
      <Box>
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {words.script}
          </Text>
          <CopyAction value={script} what={words.script} />
        </Group>
        <Code block tabIndex={0} aria-label={words.script}>
          {script}
        </Code>
      </Box>
      {toFillIn.length > 0 && (
        <Text size="sm" fw={600}>
          {words.fillIn}
        </Text>
      )}
      <List size="sm">
        {toFillIn.map(({ placeholder, where }) => (
          <List.Item key={placeholder}>
            <Code>{placeholder}</Code> {where}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
