/** A green "Success!": who is signed in, and until when. */
import { Alert, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { Connection } from '../../../api/client.js';
import { strings } from '../../../strings/index.js';
import { ExactMoment } from '../exact-moment.js';

export function Success({ connection }: { connection: Connection }) {
  const words = strings.signIn;
  const { identity, authenticatedUser, user, accessTokenExpiresAt, tokenMode } = connection;
  const isRenewed = identity !== 'asserted' && tokenMode !== 'off';
  return (
    <Alert
      variant="light"
      color="green"
      icon={<IconCircleCheck aria-hidden />}
      title={words.success}
      role="presentation"
      data-sign-in="done"
    >
      <Text size="sm">
        {identity === 'application' ? words.tokenOf : words.signedIn(authenticatedUser ?? user)} {words.until}{' '}
        <ExactMoment at={accessTokenExpiresAt} />. {isRenewed ? words.renewed : words.notRenewed}
      </Text>
    </Alert>
  );
}
