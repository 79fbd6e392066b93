/** In a line: the status, who is signed in, and until when the access token is good. */
import { Group, Text } from '@mantine/core';
import type { Connection } from '../../../api/client.js';
import { StatusBadge } from '../../../parts/status-badge.js';
import { strings } from '../../../strings/index.js';
import { ExactMoment } from '../exact-moment.js';

export function SignInState({ connection }: { connection: Connection }) {
  return (
    <Group gap="sm">
      <StatusBadge status={connection.status} />
      <Text size="sm" component="span">
        <Words connection={connection} />
      </Text>
    </Group>
  );
}

function Words({ connection }: { connection: Connection }) {
  const words = strings.signIn;
  const { authentication, status, user, grant, identity, authenticatedUser } = connection;
  if (authentication === 'basic') return null;
  if (status === 'unauthorized')
    return grant === 'clientCredentials' ? words.notYetAppOnly : words.notYet(user);
  if (status === 'reauthorization-required')
    return grant === 'clientCredentials' ? words.notYetAppOnly : words.noMore(user);
  const until = <ExactMoment at={connection.accessTokenExpiresAt} />;
  if (identity === 'asserted')
    return (
      <>
        {words.asserted} {until}
      </>
    );
  if (identity === 'application' || grant === 'clientCredentials')
    return (
      <>
        {words.appOnly} {until}
      </>
    );
  return (
    <>
      {words.signedInAs} <b>{authenticatedUser ?? user}</b>; {words.untilAlso} {until}
    </>
  );
}
