/** Who is signed in, and the way out. */
import { Button, Menu, Text } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.js';
import { sessionQuery } from '../api/session.js';
import { useConfirm } from '../parts/confirm.js';
import { tellRefusal } from '../parts/notify.js';
import { strings } from '../strings/index.js';

const leave = (): void => globalThis.location.assign('/sign-in');

export function AccountMenu() {
  const { data } = useQuery(sessionQuery);
  const confirm = useConfirm();
  if (!data) return null;
  const words = strings.shell;
  const signOut = (): void => void answerOf(api.DELETE('/api/v1/session')).then(leave, tellRefusal);
  const signOutEverywhere = async (): Promise<void> => {
    const { signOutEverywhere: title, signOutEverywhereText: text } = words;
    if (!(await confirm({ title, text, act: title }))) return;
    await answerOf(api.DELETE('/api/v1/session/all')).then(leave, tellRefusal);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          leftSection={<IconUser size={16} aria-hidden />}
          aria-label={words.account(data.name)}
        >
          <Text span size="sm" visibleFrom="xs" c="var(--mantine-color-text)">
            {data.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{data.name}</Menu.Label>
        <Menu.Item component="a" href="/password">
          {words.password}
        </Menu.Item>
        <Menu.Item onClick={signOut}>{words.signOut}</Menu.Item>
        <Menu.Item onClick={() => void signOutEverywhere()}>{words.signOutEverywhere}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
