/** What stands on the page while somebody signs in in another tab. */
import { Alert, Anchor, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { strings } from '../../../strings/index.js';
import type { BrowserSignIn } from './use-browser-sign-in.js';

export interface WaitingTabProps {
  started: NonNullable<BrowserSignIn['started']>;
  user: string;
  onPaste(): void;
  onGiveUp(): void;
}

export function WaitingTab({ started, user, onPaste, onGiveUp }: WaitingTabProps) {
  const words = strings.signIn.tab;
  const { url, isBlocked, isLate } = started;
  const icon = isBlocked || isLate ? undefined : <Loader size={18} aria-hidden />;
  return (
    <Alert
      variant="light"
      color={isLate ? 'yellow' : 'blue'}
      icon={icon}
      title={isLate ? words.late : isBlocked ? words.blocked : words.waiting}
      role="presentation"
      data-sign-in="waiting"
    >
      <Stack gap="xs">
        {!isLate && <Text size="sm">{words.as(user)}</Text>}
        <Group gap="sm">
          {!isLate && (
            <Anchor href={url} target="_blank" rel="noopener noreferrer" size="sm" underline="always">
              {isBlocked ? words.open : words.openAgain}
            </Anchor>
          )}
          {!isLate && (
            <Button variant="default" size="xs" onClick={onPaste}>
              {words.pasteInstead}
            </Button>
          )}
          <Button variant="default" size="xs" onClick={onGiveUp}>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
