/** What went through a connector, and what happened to it. */
import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queryKeys } from '../../api/keys.js';
import { newestEvents } from '../../api/records.js';
import { Moment } from '../../parts/moment.js';
import { Loaded, Section } from '../../parts/page.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { MessageList } from '../messages/message-list.js';

const words = strings.connectors.activity;

const EVENTS_SHOWN = 50;

export function ActivityTab({ connector }: { connector: string }) {
  return (
    <Stack gap="md">
      <Section title={words.messages}>
        <MessageList connector={connector} />
      </Section>
      <Section title={words.events}>
        <Events connector={connector} />
      </Section>
    </Stack>
  );
}

function Events({ connector }: { connector: string }) {
  const query = useQuery({
    queryKey: [...queryKeys.connector(connector), 'events'],
    queryFn: () => newestEvents(connector, EVENTS_SHOWN),
  });
  return (
    <Loaded query={query}>
      {(items) =>
        items.length === 0 ? (
          <Text size="sm" c="dimmed">
            {words.eventsNone}
          </Text>
        ) : (
          <Table.ScrollContainer minWidth={420} type="native">
            <Table aria-label={words.events}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{words.when}</Table.Th>
                  <Table.Th scope="col">{words.what}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map(({ id, at, kind, status, problem }) => (
                  <Table.Tr key={id}>
                    <Table.Td>
                      <Moment at={at} />
                    </Table.Td>
                    <Table.Td>
                      {words.kinds[kind] ?? kind} {status !== undefined && <StatusBadge status={status} />}
                      {problem && <Text size="sm">{problem.title}</Text>}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )
      }
    </Loaded>
  );
}
