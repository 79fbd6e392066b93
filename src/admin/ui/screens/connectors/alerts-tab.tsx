/** Alerts that concern a connector, and who is told of them. */
import { Anchor, Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  type Alert,
  type AlertChannel,
  answerOf,
  api,
  type Connection,
  type Connector,
} from '../../api/client.js';
import { everyPage } from '../../api/every-page.js';
import { queryKeys } from '../../api/keys.js';
import { Moment } from '../../parts/moment.js';
import { EmptyState, Loaded, Section } from '../../parts/page.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { channelsQuery } from '../alerts/alert-queries.js';

const words = strings.connectors.alerts;

/** Those that are open are as many as there are troubles. */
const openAlertsQuery = {
  queryKey: [...queryKeys.alerts, 'open'],
  queryFn: () =>
    everyPage((query) =>
      answerOf(api.GET('/api/v1/alerts', { params: { query: { ...query, status: 'open' } } })),
    ),
};

export interface AlertsTabProps {
  connector: Connector;
  connection: Connection | undefined;
}

export function AlertsTab({ connector, connection }: AlertsTabProps) {
  const query = useQuery(openAlertsQuery);
  const concerned = new Set([connector.id, connector.connection, connection?.application]);
  return (
    <Stack gap="md">
      <Section title={words.open}>
        <Loaded query={query}>
          {(alerts) => {
            const found = alerts.filter(
              ({ subject }) => subject.id !== undefined && concerned.has(subject.id),
            );
            if (found.length === 0)
              return (
                <Text size="sm" c="dimmed">
                  {words.none}
                </Text>
              );
            return found.map((alert) => <Open key={alert.id} alert={alert} />);
          }}
        </Loaded>
      </Section>
      <Told />
    </Stack>
  );
}

function Open({ alert }: { alert: Alert }) {
  const { type, name } = alert.subject;
  const about = words.about[type];
  return (
    <Stack gap={6}>
      <Group gap="sm">
        <Badge variant="light" color={alert.severity === 'critical' ? 'red' : 'yellow'} tt="none">
          {strings.alerts.severity[alert.severity] ?? alert.severity}
        </Badge>
        <Text size="sm">{about === undefined ? words.aboutConnector : `${about}: ${name}`}</Text>
        <Text size="sm" c="dimmed" component="span">
          {words.since} <Moment at={alert.openedAt} />
        </Text>
      </Group>
      <ProblemPanel problem={alert.problem} isWarning={alert.severity !== 'critical'} />
    </Stack>
  );
}

function Told() {
  const query = useQuery(channelsQuery);
  return (
    <Section
      title={words.told}
      actions={
        <Anchor component={Link} to="/alerts" search={{ tab: 'channels' } as never} size="sm">
          {words.toChannels}
        </Anchor>
      }
    >
      <Loaded query={query}>
        {(channels) =>
          channels.length === 0 ? (
            <EmptyState
              title={words.nobody}
              action={
                <Button component={Link} to="/alerts" search={{ tab: 'channels' } as never} variant="default">
                  {words.addChannel}
                </Button>
              }
            >
              {words.nobodyText}
            </EmptyState>
          ) : (
            <Channels channels={channels} />
          )
        }
      </Loaded>
    </Section>
  );
}

function Channels({ channels }: { channels: readonly AlertChannel[] }) {
  const { alerts } = strings;
  return (
    <>
      <Text size="sm">{words.toldText}</Text>
      <Table.ScrollContainer minWidth={480} type="native">
        <Table aria-label={words.told}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{words.columns.channel}</Table.Th>
              <Table.Th scope="col">{words.columns.what}</Table.Th>
              <Table.Th scope="col">{words.columns.delivery}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {channels.map((channel) => (
              <Table.Tr key={channel.id}>
                <Table.Td>
                  {channel.name}
                  <Text size="xs" c="dimmed">
                    {alerts.channel.types[channel.type]} {channel.url ?? channel.to?.join(', ')}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {alerts.channel.severities[channel.minimumSeverity] ?? channel.minimumSeverity}
                  {channel.only && (
                    <Text size="xs" c="dimmed">
                      {words.kinds} {channel.only.map((kind) => alerts.kinds[kind] ?? kind).join(', ')}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Delivery channel={channel} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function Delivery({ channel: { enabled, delivery } }: { channel: AlertChannel }) {
  if (!enabled) return <>{words.off}</>;
  if (delivery.problem)
    return (
      <Group gap={6}>
        <StatusBadge status="failing" />
        <Text size="xs">{delivery.problem.title}</Text>
      </Group>
    );
  return <StatusBadge status="ok" />;
}
