/** What is known of a connection and of its grant. */

import { Anchor, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Connection } from '../../api/client.js';
import { applicationQuery } from '../../api/records.js';
import { Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ExactMoment } from './exact-moment.js';

export function ConnectionDetails({ connection }: { connection: Connection }) {
  const words = strings.connections.details;
  const { user, application, authenticatedUser, identity, grantedScope, imap, smtp } = connection;
  const { accessTokenExpiresAt, lastRefreshAt } = connection;
  const { data: known } = useQuery({
    ...applicationQuery(application ?? ''),
    enabled: application !== undefined,
  });
  return (
    <Section title={words.title}>
      <SimpleGrid component="dl" cols={{ base: 1, sm: 2, lg: 3 }} spacing="md" m={0}>
        <Fact name={words.user}>{user}</Fact>
        <Fact name={words.application}>
          {application === undefined ? (
            strings.connections.basic
          ) : (
            <Anchor component={Link} to={`/applications/${application}`} size="sm">
              {known?.name ?? application}
            </Anchor>
          )}
        </Fact>
        <Fact name={words.authenticatedUser}>{authenticatedUser}</Fact>
        <Fact name={words.identity}>{identity && (words.identities[identity] ?? identity)}</Fact>
        <Fact name={words.until}>{accessTokenExpiresAt && <ExactMoment at={accessTokenExpiresAt} />}</Fact>
        <Fact name={words.lastRefresh}>{lastRefreshAt && <ExactMoment at={lastRefreshAt} />}</Fact>
        <Fact name={words.imap}>{imap && endpoint(imap)}</Fact>
        <Fact name={words.smtp}>{smtp && endpoint(smtp)}</Fact>
        <Fact name={words.grantedScope}>{grantedScope.join(' ')}</Fact>
      </SimpleGrid>
    </Section>
  );
}

const endpoint = ({ host, port, tlsType }: { host: string; port: number; tlsType: string }): string =>
  `${host}:${port}, ${tlsType}`;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const isKnown = children !== null && children !== undefined && children !== '' && children !== false;
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {isKnown ? children : strings.connections.details.none}
      </Text>
    </div>
  );
}
