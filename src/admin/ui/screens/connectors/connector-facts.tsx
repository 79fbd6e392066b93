/** How a connector does: its mailbox, when it last succeeded, and when it runs next. */
import { Group, SimpleGrid } from '@mantine/core';
import type { Connection, Connector, ConnectorType } from '../../api/client.js';
import { Fact } from '../../parts/fact.js';
import { Moment } from '../../parts/moment.js';
import { Section } from '../../parts/page.js';
import { ConnectionLink } from '../../parts/record-link.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';

const words = strings.connectors.facts;

export interface ConnectorFactsProps {
  connector: Connector;
  connection: Connection | undefined;
  type: ConnectorType;
}

export function ConnectorFacts({ connector, connection, type }: ConnectorFactsProps) {
  const { health } = connector;
  return (
    <Section>
      <SimpleGrid component="dl" cols={{ base: 2, md: 5 }} spacing="md" m={0} aria-label={words.label}>
        <Fact name={words.type}>{type.title}</Fact>
        <Fact name={words.connection}>
          <Group gap={6}>
            <ConnectionLink id={connector.connection} />
            {connection && connection.status !== 'authorized' && <StatusBadge status={connection.status} />}
          </Group>
        </Fact>
        <Fact name={words.lastSuccess}>
          <Moment at={health.lastSuccessAt} />
        </Fact>
        <Fact name={words.nextRun}>
          <Moment at={health.nextRunAt} />
        </Fact>
        <Fact name={words.failures}>{health.failures === 0 ? words.none : String(health.failures)}</Fact>
      </SimpleGrid>
    </Section>
  );
}
