/** What is known of a connection and of its grant. */
import { Anchor, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Connection } from '../../api/client.js';
import { applicationQuery } from '../../api/records.js';
import { Fact } from '../../parts/fact.js';
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
        <Known name={words.user}>{user}</Known>
        <Known name={words.application}>
          {application === undefined ? (
            strings.connections.basic
          ) : (
            <Anchor component={Link} to={`/applications/${application}`} size="sm">
              {known?.name ?? application}
            </Anchor>
          )}
        </Known>
        <Known name={words.authenticatedUser}>{authenticatedUser}</Known>
        <Known name={words.identity}>{identity && (words.identities[identity] ?? identity)}</Known>
        <Known name={words.until}>{accessTokenExpiresAt && <ExactMoment at={accessTokenExpiresAt} />}</Known>
        <Known name={words.lastRefresh}>{lastRefreshAt && <ExactMoment at={lastRefreshAt} />}</Known>
        <Known name={words.imap}>{imap && endpoint(imap)}</Known>
        <Known name={words.smtp}>{smtp && endpoint(smtp)}</Known>
        <Known name={words.grantedScope}>{grantedScope.join(' ')}</Known>
      </SimpleGrid>
    </Section>
  );
}

const endpoint = ({ host, port, tlsType }: { host: string; port: number; tlsType: string }): string =>
  `${host}:${port}, ${tlsType === 'None' ? strings.connections.details.noTls : tlsType}`;

/** A fact, or a dash where there is none yet. */
function Known({ name, children }: { name: string; children: ReactNode }) {
  const isKnown = children !== null && children !== undefined && children !== '' && children !== false;
  return <Fact name={name}>{isKnown ? children : strings.connections.details.none}</Fact>;
}
